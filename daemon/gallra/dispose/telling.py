"""What the ledger says was done, told to a catalogue that does not know of it.

After a crash that is the last batch. Where the catalogue was lost, or is an older copy, it is all
that was ever done.
"""

import contextlib
import os

from gallra.dispose.cutting import note_cut
from gallra.dispose.disk import is_version, signature_from
from gallra.dispose.handing import note_given
from gallra.dispose.means import NOTED, Means
from gallra.dispose.places import Places
from gallra.dispose.quarantining import note_quarantined
from gallra.dispose.reasons import CalledOffError
from gallra.dispose.testimony import Case, case_of
from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.record import RecordState
from gallra.store.shelf import parted

_ACTS_DONE = frozenset(
    {Deed.QUARANTINED, Deed.RESTORED, Deed.DESTROYED, Deed.MOVED, Deed.HANDED_OVER}
)


def catch_up(
    means: Means, places: Places, first: int, size: int
) -> tuple[int, tuple[LedgerEntry, ...]]:
    """Tell the catalogue of the acts from entry ``first`` until before ``size``, in one piece.

    Returns:
        How many were news to it, and those in shares that the rules do not name.
    """
    if first == size:
        return 0, ()
    count = 0
    unknown: list[LedgerEntry] = []
    with means.catalogue.atomic():
        for entry in means.ledger.entries(first=first):
            if entry.entry.deed not in _ACTS_DONE:
                continue
            case = case_of(entry)
            try:
                is_news = case is not None and _tell(means, places, entry, case)
            except LookupError:
                unknown.append(entry)
            else:
                count += is_news
        means.catalogue.set_meta(NOTED, str(size))
    return count, tuple(unknown)


def _tell(means: Means, places: Places, entry: LedgerEntry, of: Case) -> bool:
    """Tell the catalogue of one act; return whether it was news.

    Raises:
        LookupError: If the rules know nothing of its share.
    """
    if all(share.name != of.share for share in means.schedule.shares):
        raise LookupError
    match entry.entry.deed:
        case Deed.MOVED:
            return _tell_moved(means, of, entry)
        case Deed.HANDED_OVER:
            return _tell_handed_over(means, places, of, entry)
        case Deed.QUARANTINED:
            return _tell_quarantined(means, places, of, entry)
        case _:
            return _tell_ended(means, of, entry)


def _tell_moved(means: Means, of: Case, entry: LedgerEntry) -> bool:
    if not is_known(means, of):
        return False  # a scan finds it where it is
    means.catalogue.note_moved(
        of.file_id, share=of.to_share, path=of.to_path, signature=of.signature, at=entry.at
    )
    return True


def _tell_handed_over(means: Means, places: Places, of: Case, entry: LedgerEntry) -> bool:
    if not is_known(means, of):
        return False  # a scan finds whose it is
    directory, name = parted(of.path)
    with contextlib.suppress(CalledOffError, OSError):
        found = means.disk.status(places.folder(places.place(of.share), directory), name)
        if is_version(found, of.signature):
            note_given(means, of, found, entry.at)
            return True
    return False


def _tell_quarantined(means: Means, places: Places, of: Case, entry: LedgerEntry) -> bool:
    if means.catalogue.quarantine_item(of.quarantine_id) is not None:
        return False
    found = _look(means, places, of)
    signature = signature_from(found) if found else of.signature
    if not is_known(means, of):
        _adopt(means, of, signature, entry)
    else:
        note = note_cut if of.part else note_quarantined
        note(means, of, signature, entry.at)
    return True


def _tell_ended(means: Means, of: Case, entry: LedgerEntry) -> bool:
    item = means.catalogue.quarantine_item(of.quarantine_id)
    if item is None or item.state is not RecordState.QUARANTINED:
        return False  # how it came there was erased from the ledger, or it is known
    if entry.entry.deed is Deed.DESTROYED:
        means.catalogue.note_destroyed(of.quarantine_id, at=entry.at)
    elif of.rewrite:
        means.catalogue.note_put_back(of.quarantine_id, path=of.path, at=entry.at)
    else:
        means.catalogue.note_restored(
            of.quarantine_id, path=of.path, signature=of.signature, at=entry.at
        )
    return True


def _adopt(means: Means, case: Case, signature: FileSignature, entry: LedgerEntry) -> None:
    """Take up what a catalogue that was lost, or is an older copy, does not know of."""
    means.catalogue.adopt_quarantined(
        case.quarantine_id,
        share=case.share,
        path=case.path,
        part=case.part,
        sha256=case.sha256 or "",
        signature=signature,
        at=entry.at,
        destroy_on=case.destroy_on,
        class_code=case.class_code,
        rule_number=case.rule_number,
        because=case.because,
        intent=case.intent,
    )


def is_known(means: Means, case: Case) -> bool:
    """Tell whether the catalogue's file of that number is the one the ledger speaks of.

    A mailbox has got another inode by the cut, so that it is known by its place alone.
    """
    return any(
        record.record.path == case.path
        and (bool(case.part) or record.signature.inode == case.signature.inode)
        for record in means.catalogue.records_of_file(case.file_id)
    )


def _look(means: Means, places: Places, case: Case) -> os.stat_result | None:
    with contextlib.suppress(CalledOffError, OSError):
        place = places.place(case.share)
        return means.disk.status(place.quarantine, case.quarantine_id.encode("ascii"))
    return None
