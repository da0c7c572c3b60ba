"""After a crash: find out from the disk what was done, and bring everything to one state."""

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError, put_back_as
from gallra.dispose.cutting import settle_cut
from gallra.dispose.disk import is_version, signature_from
from gallra.dispose.done import Done
from gallra.dispose.handing import settle_handing
from gallra.dispose.landing import drop_copy, landed
from gallra.dispose.means import NOTED, Means, Outcome
from gallra.dispose.moving import settle_move
from gallra.dispose.places import Place, Places
from gallra.dispose.quarantining import note_quarantined
from gallra.dispose.reasons import CalledOffError
from gallra.dispose.restoring import is_same, require_folder, restored, settle_remote
from gallra.dispose.returning import settle_return
from gallra.dispose.telling import catch_up, is_known
from gallra.dispose.testimony import DESTROY, HAND_OVER, MOVE, QUARANTINE, RESTORE, Case, case_of
from gallra.model.arrival import FileSignature
from gallra.model.errors import BrakeError
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.message import said
from gallra.store.shelf import parted

_OBJECT_NAME = re.compile(rb"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Something in a quarantine directory that the catalogue does not know of."""

    share: str
    name: bytes
    is_ours: bool
    """Whether it has the form of a name that gallra gives; it is left alone either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was found to be unfinished, and what was made of it."""

    settled: tuple[Done, ...] = ()
    """Acts that were begun: finished, or undone."""
    unsettled: tuple[LedgerEntry, ...] = ()
    """Intents that wait: their share or quarantine is away, or the ledger's text was erased."""
    caught_up_count: int = 0
    """Acts that the ledger knew of and the catalogue did not, until now."""
    unknown: tuple[LedgerEntry, ...] = ()
    """Acts in shares that the rules do not name any more: nobody knows where their files lie."""


def recover(means: Means) -> Recovery:
    """Finish or undo every act that was begun, and tell the catalogue what it missed.

    Doing it again changes nothing. Nothing new is begun before it.

    Raises:
        BrakeError: If the catalogue knows of ledger entries that are not there any more.
        GallraError: If the ledger or the catalogue cannot be used.
    """
    noted = means.catalogue.meta(NOTED)
    size = means.ledger.size
    first = int(noted) if noted is not None else 0
    if first > size:
        raise BrakeError(
            said(
                "The ledger has {size} entries, but {noted} were written: it was replaced by an "
                "older copy. Put the right one back; until then nothing is moved or destroyed.",
                size=size,
                noted=first,
            )
        )
    intents = means.ledger.open_intents()
    if first == size and not intents:
        return Recovery()
    with means.places() as places:
        caught_up, unknown = catch_up(means, places, first, size)
        outcomes: list[Outcome] = []
        unsettled: list[LedgerEntry] = []
        for many in _together(intents):
            found = _settled_together(means, places, many)
            if found is None:
                unsettled.extend(many)
            else:
                outcomes.extend(found)
        places.settle()
        settled = means.conclude(outcomes)
    return Recovery(
        settled=tuple(settled),
        unsettled=tuple(unsettled),
        caught_up_count=caught_up,
        unknown=unknown,
    )


def places_of(intents: Iterable[LedgerEntry]) -> frozenset[tuple[str, bytes]]:
    """Return the shares and paths that ``intents`` speak of."""
    found: set[tuple[str, bytes]] = set()
    for case in map(case_of, intents):
        if case is not None:
            found.update({(case.share, case.path), (case.to_share, case.to_path)})
    return frozenset(found)


def strays(means: Means) -> tuple[Stray, ...]:
    """Return what lies in the quarantines without anybody knowing; nothing is touched."""
    known = {item.object_name.encode() for item in means.catalogue.quarantine_items()}
    for intent in means.ledger.open_intents():
        if case := case_of(intent):
            known.update(name.encode() for name in (case.quarantine_id, case.rewrite))
    found: list[Stray] = []
    with means.places() as places:
        for share in means.schedule.shares:
            with contextlib.suppress(CalledOffError):  # away: nothing can be said of it
                place = places.place(share.name)
                found.extend(
                    Stray(share=share.name, name=name, is_ours=bool(_OBJECT_NAME.fullmatch(name)))
                    for name in map(os.fsencode, sorted(os.listdir(place.quarantine)))
                    if name not in known
                )
    return tuple(found)


def _together(intents: Iterable[LedgerEntry]) -> list[list[LedgerEntry]]:
    """Join the messages that were to be cut out of one mailbox at once."""
    found: dict[str, list[LedgerEntry]] = {}
    for intent in intents:
        case = case_of(intent)
        found.setdefault(
            case.rewrite if case and case.rewrite else f"{intent.sequence}", []
        ).append(intent)
    return list(found.values())


def _settled_together(
    means: Means, places: Places, intents: Sequence[LedgerEntry]
) -> list[Outcome] | None:
    """Return how the acts of ``intents`` ended; ``None`` where that cannot be told now."""
    cases = [case for case in map(case_of, intents) if case is not None]
    if not cases or not cases[0].part or cases[0].act == DESTROY:
        outcome = _settled(means, places, intents[0])
        return None if outcome is None else [outcome]
    try:
        if places.place(cases[0].share).quarantine_inode != cases[0].quarantine_inode:
            return None  # an empty mount point: that nothing is there says nothing
        if cases[0].act == RESTORE:
            return [settle_return(means, places, cases[0])]
        return settle_cut(means, places, cases)
    except (CalledOffError, AstrayError, OSError):
        return None


def _settled(means: Means, places: Places, intent: LedgerEntry) -> Outcome | None:
    """Return how the act of ``intent`` ended; ``None`` where that cannot be told now."""
    case = case_of(intent)
    if case is None:
        return None
    try:
        place = places.place(case.share)
        if place.quarantine_inode != case.quarantine_inode:
            return None  # an empty mount point: that nothing is there says nothing
        return _settled_in(means, places, place, case)
    except (CalledOffError, AstrayError, OSError):
        return None


def _settled_in(means: Means, places: Places, place: Place, case: Case) -> Outcome:
    name = case.quarantine_id.encode("ascii")
    if case.act in {MOVE, HAND_OVER}:
        is_move = case.act == MOVE
        return (settle_move if is_move else settle_handing)(means, places, case)
    if case.act == QUARANTINE:
        captured = _status(means, place.staging, name)
        if captured is not None:
            return _settled_capture(means, places, place, case, captured)
    found = _status(means, place.quarantine, name)
    if found is None:
        return _settled_without(means, places, place, case)
    if case.act == QUARANTINE:
        return _settled_copy(means, places, place, case, found)
    if case.act == RESTORE and place.is_remote:
        return settle_remote(means, places, place, case)
    return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)


def _status(means: Means, directory: int, name: bytes) -> os.stat_result | None:
    try:
        return means.disk.status(directory, name)
    except FileNotFoundError:
        return None


def _settled_copy(
    means: Means, places: Places, place: Place, case: Case, found: os.stat_result
) -> Outcome:
    """Settle a capture of which only the copy on another filesystem is left.

    It was whole before the original went; unless the original was put back, and is there.
    """
    name = case.quarantine_id.encode("ascii")
    directory, old_name = parted(case.path)
    with contextlib.suppress(FileNotFoundError):
        folder = places.folder(place, directory)
        if is_version(means.disk.status(folder, old_name), case.signature) and is_same(
            means.disk, (folder, old_name), (place.quarantine, name)
        ):
            drop_copy(means.disk, place, name)
            places.touch(place.quarantine)
            return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)
    descriptor = means.disk.open_file(place.quarantine, name)
    with contextlib.closing(os.fdopen(descriptor, "rb", buffering=0)):
        sha256 = means.disk.sha256(descriptor)
    return _captured(means, case, signature_from(found), sha256)


def _captured(means: Means, case: Case, signature: FileSignature, sha256: str) -> Outcome:
    return Outcome(
        case=case,
        deed=Deed.QUARANTINED,
        sha256=sha256,
        note=lambda at: note_quarantined(means, case, signature, at),
    )


def _settled_without(means: Means, places: Places, place: Place, case: Case) -> Outcome:
    """Settle a case whose object is not in quarantine."""
    if case.act == RESTORE:
        directory, name = parted(case.path)
        signature = case.signature
        with contextlib.suppress(OSError):  # somebody moved it on since: a scan will find it
            found = means.disk.status(places.folder(place, directory), name)
            if found.st_ino == case.signature.inode:
                signature = signature_from(found)
        return restored(means, case, signature)
    if case.act == DESTROY:
        has_item = means.catalogue.quarantine_item(case.quarantine_id) is not None
        return Outcome(
            case=case,
            deed=Deed.DESTROYED,
            sha256=case.sha256,
            note=(lambda at: means.catalogue.note_destroyed(case.quarantine_id, at=at))
            if has_item
            else None,
        )
    return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)


def _settled_capture(
    means: Means, places: Places, place: Place, case: Case, found: os.stat_result
) -> Outcome:
    """Finish a capture if what was captured is what was meant and nothing holds it; else undo.

    Raises:
        AstrayError: If it cannot be put back.
        OSError: If it cannot be read, or its folder cannot be reached.
    """
    name = case.quarantine_id.encode("ascii")
    is_it = (
        stat.S_ISREG(found.st_mode)
        and found.st_nlink == 1
        and (found.st_ino, found.st_size, found.st_mtime_ns)
        == (case.signature.inode, case.signature.size_bytes, case.signature.modified_ns)
    )
    if is_it and is_known(means, case) and not means.is_case_held(case):
        descriptor = means.disk.open_file(place.staging, name)
        with contextlib.closing(os.fdopen(descriptor, "rb", buffering=0)):
            sha256 = means.disk.sha256(descriptor)
            there = signature_from(os.fstat(descriptor))
            if place.is_remote:
                there = landed(means.disk, place, name, descriptor, sha256)
                places.touch(place.quarantine)
                places.settle()
                means.disk.unlink(place.staging, name)
        places.touch(place.staging)
        return _captured(means, case, there, sha256)
    if place.is_remote:
        drop_copy(means.disk, place, name)
        places.touch(place.quarantine)
    directory, old_name = parted(case.path)
    folder = require_folder(means.disk, places, place.root, directory)
    put_back_as(means.disk, place.staging, name, folder, old_name)
    places.touch(folder, place.staging)
    return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)
