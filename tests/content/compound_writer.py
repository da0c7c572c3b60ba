"""Writes compound files for tests: storages are dictionaries, streams are bytes."""

import struct

Tree = dict[str, "bytes | Tree"]

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


def _key(name: str) -> tuple[int, str]:
    return len(name), name.upper()


class _Writer:
    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.table: list[int] = []
        self.mini = b""
        self.mini_table: list[int] = []
        self.entries: list[bytearray] = []

    def stream(self, content: bytes) -> int:
        if not content:
            return _END
        count = -(-len(content) // _SECTOR)
        first = len(self.sectors)
        padded = content.ljust(count * _SECTOR, b"\0")
        self.sectors += [padded[n * _SECTOR : (n + 1) * _SECTOR] for n in range(count)]
        self.table += [*range(first + 1, first + count), _END]
        return first

    def small_stream(self, content: bytes) -> int:
        if not content:
            return _END
        count = -(-len(content) // _MINI)
        first = len(self.mini_table)
        self.mini += content.ljust(count * _MINI, b"\0")
        self.mini_table += [*range(first + 1, first + count), _END]
        return first

    def entry(self, name: str, kind: int) -> int:
        raw = bytearray(128)
        encoded = name.encode("utf-16-le") + b"\0\0"
        raw[: len(encoded)] = encoded
        struct.pack_into("<HBB", raw, 64, len(encoded), kind, 1)
        struct.pack_into("<3I", raw, 68, _NONE, _NONE, _NONE)
        self.entries.append(raw)
        return len(self.entries) - 1

    def fill(self, parent: int, tree: Tree) -> None:
        """Hang a tree's entries under a storage: siblings as one chain to the right."""
        last = None
        for name in sorted(tree, key=_key):
            content = tree[name]
            number = self.entry(name, 2 if isinstance(content, bytes) else 1)
            if last is None:
                struct.pack_into("<I", self.entries[parent], 76, number)
            else:
                struct.pack_into("<I", self.entries[last], 72, number)
            last = number
            if isinstance(content, bytes):
                put = self.small_stream if len(content) < _CUTOFF else self.stream
                struct.pack_into("<II", self.entries[number], 116, put(content), len(content))
            else:
                self.fill(number, content)


def compound_file(tree: Tree) -> bytes:
    """Return a compound file, version 3, that holds ``tree``."""
    writer = _Writer()
    root = writer.entry("Root Entry", 5)
    writer.fill(root, tree)
    mini_start = writer.stream(writer.mini)
    struct.pack_into("<II", writer.entries[root], 116, mini_start, len(writer.mini))
    mini_fat = writer.stream(struct.pack(f"<{len(writer.mini_table)}I", *writer.mini_table))
    directory = writer.stream(b"".join(map(bytes, writer.entries)))
    fat_count = 1
    while fat_count * 128 < len(writer.sectors) + fat_count:
        fat_count += 1
    assert fat_count <= 109
    fat_at = len(writer.sectors)
    table = writer.table + [_FAT] * fat_count
    table += [_FREE] * (fat_count * 128 - len(table))
    mini_count = -(-len(writer.mini_table) * 4 // _SECTOR)
    header = struct.pack(
        "<8s16x5H6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory, 0,
        _CUTOFF, mini_fat, mini_count, _END, 0, 0,
    )  # fmt: skip
    header = header[:76]
    places = [*range(fat_at, fat_at + fat_count)] + [_FREE] * (109 - fat_count)
    fat = struct.pack(f"<{len(table)}I", *table)
    return header + struct.pack("<109I", *places) + b"".join(writer.sectors) + fat
