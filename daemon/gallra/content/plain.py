"""Plain text, tables as text, and whatever else people write with a text editor."""

from collections.abc import Iterator

from gallra.content.decoding import decode, is_text
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_PROBE_BYTES = 64 * 1024


def read_text(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Yield a text file as one passage: decoded, line ends as one sign, nothing else changed.

    Raises:
        RefusedError: its middle or end shows that it is no text after all.
    """
    most = place.bounds.most_text_bytes
    content = source.read_at(0, most)
    shortfalls: list[Message] = []
    is_cut = source.size_bytes > most
    if is_cut:
        shortfalls.append(said("is larger than {limit} bytes", limit=most))
    step = max(_PROBE_BYTES, len(content) // 8) & ~1
    for begin in range(step, len(content), step):
        if not _is_like_the_start(content, begin):
            raise RefusedError(
                Outcome.DAMAGED, said("begins as text and goes on as something else")
            )
    decoded = decode(content, is_cut=is_cut)
    if not decoded.is_sound:
        shortfalls.append(said("holds bytes that are no characters"))
    passages = [Passage(where="body", text=normalised(decoded.text))] if content else []
    yield read_part(place, kind, passages, shortfalls=shortfalls)


def _is_like_the_start(content: bytes, begin: int) -> bool:
    """Tell whether a stretch in the middle is text too; UTF-16 is told by its start."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in content[:64]:
        return True
    return is_text(content[begin : begin + _PROBE_BYTES])
