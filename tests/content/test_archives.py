"""Archives of every format: members are read, hostile ones are harmless, secrets are opaque."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import libarchive
import pytest

from gallra.content.bounds import Bounds
from gallra.model.passage import Outcome

TEXT = b"Anna Andersson, medlem sedan 1998\n"
MORE = "Årsmöte i Tromsø\n".encode()


def written(kind: str, members: dict[str, bytes], compression: str | None = None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/archive"
        with libarchive.file_writer(path, kind, compression) as archive:
            for name, content in members.items():
                archive.add_file_from_memory(name, len(content), content)
        return Path(path).read_bytes()


def zipped(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def tarred(*members: tarfile.TarInfo, content: bytes = TEXT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return stream.getvalue()


def of_tar(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0):
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.size = kind, target, size
    return member


def number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def rar5(members: dict[str, bytes], *, method: bytes = b"", flags: int = 0) -> bytes:
    def block(kind: int, body: bytes, extra: bytes = b"", data: bytes = b"") -> bytes:
        bits = (1 if extra else 0) | (2 if data else 0)
        header = number(kind) + number(bits)
        header += (number(len(extra)) if extra else b"") + (number(len(data)) if data else b"")
        header += body + extra
        sized = number(len(header)) + header
        return struct.pack("<I", zlib.crc32(sized)) + sized + data

    found = b"Rar!\x1a\x07\x01\x00" + block(1, number(flags))
    for name, content in members.items():
        raw = name.encode()
        body = number(4) + number(len(content)) + number(0o100644)
        body += struct.pack("<I", zlib.crc32(content)) + number(0) + number(1)
        found += block(2, body + number(len(raw)) + raw, method, content)
    return found + block(5, number(0))


def rar4(members: dict[str, bytes], *, main_flags: int = 0, file_flags: int = 0) -> bytes:
    def header(kind: int, flags: int, body: bytes) -> bytes:
        raw = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(raw) & 0xFFFF) + raw

    found = b"Rar!\x1a\x07\x00" + header(0x73, main_flags, bytes(6))
    for name, content in members.items():
        raw = name.encode()
        body = struct.pack("<IIBII", len(content), len(content), 3, zlib.crc32(content), 0)
        body += struct.pack("<BBHI", 29, 0x30, len(raw), 0o100644) + raw
        body += bytes(8) if file_flags & 0x0400 else b""
        found += header(0x74, file_flags | 0x8000, body) + content
    return found + header(0x7B, 0x4000, b"")


def seven_zip_encrypted() -> bytes:
    """An archive with one member under AES, laid down by hand: its names are in the clear."""
    packed = os.urandom(48)
    name = "hemligt.txt\0".encode("utf-16-le")
    coder = b"\x24\x06\xf1\x07\x01\x12\x93\x0f" + os.urandom(16)
    header = b"\x01\x04\x06\x00\x01\x09" + number(len(packed)) + b"\x00"
    header += b"\x07\x0b\x01\x00\x01" + coder + b"\x0c" + number(40) + b"\x00"
    header += b"\x08\x0a\x01" + bytes(4) + b"\x00\x00"
    header += b"\x05\x01\x11" + number(len(name) + 1) + b"\x00" + name + b"\x00\x00"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return (
        b"7z\xbc\xaf\x27\x1c\x00\x04"
        + struct.pack("<I", zlib.crc32(start))
        + start
        + packed
        + header
    )


MEMBERS = {"brev.txt": TEXT, "mapp/möte.csv": MORE}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("7z", written("7zip", MEMBERS)),
        ("tar", written("pax", MEMBERS)),
        ("tar", written("gnutar", MEMBERS)),
        ("tar", written("v7tar", {"brev.txt": TEXT, "mapp/mote.csv": MORE})),
        ("zip", zipped(list(MEMBERS.items()))),
        ("rar", rar5(MEMBERS)),
        ("rar", rar4({"brev.txt": TEXT, "mapp/mote.csv": MORE})),
    ],
)
@pytest.mark.parametrize("name", ["arkiv", "arkiv.txt", "arkiv.docx"])
def test_members_are_parts_whatever_the_archive_is_called(read, kind, content, name) -> None:
    brev, mote, whole = read(content, name)
    assert (brev.address, brev.kind, brev.text) == ("brev.txt", "txt", TEXT.decode())
    assert mote.address in {"mapp/möte.csv", "mapp/mote.csv"}
    assert (mote.kind, mote.text) == ("csv", MORE.decode())
    assert (whole.address, whole.kind) == ("", kind)
    assert {part.outcome for part in (brev, mote, whole)} == {Outcome.READ}


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [
        ("gz", gzip.compress(TEXT, mtime=0), "brev.txt.gz"),
        ("bz2", bz2.compress(TEXT), "brev.txt.bz2"),
        ("xz", lzma.compress(TEXT), "brev.txt.xz"),
        ("lzma", lzma.compress(TEXT, lzma.FORMAT_ALONE), "brev.txt.lzma"),
        ("zst", written("raw", {"x": TEXT}, "zstd"), "brev.txt.zst"),
        ("Z", written("raw", {"x": TEXT}, "compress"), "brev.txt.Z"),
        ("lz4", written("raw", {"x": TEXT}, "lz4"), "brev.txt.lz4"),
        ("lz", written("raw", {"x": TEXT}, "lzip"), "brev.txt.lz"),
        (
            "gz",
            gzip.compress(TEXT[:9], mtime=0) + gzip.compress(TEXT[9:], mtime=0) + bytes(100),
            "brev.txt.gz",
        ),
        ("bz2", bz2.compress(TEXT[:9]) + bz2.compress(TEXT[9:]), "brev.txt.bz2"),
        ("xz", lzma.compress(TEXT[:9]) + bytes(4) + lzma.compress(TEXT[9:]), "brev.txt.xz"),
    ],
)
def test_what_is_compressed_is_read_as_what_it_is(read, kind, content, name) -> None:
    inner, whole = read(content, name)
    assert (inner.address, inner.kind, inner.text) == ("brev.txt", "txt", TEXT.decode())
    assert (whole.kind, whole.outcome) == (kind, Outcome.READ)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_streams_and_keeps_its_members(read, compress) -> None:
    parts = read(compress(written("pax", MEMBERS)), "arkiv.tgz")
    assert [part.address for part in parts] == [
        "arkiv.tar!brev.txt",
        "arkiv.tar!mapp/möte.csv",
        "arkiv.tar",
        "",
    ]
    assert {part.outcome for part in parts} == {Outcome.READ}


def test_archives_within_archives_of_other_formats_are_followed(read) -> None:
    inner = written("7zip", {"brev.txt": TEXT})
    content = gzip.compress(tarred(of_tar("x.7z", size=len(inner)), content=inner))
    addresses = [part.address for part in read(zipped([("a.tgz", content)]), "a.zip")]
    assert "a.tgz!a.tar!x.7z!brev.txt" in addresses


def test_links_devices_and_pipes_are_never_followed(read) -> None:
    content = tarred(
        of_tar("brev.txt", size=len(TEXT)),
        of_tar("lank", tarfile.SYMTYPE, "/etc/passwd"),
        of_tar("hard", tarfile.LNKTYPE, "../../etc/shadow"),
        of_tar("disk", tarfile.BLKTYPE),
        of_tar("tty", tarfile.CHRTYPE),
        of_tar("ror", tarfile.FIFOTYPE),
        of_tar("mapp", tarfile.DIRTYPE),
    )
    assert [(part.address, part.outcome) for part in read(content, "a.tar")] == [
        ("brev.txt", Outcome.READ),
        ("", Outcome.READ),
    ]


def test_hostile_names_become_addresses_and_nothing_else(read) -> None:
    names = ["../../etc/evil.txt", "/abs.txt", "a!b#c%d.txt", "rad\nbrytning.txt", "x" * 5000]
    for content in (
        zipped([(name, TEXT) for name in names]),
        written("pax", dict.fromkeys(names, TEXT)),
    ):
        parts = read(content, "a")
        assert {part.text for part in parts if part.address} == {TEXT.decode()}
        assert len(parts) == len(names) + 1
        for part in parts:
            assert "\n" not in part.address
            assert len(part.address) < 1100
        assert "a%21b%23c%25d.txt" in {part.address for part in parts}


def test_a_sparse_member_is_bounded_by_what_it_claims_to_be(read) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a.tar"
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            member = of_tar("stor.txt", size=len(b"1\n1099511627776\n0\n".ljust(512, b"\0")))
            member.pax_headers = {
                "GNU.sparse.major": "1",
                "GNU.sparse.minor": "0",
                "GNU.sparse.name": "stor.txt",
                "GNU.sparse.realsize": "1099511627776",
            }
            archive.addfile(member, io.BytesIO(b"1\n1099511627776\n0\n".ljust(512, b"\0")))
        parts = read(Path(path).read_bytes(), "a.tar")
    assert {part.outcome for part in parts} == {Outcome.TOO_LARGE}


@pytest.mark.parametrize(
    ("content", "method", "is_named"),
    [
        (seven_zip_encrypted(), "7z AES-256", True),
        (rar5({"h.txt": TEXT}, method=number(36) + number(1) + number(0) + bytes(34)),
         "rar AES-256", True),
        (rar4({"h.txt": TEXT}, file_flags=0x0404), "rar AES-128", True),
        (rar4({}, main_flags=0x0080) + bytes(range(64)), "rar AES-128", False),
        (b"Rar!\x1a\x07\x01\x00" + bytes(4) + b"\x21\x04\x00" + bytes(40), "rar AES-256", False),
    ],
    ids=("7z", "rar 5, a file", "rar 4, a file", "rar 4, its names", "rar 5, its names"),
)  # fmt: skip
def test_encrypted_archives_are_opaque_and_say_how(read, content, method, is_named) -> None:
    parts = read(content, "a")
    assert {part.outcome for part in parts} == {Outcome.OPAQUE}
    assert {part.encrypted for part in parts} == {method}
    assert len(parts) == 1 + is_named
    assert not any(part.text for part in parts)


def with_flags(flags: int, extra: bytes = b"", method: int = 8) -> bytes:
    info = zipfile.ZipInfo("h.txt")
    info.extra = extra
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, TEXT)
    content = bytearray(stream.getvalue())
    central = content.index(b"PK\x01\x02")
    for at in (6, central + 8):
        struct.pack_into("<HH", content, at, flags, method)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "method"),
    [
        (with_flags(0x1), "zip ZipCrypto"),
        (with_flags(0x1, b"\x01\x99\x07\x00\x02\x00AE\x01\x08\x00", 99), "zip AES-128"),
        (with_flags(0x1, b"\x01\x99\x07\x00\x02\x00AE\x02\x08\x00", 99), "zip AES-192"),
        (with_flags(0x1, b"\x01\x99\x07\x00\x01\x00AE\x03\x08\x00", 99), "zip AES-256"),
        (with_flags(0x1, b"\x75\x70\x01\x00x\x01\x99\x07\x00\x01\x00AE\x03\x08\x00", 99),
         "zip AES-256"),
        (with_flags(0x1, b"\x34\x12\x02\x00\x01\x99"), "zip ZipCrypto"),
        (with_flags(0x41, b"\x17\x00\x08\x00\x02\x00\x10\x66\x00\x01\x01\x00"),
         "zip PKWARE AES-256"),
        (with_flags(0x41), "zip PKWARE strong encryption"),
    ],
)  # fmt: skip
def test_weak_and_strong_encryption_of_zip_members_are_told_apart(read, content, method) -> None:
    member, whole = read(content, "a.zip")
    assert (member.outcome, member.encrypted) == (Outcome.OPAQUE, method)
    assert (whole.outcome, whole.encrypted) == (Outcome.OPAQUE, method)


def test_volumes_are_never_said_to_be_whole(read) -> None:
    for content in (rar5(MEMBERS, flags=1), rar4({"a.txt": TEXT}, main_flags=1)):
        whole = read(content, "a.part1.rar")[-1]
        assert whole.outcome is Outcome.READ_IN_PART
        assert "volume" in whole.reason.in_english()
    (whole,) = read(written("7zip", MEMBERS)[:60], "a.7z.001")
    assert whole.outcome is Outcome.DAMAGED
    assert "volume" in whole.reason.in_english()


def test_a_checksum_that_differs_is_damage(read) -> None:
    for content in (rar5({"a.txt": TEXT}), rar4({"a.txt": TEXT}), zipped([("a.txt", TEXT)], 0)):
        broken = content.replace(b"1998", b"1999")
        assert all(not part.outcome.is_complete for part in read(broken, "a")), content[:4]
    for content in (gzip.compress(TEXT), bz2.compress(TEXT), lzma.compress(TEXT)):
        broken = bytearray(content)
        broken[len(broken) // 2] ^= 0x10
        assert all(not part.outcome.is_complete for part in read(bytes(broken), "a.txt.gz"))


def test_what_is_cut_off_keeps_what_came_before_and_is_read_in_part(read) -> None:
    noise, more = (os.urandom(4000).hex().encode() for _ in range(2))
    content = gzip.compress(written("pax", {"a.txt": noise, "b.txt": more}), mtime=0)
    parts = {part.address: part for part in read(content[: len(content) * 3 // 4], "x.tar.gz")}
    assert parts["x.tar!a.txt"].outcome is Outcome.READ
    assert not parts["x.tar"].outcome.is_complete
    assert parts[""].outcome is Outcome.READ_IN_PART

    inner, whole = read(gzip.compress(noise, mtime=0)[:2000], "x.txt.gz")
    assert inner.text
    assert noise.decode().startswith(inner.text)
    assert (inner.outcome, whole.outcome) == (Outcome.READ_IN_PART, Outcome.READ_IN_PART)


def test_members_that_the_directory_left_out_are_read(read) -> None:
    whole = zipped([("forr.txt", TEXT), ("nu.txt", MORE)])
    central = whole.index(b"PK\x01\x02")
    second = whole.index(b"PK\x01\x02", central + 4)
    end = bytearray(whole[whole.index(b"PK\x05\x06") :])
    struct.pack_into("<HHLL", end, 8, 1, 1, whole.index(b"PK\x05\x06") - second, central)
    hidden = whole[:central] + whole[second : whole.index(b"PK\x05\x06")] + bytes(end)
    with zipfile.ZipFile(io.BytesIO(hidden)) as archive:
        assert archive.namelist() == ["nu.txt"]

    texts = {part.address: part.text for part in read(hidden, "a.zip")}
    assert texts["forr.txt"] == TEXT.decode()
    assert texts["nu.txt"] == MORE.decode()


def test_a_zip_that_lost_its_directory_gives_its_members_and_says_so(read) -> None:
    whole = zipped([("a.txt", TEXT), ("b.txt", MORE)])
    parts = {part.address: part for part in read(whole[: whole.index(b"PK\x01\x02")], "a.zip")}
    assert parts["a.txt"].text == TEXT.decode()
    assert parts["b.txt"].text == MORE.decode()
    assert parts[""].outcome is Outcome.READ_IN_PART


def test_what_is_appended_behind_the_end_of_a_tar_is_read(read) -> None:
    both = written("ustar", {"a.txt": TEXT}) + written("ustar", {"b.txt": MORE})
    assert [(part.address, part.text) for part in read(both, "a.tar")] == [
        ("a.txt", TEXT.decode()),
        ("b.txt", MORE.decode()),
        ("", ""),
    ]


def test_a_tar_cut_between_its_members_is_not_whole(read) -> None:
    content = tarred(of_tar("a.txt", size=len(TEXT)), of_tar("b.txt", size=len(TEXT)))
    for each, name in ((content[:1024], "a.tar"), (gzip.compress(content[:1024]), "a.tar.gz")):
        parts = read(each, name)
        assert parts[0].text == TEXT.decode()
        assert Outcome.READ_IN_PART in {part.outcome for part in parts}
    whole = read(content[:1024] + b"\1skrap" * 200, "a.tar")[-1]
    assert whole.outcome is Outcome.READ_IN_PART


def test_two_members_of_one_name_are_both_read(read) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped([("a.txt", TEXT), ("a.txt", MORE)])
    assert [(part.address, part.text) for part in read(content, "a.zip")[:2]] == [
        ("a.txt", TEXT.decode()),
        ("a.txt~2", MORE.decode()),
    ]


def test_a_document_that_holds_its_text_twice_hides_neither(read) -> None:
    body = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>"
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(
            [("word/document.xml", body.format(text).encode()) for text in ("ena", "andra")]
        )
    text = "\n".join(part.text for part in read(content, "a.docx"))
    assert "ena" in text
    assert "andra" in text


def test_zip64_comments_and_a_stub_in_front_are_no_obstacle(read) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("a.txt", "w", force_zip64=True) as member:
            member.write(TEXT)
        archive.comment = "från Kari Nordmann".encode()
    content = stream.getvalue()
    for each, name in ((content, "a.zip"), (b"MZ" + bytes(3000) + content, "a.exe")):
        inner, whole = read(each, name)
        assert (inner.text, whole.kind, whole.outcome) == (TEXT.decode(), "zip", Outcome.READ)
        assert whole.text == "från Kari Nordmann"


def test_what_stands_before_and_behind_an_archive_is_read(read) -> None:
    texts = [part.text for part in read(zipped([("a.txt", MORE)]) + TEXT, "a.zip")]
    assert TEXT.decode() in texts


def test_a_directory_without_end_is_not_taken_apart(read) -> None:
    small = Bounds(most_listed_members=10)
    (whole,) = read(zipped([(f"{count}.txt", b"") for count in range(11)]), "a.zip", small)
    assert whole.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("kind", ["pax", "7zip"])
def test_more_members_than_allowed_are_left_and_said_so(read, kind) -> None:
    small = Bounds(most_members=5)
    parts = read(written(kind, {f"{count}.txt": TEXT for count in range(9)}), "a", small)
    assert [part.outcome for part in parts] == [*[Outcome.READ] * 5, Outcome.READ_IN_PART]


def test_the_position_of_the_open_file_is_left_alone() -> None:
    from gallra.content.reader import read as read_open  # noqa: PLC0415 - the function itself

    with tempfile.TemporaryFile() as file:
        file.write(written("7zip", MEMBERS))
        file.seek(7)
        assert list(read_open(file.fileno(), "a.7z"))[-1].outcome is Outcome.READ
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 7
