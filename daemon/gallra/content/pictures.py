"""Pictures: what they say about themselves, and the writing in them where there is an eye."""

import io
import warnings
from collections.abc import Iterator

from PIL import ExifTags, Image, ImageOps, ImageSequence, UnidentifiedImageError

from gallra.content.pixels import require_pixels
from gallra.content.place import Place, RefusedError, normalised, read_part, too_large
from gallra.content.sight import LEAST_SIDE, Seen
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

Image.MAX_IMAGE_PIXELS = None  # our own bound is looked at before anything is decoded
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
_HEIF = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc", b"ftypavif")
_TAGS = (
    ExifTags.Base.ImageDescription,
    ExifTags.Base.Artist,
    ExifTags.Base.Copyright,
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPAuthor,
    ExifTags.Base.XPKeywords,
    ExifTags.Base.XPSubject,
)
_WIDE_TAGS = range(0x9C9B, 0x9CA0)
_COMMENTS = ("comment", "Comment", "Title", "Author", "Description")
_MOST_COMMENT = 20_000
_LONGEST_SIDE = 6_000
"""Pixels that an eye is shown at most along a side: a sheet of A3 at 300 dots an inch."""


def read_picture(place: Place, source: Source) -> Iterator[Part]:
    """Yield the picture: its own words about itself, then what is written in it.

    Raises:
        RefusedError: damaged, too large, or of a form that cannot be decoded here.
    """
    bounds = place.bounds
    if source.size_bytes > bounds.most_document_bytes:
        raise too_large(said("is larger than {limit} bytes", limit=bounds.most_document_bytes))
    require_pixels(place, source)
    content = source.read_at(0, source.size_bytes)
    if content[4:12] in _HEIF:
        unpacked = _unpacked(place, content)
        if unpacked is None:
            yield _waiting(place, 1)
            return
        content = unpacked
    picture = opened(content)
    with picture:
        yield _part_of(place, picture)


def opened(content: bytes) -> Image.Image:
    """Return the picture in ``content``, nothing of it decoded yet.

    Raises:
        RefusedError: it is none that can be decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a metadata fault is no fault of the pixels
            return Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise RefusedError(
            Outcome.UNSUPPORTED, said("is a picture of a form that is not read"), kind="image"
        ) from error


def _unpacked(place: Place, content: bytes) -> bytes | None:
    eye = place.budget.eye
    if eye is None:
        return None
    found = eye.unpacked(content)
    if found is None:
        raise RefusedError(
            Outcome.UNREADABLE, said("is a picture that could not be unpacked"), kind="image"
        )
    return found


def _waiting(place: Place, count: int) -> Part:
    return read_part(
        place, "image", [], shortfalls=[said("is a picture that nobody has looked at yet")],
        awaits_sight=count,
    )  # fmt: skip


def _part_of(place: Place, picture: Image.Image) -> Part:
    """Return the part of a picture, every frame of it looked at."""
    bounds = place.bounds
    width, height = picture.size
    if width * height > bounds.most_pixels:
        raise RefusedError(
            Outcome.TOO_LARGE, said("has more than {limit} pixels", limit=bounds.most_pixels)
        )
    passages = [
        Passage(where="properties", text=text) for text in dict.fromkeys(_own_words(picture))
    ]
    if min(width, height) < LEAST_SIDE:
        return read_part(place, "image", passages, shortfalls=[])
    frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    eye = place.budget.eye
    if eye is None:
        return read_part(
            place, "image", passages,
            shortfalls=[said("is a picture that nobody has looked at yet")], awaits_sight=frames,
        )  # fmt: skip
    shortfalls: list[Message] = []
    if frames > bounds.most_seen_pages:
        shortfalls.append(said("has more than {limit} pictures", limit=bounds.most_seen_pages))
    for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
        if number > min(frames, bounds.most_seen_pages):
            break
        if frame.size[0] * frame.size[1] > bounds.most_pixels:
            shortfalls.append(said("has more than {limit} pixels", limit=bounds.most_pixels))
            continue
        seen = look(place, frame)
        if seen.text:
            passages.append(
                Passage(where=f"picture {number}" if frames > 1 else "picture", text=seen.text)
            )
        if not seen.is_legible:
            shortfalls.append(said("is a picture that is hard to read"))
    return read_part(place, "image", passages, shortfalls=shortfalls)


def look(place: Place, picture: Image.Image) -> Seen:
    """Return what is written in ``picture``; the place's budget has an eye.

    Raises:
        RefusedError: its pixels are damaged.
    """
    eye = place.budget.eye
    if eye is None:
        return Seen(text="", is_failed=True)
    try:
        upright = ImageOps.exif_transpose(picture) or picture
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
            ground = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(ground, upright.convert("RGBA"))
        grey = upright.convert("L")
        if max(grey.size) > _LONGEST_SIDE:
            grey.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise RefusedError(Outcome.DAMAGED, said("is damaged"), kind="image") from error
    return eye.look(*grey.size, grey.tobytes())


def _own_words(picture: Image.Image) -> Iterator[str]:
    """Yield what the picture says of itself: title, author, comment."""
    for name in _COMMENTS:
        value = picture.info.get(name)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, str) and value.strip():
            yield normalised(value[:_MOST_COMMENT]).strip()
    try:
        tags = picture.getexif()
    except (OSError, ValueError, SyntaxError, TypeError, KeyError):
        return
    for tag in _TAGS:
        value = tags.get(tag)
        if isinstance(value, bytes):
            encoding = "utf-16-le" if tag in _WIDE_TAGS else "utf-8"
            value = value.decode(encoding, "replace").rstrip("\0")
        if isinstance(value, str) and value.strip():
            yield normalised(value[:_MOST_COMMENT]).strip()
