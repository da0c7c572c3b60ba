"""Keyed digests of what a part says, the same in whatever format: so that copies are found.

Words alone count: neither how they are set, nor where lines end, nor capitals. What stands in
headers, footers, comments and properties is left out, since other formats have none.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gallra.detect.subject_lines import normalised_subject
from gallra.model.event import OTHER_PART, SAME_MESSAGE, SAME_TEXT
from gallra.model.passage import Part

FEWEST_WORDS: Final = 12
"""Fewer words may stand anywhere: "see you at three"."""
_PLACES: Final = frozenset(
    {"body", "table", "text box", "footnote", "endnote", "signed body", "html body"}
)
_NUMBERED: Final = ("row ", "page ", "slide ")
_BROKEN: Final = re.compile(r"(\w)-\n(\w)")
_WORD: Final = re.compile(r"[^\W_]+")
_INSIDE: Final = re.compile(r"(?:^|[!/])(?:media|pictures|thumbnails)/", re.IGNORECASE)
"""A picture in a document is no part of its own."""
_HOLDERS: Final = frozenset(
    {
        "7z", "bz2", "eml", "gz", "mbox", "message", "msg", "ods", "olm", "pst", "rar", "tar",
        "tnef", "xls", "xlsb", "xlsx", "xz", "zip",
    }
)  # fmt: skip
"""What has other parts in it, and says nothing by itself."""


def words_of(part: Part) -> str:
    """Return the words of a part as they are compared, parted by single spaces."""
    passages = [each for each in part.passages if _counts(each.where)]
    if any(each.where in {"body", "signed body"} for each in passages):
        passages = [each for each in passages if each.where != "html body"]
    text = "\n".join(each.text for each in passages)
    text = text.replace("\u00ad", "")
    if "-\n" in text:
        text = _BROKEN.sub(r"\1\2", text)
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def texts_of(part: Part) -> Iterator[tuple[str, str]]:
    """Yield the marks of a part, and what each is the digest of.

    :data:`SAME_TEXT` of what says enough to be known again; :data:`OTHER_PART` of a part that
    holds something and does not; :data:`SAME_MESSAGE` of a message that says when it was sent.
    """
    words = words_of(part)
    is_long = words.count(" ") >= FEWEST_WORDS - 1
    if is_long:
        yield SAME_TEXT, words
    elif (words or part.kind != "sheet") and not (
        part.kind in _HOLDERS or _INSIDE.search(part.address)
    ):
        yield OTHER_PART, part.address
    headers = part.message
    if headers is not None and headers.sent_at is not None and "!" not in part.address:
        told = (
            headers.sent_at.isoformat(),
            (headers.sender or "").casefold(),
            normalised_subject(headers.subject or ""),
            words,
            *(name.casefold() for name in headers.attachments),
        )
        yield SAME_MESSAGE, "\n".join(told)


def _counts(where: str) -> bool:
    return where in _PLACES or where.startswith(_NUMBERED)
