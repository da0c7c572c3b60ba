"""The copy that goes with the letter: an archive that only its password opens.

The directory of an archive can be read without the password, so that members are called by
numbers; what they are stands in the contents, inside.
"""

import base64
import hashlib
import json
import mmap
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import libarchive

from gallra.duties.seeking import seen_again
from gallra.duties.sighting import Reader, Sighting
from gallra.model.access import FoundRecord, Request, Stance
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.message import said
from gallra.model.names import as_text, shown
from gallra.model.passage import ByteSpan
from gallra.policy.originals import without_unread
from gallra.report.language import Say
from gallra.report.problems import problem_of
from gallra.service.house import House

_PASSWORD_BYTES: Final = 20
"""160 bits of chance: the archive's own key derivation is a weak one."""
_GROUP: Final = 4
_OPTIONS: Final = "zip:encryption=aes256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was written."""

    path: Path
    password: str
    """Shown once, by whoever asked; it is kept nowhere."""
    original_count: int
    extract_count: int
    missing: tuple[FoundRecord, ...]
    """What is not as it was found any more: search again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    name: str
    content: bytes


def write_bundle(house: House, request: Request, letter: str, path: Path, say: Say) -> Bundle:
    """Write what is about the person of ``request`` into a new archive, mode 0600.

    A document goes as it is where it speaks of nobody else, or a person said so; of any other
    the passages about them go, with everybody else masked.

    Args:
        house: Whose.
        request: Searched, and decided about.
        letter: The letter, as text.
        path: Where the archive is made.
        say: The letter's language.

    Raises:
        WrongUseError: If something is at ``path`` already, or it cannot be written there.
        GallraError: If writing failed; nothing is left there.
    """
    password = new_password()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise WrongUseError(
            said("{path}: {problem}", path=shown(os.fsencode(path)), problem=say(problem_of(error)))
        ) from None
    counts = {"original": 0, "extract": 0}
    missing: list[FoundRecord] = []
    with closing(os.fdopen(descriptor, "wb")) as file:
        try:
            # made beside it without a name: what is at ``path`` is whole, or empty
            with tempfile.TemporaryFile(dir=path.parent) as draft:
                _pack(house, request, letter, draft, password, say, counts, missing)
                draft.seek(0)
                shutil.copyfileobj(draft, file)
            file.flush()
            os.fsync(file.fileno())
        except (OSError, libarchive.exception.ArchiveError):
            with suppress(OSError):
                file.truncate(0)
            raise GallraError(
                said(
                    "{path} could not be written: make room, take the empty file away, and try"
                    " again",
                    path=shown(os.fsencode(path)),
                )
            ) from None
    return Bundle(
        path=path,
        password=password,
        original_count=counts["original"],
        extract_count=counts["extract"],
        missing=tuple(missing),
    )


def _pack(  # noqa: PLR0913, PLR0917 - what goes in, and what is told of it
    house: House,
    request: Request,
    letter: str,
    draft: IO[bytes],
    password: str,
    say: Say,
    counts: dict[str, int],
    missing: list[FoundRecord],
) -> None:
    contents: list[dict[str, object]] = []
    with libarchive.custom_writer(
        draft.write, "zip", options=_OPTIONS, passphrase=password
    ) as archive:
        _add(archive, "0000.txt", letter.encode())
        for found, sighting, reader in seen_again(house, request.person, request.theirs):
            if sighting is None:
                missing.append(found)
                continue
            for piece in _pieces(found, sighting, reader, say, counts):
                _add(archive, piece.name, piece.content)
                contents.append(_described(found, piece.name))
        _add(archive, "0000.json", json.dumps(contents, ensure_ascii=False, indent=1).encode())


def new_password() -> str:
    """Return a password that can be read out on the telephone: groups of letters and digits."""
    text = base64.b32encode(secrets.token_bytes(_PASSWORD_BYTES)).decode().rstrip("=").lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _pieces(
    found: FoundRecord,
    sighting: Sighting,
    reader: Reader,
    say: Say,
    counts: dict[str, int],
) -> Iterator[_Piece]:
    number = f"{found.number:04d}"
    if found.stance is Stance.WHOLE or not sighting.speaks_of_others:
        content = _original(sighting, reader)
        if content is not None and found.stance is not Stance.WHOLE:
            content = without_unread(sighting.item.record.kind, _inside(sighting), content)
        if content is not None:
            counts["original"] += 1
            yield _Piece(name=f"{number}{_suffix(sighting)}", content=content)
            return
    counts["extract"] += 1
    yield _Piece(name=f"{number}.txt", content=_extracts(found, sighting, say).encode())


def _original(sighting: Sighting, reader: Reader) -> bytes | None:
    """Return the bytes of a record; ``None`` of a message that has none of its own."""
    record = sighting.item.record
    if record.is_container or (record.part and record.span is None):
        return None
    try:
        descriptor = reader.opened(sighting.item)
    except OSError:
        return None
    with closing(os.fdopen(descriptor, "rb")) as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            return b""
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            if record.part and record.span is not None:
                return _message(whole, record.span)
            return bytes(whole)


def _message(whole: mmap.mmap, span: ByteSpan) -> bytes | None:
    """Return one message, and never another: its mailbox may lie in quarantine, or it alone."""
    start, end = span.offset_bytes, span.offset_bytes + span.length_bytes
    for content in (whole[start:end], whole[: span.length_bytes]):
        if hashlib.sha256(content).hexdigest() == span.sha256:
            return content
    return None


def _inside(sighting: Sighting) -> list[str]:
    """Return the kinds of what is in a record: of all that was read, but itself."""
    kinds = [each.report.kind for each in sighting.sights]
    with suppress(ValueError):
        kinds.remove(sighting.item.record.kind)
    return kinds


def _suffix(sighting: Sighting) -> str:
    record = sighting.item.record
    if record.part:
        return ".eml"
    suffix = os.path.splitext(as_text(record.path))[1]
    return suffix if suffix.isascii() and suffix[1:].isalnum() else ".bin"


def _extracts(found: FoundRecord, sighting: Sighting, say: Say) -> str:
    lines = [_place(found), ""]
    for sight in sighting.sights:
        extracts = sight.excerpt.extracts
        if not extracts:
            continue
        if sight.report.address not in {"", found.part}:
            lines += [say(said("Inside it: {kind}", kind=sight.report.kind)), ""]
        for extract in extracts:
            lines += [extract.text, ""]
    if sighting.is_incomplete:
        lines += [say(said("Not all of this could be read.")), ""]
    return "\n".join(lines)


def _place(found: FoundRecord) -> str:
    return f"{found.share}: {found.kind}"


def _described(found: FoundRecord, name: str) -> dict[str, object]:
    """Return what the contents say of a piece: no path, whose folders may name somebody else."""
    return {"file": name, "place": found.share, "kind": found.kind, "class": found.class_code}


def _add(archive: libarchive.write.ArchiveWrite, name: str, content: bytes) -> None:
    archive.add_file_from_memory(name, len(content), content, permission=0o600)
