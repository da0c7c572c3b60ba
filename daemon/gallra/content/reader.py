"""Bytes to parts: tell the kind, read by it, follow what is inside; an honest end for each.

Nothing that a file holds makes :func:`read` raise. What goes wrong becomes the outcome of the
part in which it went wrong, with a reason; what was read before stays read.
"""

import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from lxml import etree

from gallra.content.archive import read_zip
from gallra.content.bounds import BOUNDS, Bounds
from gallra.content.bundles import read_rar, read_seven_zip, read_tar
from gallra.content.cards import read_cards
from gallra.content.compressed import read_compressed
from gallra.content.kinds import kind_of
from gallra.content.legacy import read_compound
from gallra.content.mail import read_mail
from gallra.content.mailbox import read_mailbox
from gallra.content.opendocument import read_flat
from gallra.content.pdf import read_pdf
from gallra.content.pgp import read_pgp
from gallra.content.pictures import read_picture
from gallra.content.place import Budget, Place, RefusedError, is_limit, refused_at
from gallra.content.plain import read_text
from gallra.content.polyglots import second_readings, unwrapped
from gallra.content.pst import read_pst
from gallra.content.rtf import read_rtf
from gallra.content.sight import Eye
from gallra.content.smime import read_cms
from gallra.content.source import FileSource, Source
from gallra.content.tnef import read_tnef
from gallra.content.unread import refuse
from gallra.content.web import read_html
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

Reader = Callable[[Place, Source], Iterator[Part]]

_READERS: dict[str, Reader] = {
    "eml": read_mail,
    "html": read_html,
    "image": read_picture,
    "mbox": read_mailbox,
    "ole": read_compound,
    "p7m": read_cms,
    "pdf": read_pdf,
    "pgp": read_pgp,
    "pst": read_pst,
    "rtf": read_rtf,
    "7z": read_seven_zip,
    "rar": read_rar,
    "tar": read_tar,
    "tnef": read_tnef,
    **{kind: partial(read_cards, kind) for kind in ("ics", "vcf")},
    "zip": read_zip,
    **{f"f{kind}": partial(read_flat, kind) for kind in ("odt", "ods", "odp")},
    **{
        kind: partial(read_compressed, kind)
        for kind in ("gz", "bz2", "xz", "lzma", "zst", "Z", "lz", "lz4")
    },
    **{kind: partial(read_text, kind) for kind in ("txt", "csv", "tsv", "md", "json", "xml")},
}


def read(
    descriptor: int, name: str, *, bounds: Bounds = BOUNDS, eye: Eye | None = None
) -> Iterator[Part]:
    """Yield the parts of an open file, each exactly once.

    The part of the file itself has the address ``""``. It comes first, except where it is a
    container that streams (a mailbox, an archive): there it comes last, when it is known how
    the reading ended. The descriptor is not closed, and its offset is not moved.

    Args:
        descriptor: an open, readable, regular file.
        name: its base name; a hint, no more.
        bounds: where to stop.
        eye: looks at pictures; without one they wait, and the parts say so.
    """
    try:
        source = FileSource(descriptor)
    except OSError:
        yield _unreadable("", "unknown")
        return
    place = Place(
        address="",
        name=name,
        depth=0,
        budget=Budget(bounds=bounds, stored_bytes=source.size_bytes, eye=eye),
        follow=_follow,
    )
    yield from _follow(place, source)


def _follow(place: Place, source: Source) -> Iterator[Part]:
    """Read what is at a place, whatever it is."""
    if (refused := refused_at(place)) is not None:
        yield refused
        return
    try:
        kind, source = unwrapped(_kind_at(place, source), source)
        seconds = list(second_readings(kind, source))
    except OSError:
        yield _unreadable(place.address, "unknown")
        return
    if not source.size_bytes:
        yield Part(address=place.address, kind=kind, outcome=Outcome.READ)
        return
    reader = _READERS.get(kind) or partial(refuse, kind)
    yield from _guarded(place, kind, reader(place, source))
    for second, content in seconds:
        inner = place.inside(f"also:{second}")
        also = _READERS[second] if second != "zip" else partial(read_zip, is_begin_read=True)
        yield from _guarded(inner, second, also(inner, content))


def _kind_at(place: Place, source: Source) -> str:
    if place.is_message:
        return "eml"
    return kind_of(source, place.name)


def _unreadable(address: str, kind: str) -> Part:
    return Part(
        address=address,
        kind=kind,
        outcome=Outcome.UNREADABLE,
        reason=said("the system would not let it be read"),
    )


def _guarded(place: Place, kind: str, parts: Iterator[Part]) -> Iterator[Part]:
    """Pass parts on; turn whatever breaks the reader into the place's own outcome."""
    is_told = False
    while True:
        try:
            part = next(parts, None)
        except BaseException as error:  # noqa: BLE001 - Rust's panics are no Exception; others go on
            failure = _outcome_of(error)
            failure.forget()
            break
        if part is None:
            return
        is_told = is_told or part.address == place.address
        yield part
    # Where the place's own part was given already, the rest gets one of its own.
    address = place.address_of("rest") if is_told else place.address
    outcome = failure.outcome
    if outcome is Outcome.DAMAGED and is_limit(failure.reason):
        outcome = Outcome.TOO_LARGE
    yield Part(
        address=address,
        kind=failure.kind or kind,
        outcome=outcome,
        reason=failure.reason,
        encrypted=failure.encrypted,
    )


def _outcome_of(error: BaseException) -> RefusedError:
    """Return what an error means for the part; what is not about content is raised again."""
    match error:
        case RefusedError():
            return error
        case MemoryError() | RecursionError():
            return RefusedError(Outcome.TOO_LARGE, said("needs more memory than it may have"))
        case zipfile.BadZipFile() | etree.LxmlError() | EOFError():
            return RefusedError(Outcome.DAMAGED, said("is damaged"))
        case OSError() if error.errno is not None:
            return RefusedError(Outcome.UNREADABLE, said("the system would not let it be read"))
        case Exception():
            name = type(error).__name__
            return RefusedError(Outcome.DAMAGED, said("could not be read: {error}", error=name))
        case _ if type(error).__name__ == "PanicException":
            return RefusedError(Outcome.DAMAGED, said("is damaged"))
        case _:
            raise error
