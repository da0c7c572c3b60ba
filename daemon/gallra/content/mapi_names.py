"""What the numbers of MAPI properties mean: which are people's words, and what to call them.

Source: [MS-OXPROPS]; sections 2.1000 ff. name the numbers, which are not grouped by meaning.
"""

import struct
from collections.abc import Mapping

Name = int | str
"""A property: its number, or what a program called it. Numbers from 0x8000 on are "long
identifiers", which mean the same in every file."""

MESSAGE_CLASS = 0x001A
SUBJECT = 0x0037
SUBMITTED_AT = 0x0039
SENT_REPRESENTING_NAME = 0x0042
SENT_REPRESENTING_ADDRESS = 0x0065
SENT_REPRESENTING_SMTP = 0x5D02
SENDER_NAME = 0x0C1A
SENDER_ADDRESS = 0x0C1F
SENDER_SMTP = 0x5D01
REPLY_TO_NAMES = 0x0050
HEADERS = 0x007D
RECEIVED_BY_NAME = 0x0040
RECIPIENT_KIND = 0x0C15
DELIVERED_AT = 0x0E06
MESSAGE_FLAGS = 0x0E07
BODY = 0x1000
COMPRESSED_RTF = 0x1009
HTML = 0x1013
MESSAGE_ID = 0x1035
REFERENCES = 0x1039
IN_REPLY_TO = 0x1042
DISPLAY_NAME = 0x3001
ADDRESS = 0x3003
CREATED_AT = 0x3007
MODIFIED_AT = 0x3008
SMTP_ADDRESS = 0x39FE
RECIPIENT_DISPLAY_NAME = 0x5FF6
ATTACHMENT_CONTENT = 0x3701
ATTACHMENT_SHORT_NAME = 0x3704
ATTACHMENT_METHOD = 0x3705
ATTACHMENT_NAME = 0x3707
ATTACHMENT_MIME_TYPE = 0x370E
SEARCH_KEY = 0x300B
INTERNET_CODE_PAGE = 0x3FDE
MESSAGE_LOCALE = 0x3FF1
MESSAGE_CODE_PAGE = 0x3FFD
STARTS_AT = 0x820D
ENDS_AT = 0x820E

DRAFT_FLAG = 0x08
FROM_ME_FLAG = 0x20

INTERNET_HEADERS = "header "
"""What the name of a property begins with that is a header field of a mail."""

DATES: Mapping[Name, str] = {
    0x3A42: "birthday",
    0x3A41: "anniversary",
    STARTS_AT: "start",
    ENDS_AT: "end",
    0x8104: "start",
    0x8105: "due",
    0x810F: "completed",
}
"""Days that a person wrote into an item."""

LABELS: Mapping[Name, str] = {
    SENT_REPRESENTING_NAME: "from", SENT_REPRESENTING_ADDRESS: "from",
    SENDER_NAME: "sender", SENDER_ADDRESS: "sender", SENDER_SMTP: "sender",
    RECEIVED_BY_NAME: "received by", 0x0044: "received for", 0x0076: "received by",
    0x0078: "received for", 0x5D07: "received by", 0x5D08: "received for",
    0x0E02: "bcc", 0x0E03: "cc", 0x0E04: "to", 0x0070: "topic", 0x0072: "original bcc",
    0x0073: "original cc", 0x0074: "original to", 0x004D: "original author",
    0x005A: "original sender", 0x0049: "original subject", 0x1001: "report",
    0x3001: "name", 0x3004: "comment", 0x3A02: "callback telephone", 0x3A05: "generation",
    0x3A06: "given name", 0x3A07: "government number", 0x3A08: "business telephone",
    0x3A09: "home telephone", 0x3A0A: "initials", 0x3A0B: "keyword", 0x3A0C: "language",
    0x3A0D: "location", 0x3A0F: "common name", 0x3A10: "organisation number", 0x3A11: "surname",
    0x3A12: "original", 0x3A15: "postal address", 0x3A16: "company", 0x3A17: "title",
    0x3A18: "department", 0x3A19: "office", 0x3A1A: "primary telephone",
    0x3A1B: "business telephone", 0x3A1C: "mobile telephone", 0x3A1D: "radio telephone",
    0x3A1E: "car telephone", 0x3A1F: "other telephone", 0x3A20: "transmitted name",
    0x3A21: "pager", 0x3A23: "primary fax", 0x3A24: "business fax", 0x3A25: "home fax",
    0x3A26: "country", 0x3A27: "place", 0x3A28: "county", 0x3A29: "street", 0x3A2A: "postcode",
    0x3A2B: "box", 0x3A2C: "telex", 0x3A2D: "isdn", 0x3A2E: "assistant telephone",
    0x3A2F: "home telephone", 0x3A30: "assistant", 0x3A43: "hobbies", 0x3A44: "middle name",
    0x3A45: "name prefix", 0x3A46: "profession", 0x3A47: "referred by", 0x3A48: "spouse",
    0x3A49: "computer network", 0x3A4A: "customer number", 0x3A4C: "ftp", 0x3A4E: "manager",
    0x3A4F: "nickname", 0x3A50: "personal page", 0x3A51: "business page",
    0x3A57: "company telephone", 0x3A58: "children", 0x3A59: "home place",
    0x3A5A: "home country", 0x3A5B: "home postcode", 0x3A5C: "home county",
    0x3A5D: "home street", 0x3A5E: "home box", 0x3A5F: "other place", 0x3A60: "other country",
    0x3A61: "other postcode", 0x3A62: "other county", 0x3A63: "other street", 0x3A64: "other box",
    0x3FF8: "creator", 0x3FFA: "last modified by", 0x8005: "filed under", 0x801A: "home address",
    0x801B: "business address", 0x801C: "other address", 0x802B: "page",
    0x8045: "business street", 0x8046: "business place", 0x8047: "business county",
    0x8048: "business postcode", 0x8049: "business country", 0x804A: "business box",
    0x8062: "messaging address", 0x8080: "email 1", 0x8083: "email 1", 0x8084: "email 1",
    0x8090: "email 2", 0x8093: "email 2", 0x8094: "email 2", 0x80A0: "email 3",
    0x80A3: "email 3", 0x80A4: "email 3", 0x80B2: "fax", 0x80C2: "fax", 0x80D2: "fax",
    0x8054: "distribution list", 0x811F: "owner", 0x8121: "assigner", 0x8208: "location",
    0x8232: "recurrence", 0x8238: "attendees", 0x823B: "to", 0x823C: "cc",
    0x8248: "meeting server", 0x8539: "companies", 0x853A: "contacts", 0x8580: "account",
    0x8700: "journal", 0x8712: "journal", "Keywords": "keywords",
}  # fmt: skip
"""What a person would call a property. One without a name here is shown as "property"."""

NOISE: frozenset[Name] = frozenset(
    {
        # classes, kinds of address, prefixes, language tags
        MESSAGE_CLASS, 0x003D, 0x0064, 0x0066, 0x0068, 0x0075, 0x0077, 0x0079, 0x007B, 0x0C1E,
        0x3002, 0x0E1D, 0x4030, 0x4031, 0x4034, 0x4035, 0x8082, 0x8092, 0x80A2, 0x80B3, 0x80C3,
        0x80D3, 0x8554, 0x85A4, 0x10F5, 0x3A20, 0x39FF,
        # numbers of messages, of threads, of programs
        MESSAGE_ID, REFERENCES, IN_REPLY_TO, 0x1043, 0x1044, 0x0E28, 0x0E29, 0x8581, 0x0047, 0x1046,
        # read elsewhere
        SUBJECT, BODY, HTML, COMPRESSED_RTF, HEADERS, REPLY_TO_NAMES,
    }
)  # fmt: skip
"""No person's words: not shown among what is left over."""

_SETS = {
    bytes.fromhex("8603020000000000c000000000000046"): INTERNET_HEADERS,
    bytes.fromhex("2903020000000000c000000000000046"): "",
}
"""Sets of properties that are named by text: mail headers, and what people add."""
_MEETING_SET = bytes.fromhex("90dad86e0b451b1098da00aa003f1305")
_FIRST_NAMED = 0x8000
_FIRST_OWN_SET = 3
_ENTRY_BYTES = 8


def names_from(guids: bytes, entries: bytes, strings: bytes) -> dict[int, Name]:
    """Return what the numbers from 0x8000 on stand for in one file.

    Args:
        guids: the stream of sets, 16 bytes each.
        entries: 8 bytes for each number: identifier or offset, set and kind, number.
        strings: the names, UTF-16 with a length in front.

    Source: [MS-OXMSG] 2.2.3.1; [MS-PST] 2.4.7 has the same three streams.
    """
    names: dict[int, Name] = {}
    for position in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        identifier, kind, number = struct.unpack_from("<IHH", entries, position)
        start = ((kind >> 1) - _FIRST_OWN_SET) * 16
        guid = guids[start : start + 16] if start >= 0 else b""
        if kind & 1:
            text = _named(strings, identifier)
            names[_FIRST_NAMED + number] = _SETS.get(guid, "") + text or "property"
        elif guid == _MEETING_SET or identifier < _FIRST_NAMED:
            names[_FIRST_NAMED + number] = f"meeting {identifier}"
        else:
            names[_FIRST_NAMED + number] = identifier
    return names


def _named(strings: bytes, offset: int) -> str:
    if offset + 4 > len(strings):
        return ""
    (length,) = struct.unpack_from("<I", strings, offset)
    return strings[offset + 4 : offset + 4 + min(length, 512)].decode("utf-16-le", "replace")
