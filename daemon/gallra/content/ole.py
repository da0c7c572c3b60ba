"""What a compound file holds, by its streams, and who encrypted it.

Only the root's own streams count: a workbook may have a document embedded, not the other way.

Source: [MS-DOC] 2.5.1 (FibBase), 2.2.6 (encryption); [MS-XLS] 2.4.117 (FilePass); [MS-PPT]
2.3.2 (CurrentUserAtom.headerToken); [MS-OFFCRYPTO] 2.1.4, 2.2, 2.3.
"""

import re
import struct

from gallra.content.compound import Storage

_SIGNS = (
    ("msg", "__properties_version1.0"),
    ("doc", "WordDocument"),
    ("xls", "Workbook"),
    ("xls", "Book"),
    ("ppt", "PowerPoint Document"),
    ("vsd", "VisioDocument"),
    ("pub", "Quill"),
)
_ENCRYPTED, _OBFUSCATED, _TABLE_ONE = 0x0100, 0x8000, 0x0200
_FILE_PASS, _END_OF_GLOBALS = 0x2F, 0x0A
_ENCRYPTED_SHOW = 0xF3D1C4DF
_CRYPTO_API = frozenset({2, 3, 4})


def kind_of_storage(storage: Storage) -> str | None:
    """Return the kind that the streams tell, ``ooxml`` for an encrypted new Office file."""
    if "EncryptedPackage" in storage:
        return "ooxml"
    return next((kind for kind, stream in _SIGNS if stream in storage), None)


def encryption_of_storage(storage: Storage, kind: str) -> str | None:
    """Return how the file is encrypted, ``None`` where it is not.

    Raises:
        OSError: the system would not read.
    """
    if "\tDRMContent" in storage or _is_rights_managed(storage):
        return "Office rights management"
    match kind:
        case "ooxml":
            return _ooxml_method(storage.read("EncryptionInfo", 65536).content)
        case "doc":
            return _word_method(storage)
        case "xls":
            name = "Workbook" if "Workbook" in storage else "Book"
            return _excel_method(storage.read(name, 65536).content)
        case "ppt":
            user = storage.read("Current User", 64).content
            is_whole = len(user) >= 16  # noqa: PLR2004 - up to headerToken of CurrentUserAtom
            token = struct.unpack_from("<I", user, 12)[0] if is_whole else 0
            if token == _ENCRYPTED_SHOW or "EncryptedSummary" in storage:
                return "PowerPoint RC4 CryptoAPI"
        case _:
            pass
    return None


def _is_rights_managed(storage: Storage) -> bool:
    spaces = storage.storages.get("\x06DataSpaces")
    inside = spaces.storages.get("TransformInfo") if spaces else None
    return inside is not None and any(name.startswith("DRMEncrypted") for name in inside.storages)


def _word_method(storage: Storage) -> str | None:
    fib = storage.read("WordDocument", 64).content
    if len(fib) < 12:  # noqa: PLR2004 - up to the flags of FibBase
        return None
    (flags,) = struct.unpack_from("<H", fib, 10)
    if not flags & _ENCRYPTED:
        return None
    if flags & _OBFUSCATED or struct.unpack_from("<H", fib, 2)[0] < 0xC1:  # noqa: PLR2004 - Word 97's version
        return "Word XOR"
    table = storage.read("1Table" if flags & _TABLE_ONE else "0Table", 4).content
    return f"Word {_rc4_variant(table)}"


def _rc4_variant(header: bytes) -> str:
    """Return which of the two RC4 schemes an EncryptionVersionInfo announces."""
    if len(header) >= 4:  # noqa: PLR2004 - two version numbers
        major, minor = struct.unpack_from("<HH", header)
        if major in _CRYPTO_API and minor == 2:  # noqa: PLR2004 - [MS-OFFCRYPTO] 2.3.5.1
            return "RC4 CryptoAPI"
    return "RC4"


def _excel_method(book: bytes) -> str | None:
    """Look for the FilePass record among the globals, which begin the stream in the clear."""
    position = 0
    while position + 4 <= len(book):
        number, length = struct.unpack_from("<HH", book, position)
        if number == _FILE_PASS:
            content = book[position + 4 : position + 4 + length]
            if length <= 4 or content[:2] == b"\0\0":  # noqa: PLR2004 - Excel 95 has key and hash only
                return "Excel XOR"
            return f"Excel {_rc4_variant(content[2:])}"
        if number == _END_OF_GLOBALS:
            return None
        position += 4 + length
    return None


def _ooxml_method(info: bytes) -> str:
    if len(info) < 4:  # noqa: PLR2004 - no version field
        return "OOXML"
    if info[:4] == b"\x04\x00\x04\x00":
        cipher = re.search(rb'cipherAlgorithm="([A-Za-z0-9]{1,12})"', info)
        bits = re.search(rb'keyBits="(\d{1,4})"', info)
        name = cipher[1].decode("ascii") if cipher else "AES"
        return f"OOXML {name}-{bits[1].decode('ascii')}" if bits else f"OOXML {name}"
    if len(info) >= 32:  # noqa: PLR2004 - version, flags, header size, EncryptionHeader
        (algorithm,) = struct.unpack_from("<I", info, 20)
        known = {0x660E: "AES-128", 0x660F: "AES-192", 0x6610: "AES-256", 0x6801: "RC4"}
        return f"OOXML {known.get(algorithm, 'password')}"
    return "OOXML password"
