"""What a file is, by its bytes first and its name last: names lie, and many have none.

The order is: signatures that cannot be text; text, told apart by its structure (mail,
mailbox, page, card); and only for what is left libmagic, which is slower and errs more.
"""

import re

import magic

from gallra.content.compound import MAGIC as OLE_MAGIC
from gallra.content.decoding import decode, is_text
from gallra.content.source import Source

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK\x07\x08", "zip"),
    (0, b"PK00PK\x03\x04", "zip"),
    (0, OLE_MAGIC, "ole"),
    (0, b"{\\rt", "rtf"),
    (0, b"!BDN", "pst"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\x1f\x8b\x08", "gz"),
    (0, b"\x1f\x9d", "Z"),
    (4, b"1AY&SY", "bz2"),
    (4, b"\x17\x72\x45\x38\x50\x90", "bz2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zst"),
    (0, b"LZIP\x01", "lz"),
    (0, b"\x04\x22\x4d\x18", "lz4"),
    (0, b"MSCF", "cab"),
    (257, b"ustar", "tar"),
    (0, b"\x89PNG\r\n\x1a\n", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF87a", "image"),
    (0, b"GIF89a", "image"),
    (0, b"II*\x00", "image"),
    (0, b"MM\x00*", "image"),
    (8, b"WEBP", "image"),
    (0, b"\xd7\xcd\xc6\x9a", "image"),
    (40, b" EMF", "image"),
    (4, b"ftypheic", "image"),
    (4, b"ftypheix", "image"),
    (4, b"ftypmif1", "image"),
    (4, b"ftypmsf1", "image"),
    (4, b"ftypavif", "image"),
    (4, b"ftyp", "video"),
    (0, b"OggS", "audio"),
    (0, b"ID3", "audio"),
    (8, b"WAVE", "audio"),
    (8, b"AVI ", "video"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"\x7fELF", "executable"),
    (0, b"SQLite format 3\x00", "database"),
    (0, b"\x00\x01\x00\x00Standard ", "database"),
    (0, b"\x00\x05\x16\x07", "appledouble"),
    (0, b"-----BEGIN PGP MESSAGE", "pgp"),
    (0, b"-----BEGIN PKCS7-----", "p7m"),
    (0, b"-----BEGIN CMS-----", "p7m"),
)
_TEXT_KINDS = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "md": "md",
    "markdown": "md",
    "json": "json",
    "xml": "xml",
    "ics": "ics",
    "vcs": "ics",
    "vcf": "vcf",
}
_PLAIN_EXTENSIONS = frozenset({*_TEXT_KINDS, "txt", "text", "log"})
_MAIL_EXTENSIONS = frozenset({"eml", "emlx", "mht", "mhtml"})
_MAILBOX_EXTENSIONS = frozenset({"mbox", "mbx", "mboxrd"})
_HTML_EXTENSIONS = frozenset({"html", "htm", "xhtml", "shtml"})
_TEXT_EXTENSIONS = _PLAIN_EXTENSIONS | _MAIL_EXTENSIONS | _MAILBOX_EXTENSIONS | _HTML_EXTENSIONS
_LONGEST_CUT = 7
_MAILDIR_NAME = re.compile(r"^\d{6,}\.[^/]*(?::2,[A-Za-z]*|[.][^./]+)$")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_MAIL_HEADER = re.compile(
    rb"^(?:(from|to|cc|date|subject|reply-to|sender|bcc|return-path|delivered-to|x-[a-z-]+"
    rb"|in-reply-to|references|user-agent|content-type|content-transfer-encoding|importance)"
    rb"|(received|message-id|mime-version|dkim-signature|arc-seal|x-mailer|x-mozilla-status"
    rb"|return-path|delivered-to|x-gmail-labels|x-gm-thrid|x-originating-ip))[ \t]*:",
    re.IGNORECASE,
)
_SEPARATOR_LINE = re.compile(
    rb"From (?=[^\r\n]{0,400}\d\d:\d\d)(?=[^\r\n]{0,400}\b(?:19|20)\d\d\b)[^\r\n]{0,500}\r?\n"
)
_NEXT_SEPARATOR = re.compile(
    rb"\n\r?\nFrom [^\r\n]*\b(?:19|20)\d\d\b[^\r\n]{0,40}\r?\n[!-9;-~]{1,80}[ \t]*:"
)
_HTML_START = re.compile(
    rb"^\s*(?:<\?xml[^>]*+>\s*)?(?:(?><!--.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body|title|meta"
    rb"|table|div|p|h[1-6]|script|style|br|font|span|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_FLAT = re.compile(
    rb'<office:document\s[^>]{0,8000}office:mimetype\s*=\s*"application/vnd\.oasis\.opendocument\.'
    rb"(text|spreadsheet|presentation|graphics)"
)
"""An OpenDocument that is one XML file: all its namespaces stand in the first element."""
_FLAT_BYTES = 12_000
_HTML_ANYWHERE = re.compile(rb"<(?:html|body|!doctype\s+html)\b", re.IGNORECASE)
_CMS_TYPES = (
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07",
    b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01",
)
"""PKCS #7's own types, and those that S/MIME added: packed, enveloped and authenticated."""
_MOST_HEADER_LINES = 60
_PDF_WINDOW_BYTES = 1024
_MAGIC_BYTES = 1024 * 1024
"""As much as libmagic itself reads of a descriptor, whose offset would move: with the usual
2 kB it is wrong about one file in four."""
_ENOUGH_MAIL_HEADERS = 2

_MAGIC = magic.Magic(mime=True)
"""One per process, opened at import: the sandbox closes the database file's directory."""
_OPAQUE_MEDIA = (
    ("image/", "image"),
    ("audio/", "audio"),
    ("video/", "video"),
    ("font/", "font"),
    ("application/font", "font"),
    ("application/vnd.ms-opentype", "font"),
    ("application/x-dosexec", "executable"),
    ("application/vnd.microsoft.portable-executable", "executable"),
    ("application/x-executable", "executable"),
    ("application/x-sharedlib", "executable"),
    ("application/x-mach", "executable"),
    ("application/java-archive", "zip"),
    ("application/x-tar", "tar"),
    ("application/gzip", "gz"),
    ("application/pgp", "pgp"),
    ("application/vnd.ms-tnef", "tnef"),
)


def extension_of(name: str) -> str:
    """Return the lower-case extension without its dot, ``""`` where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and len(extension) <= 8 else ""  # noqa: PLR2004 - longer is a sentence


def kind_of(  # noqa: C901, PLR0911 - a ladder, surest sign first
    source: Source, name: str
) -> str:
    """Return the kind of ``source``: a reader's name, a kind that has none, or ``binary``.

    ``zip`` and ``ole`` are families; their readers look inside and refine.

    Args:
        source: the bytes.
        name: the base name; decides only where the bytes leave a choice.

    Raises:
        OSError: the bytes could not be read.
    """
    head = source.head
    extension = extension_of(name)
    for offset, signature, kind in _SIGNATURES:
        if head.startswith(signature, offset):
            return kind
    if cut := _cut_in_its_signature(head, extension):
        return cut
    if head.startswith(b"BM") and len(head) > 14 and head[6:10] == bytes(4):  # noqa: PLR2004 - BITMAPFILEHEADER
        return "image"
    if is_tar(head):
        return "tar"
    if extension in {"lzma", "tlz"} and head.startswith(b"\x5d\0\0"):
        return "lzma"
    if head.startswith(b"MZ") and not is_text(head):
        return "executable"
    start = head[:_PDF_WINDOW_BYTES].find(b"%PDF-")
    if start >= 0 and (not head[:start].strip(b"\xef\xbb\xbf \t\r\n\0") or not is_text(head)):
        return "pdf"
    if is_cms(head):
        return "p7m"
    if is_text(head):
        return _kind_of_text(head, name, extension)
    if start >= 0:
        return "pdf"
    return _kind_by_libmagic(source, name, extension)


def _cut_in_its_signature(head: bytes, extension: str) -> str | None:
    """Tell a file of which so little is left that it looks like a word of text."""
    if len(head) > _LONGEST_CUT or not extension or extension in _TEXT_EXTENSIONS:
        return None
    for offset, signature, kind in (*_SIGNATURES, (0, b"BZh91AY&SY", "bz2")):
        if not offset and signature.startswith(head):
            return kind
    return None


def is_tar(head: bytes) -> bool:
    """Tell whether ``head`` is a tar header by its checksum: old ones have no magic number.

    Source: POSIX pax(1), ustar interchange format: the sum of the header's bytes, with the
    checksum's own eight counted as spaces.
    """
    header = head[:512]
    stored = header[148:156].strip(b" \0")
    if len(header) < 512 or not stored.isdigit() or stored.strip(b"01234567"):  # noqa: PLR2004 - a block
        return False
    return sum(header) - sum(header[148:156]) + 8 * 0x20 == int(stored, 8)


def is_cms(head: bytes) -> bool:
    """Tell whether DER-encoded CMS begins here: an enveloped or signed mail or file."""
    return head[:1] == b"\x30" and any(sign in head[:32] for sign in _CMS_TYPES)


def _kind_of_text(  # noqa: PLR0911 - a ladder, surest sign first
    head: bytes, name: str, extension: str
) -> str:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in head[:64]:
        head = decode(head, is_cut=True).text.encode("utf-8", "replace")
    begin = head.removeprefix(b"\xef\xbb\xbf")
    if _looks_like_mailbox(begin, extension):
        return "mbox"
    if _looks_like_mail(begin, name, extension):
        return "eml"
    if _HTML_START.match(begin) or (
        extension in _HTML_EXTENSIONS and extension not in _PLAIN_EXTENSIONS
    ):
        return "html" if extension not in {"csv", "md", "tsv", "json"} else _TEXT_KINDS[extension]
    upper = begin.lstrip()[:15].upper()
    if upper.startswith(b"BEGIN:VCALENDAR"):
        return "ics"
    if upper.startswith(b"BEGIN:VCARD"):
        return "vcf"
    if flat := _FLAT.search(begin[:_FLAT_BYTES]):
        return {b"text": "fodt", b"spreadsheet": "fods"}.get(flat[1], "fodp")
    if upper.startswith(b"<?XML"):
        return "html" if _HTML_ANYWHERE.search(begin[:4096]) else "xml"
    if extension in _MAIL_EXTENSIONS:
        return "eml"
    return _TEXT_KINDS.get(extension, "txt")


def _looks_like_mailbox(head: bytes, extension: str) -> bool:
    """Tell a mailbox: a separator line with a year, then a header line (or nothing at all)."""
    separator = _SEPARATOR_LINE.match(head.lstrip(b"\r\n"))
    if separator is None:
        return False
    following = head.lstrip(b"\r\n")[separator.end() :]
    if extension in _MAIL_EXTENSIONS:
        return _NEXT_SEPARATOR.search(following) is not None
    if extension in _MAILBOX_EXTENSIONS:
        return True
    return bool(_HEADER_LINE.match(following.removeprefix(b">"))) or not following.strip()


def _looks_like_mail(  # noqa: C901 - one pass over the header lines, then the name decides
    head: bytes, name: str, extension: str
) -> bool:
    """Tell a message by its header block, as strictly as the name asks for."""
    if extension == "emlx":
        return True
    ordinary = distinctive = 0
    for number, line in enumerate(head.lstrip(b"\r\n").split(b"\n", _MOST_HEADER_LINES)):
        if not line.strip() or number == _MOST_HEADER_LINES:
            break
        if line[:1] in {b" ", b"\t"} and number:
            continue
        if not _HEADER_LINE.match(line):
            if number == 0 and line.startswith((b"From ", b">From ")):
                continue
            break
        if match := _MAIL_HEADER.match(line):
            ordinary += 1
            distinctive += match[2] is not None
            if match[0].lower().startswith((b"return-path", b"delivered-to")):
                distinctive += 1
    if extension in _MAIL_EXTENSIONS or (":2," in name and _MAILDIR_NAME.match(name)):
        return ordinary > 0
    if extension in _PLAIN_EXTENSIONS:
        return distinctive > 1 and ordinary > _ENOUGH_MAIL_HEADERS
    return (distinctive > 0 and ordinary >= _ENOUGH_MAIL_HEADERS) or (
        ordinary > _ENOUGH_MAIL_HEADERS
    )


def _kind_by_libmagic(source: Source, name: str, extension: str) -> str:
    head = source.head
    try:
        media_type = _MAGIC.from_buffer(source.read_at(0, _MAGIC_BYTES))
    except magic.MagicException:
        media_type = "application/octet-stream"
    for prefix, kind in _OPAQUE_MEDIA:
        if media_type.startswith(prefix):
            return kind
    if media_type == "message/rfc822" or (
        extension in _MAIL_EXTENSIONS and _looks_like_mail(head, name, extension)
    ):
        return "eml"
    if media_type == "application/mbox" or _looks_like_mailbox(head, extension):
        return "mbox"
    if media_type == "text/html" and _HTML_START.match(head):
        return "html"
    return "binary"
