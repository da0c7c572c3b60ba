"""How large a picture is, by its header alone: nothing is decoded to find out."""

from PIL import Image, UnidentifiedImageError

from gallra.content.place import Place, too_large
from gallra.content.source import Source
from gallra.model.message import said

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP")
Image.MAX_IMAGE_PIXELS = None  # our own bound speaks, with an outcome instead of a warning
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, IndexError,
           TypeError, OverflowError, EOFError, AttributeError, MemoryError)  # fmt: skip
"""What Pillow's header readers raise for files that are none of theirs."""


def pixels_of(source: Source) -> tuple[int, int] | None:
    """Return a picture's width and height; ``None`` where its header does not tell."""
    if source.head[8:12] == b"WEBP":
        return _webp(source.head)
    try:
        with Image.open(source.open(), formats=_FORMATS) as picture:
            return picture.size
    except _BROKEN:
        return None


def _webp(head: bytes) -> tuple[int, int] | None:
    """Return what a WebP header says: Pillow makes room for the whole picture to find out.

    Source: WebP Container Specification: VP8X, VP8L; RFC 6386, 9.1 (VP8).
    """
    kind, data = head[12:16], head[20:30]
    if len(data) < 10:  # noqa: PLR2004 - the longest of the three headers
        return None
    if kind == b"VP8X":
        return (
            int.from_bytes(data[4:7], "little") + 1,
            int.from_bytes(data[7:10], "little") + 1,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        sides = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        return sides[0] & 0x3FFF, sides[1] & 0x3FFF
    return None


def require_pixels(place: Place, source: Source) -> None:
    """Look at a picture's size before anybody decodes it.

    Raises:
        RefusedError: it has more pixels than the bound allows.
    """
    size = pixels_of(source)
    limit = place.bounds.most_pixels
    if size is not None and size[0] * size[1] > limit:
        raise too_large(said("has more than {limit} pixels", limit=limit))
