"""The hand: the only part of gallra that moves or destroys people's files.

It decides nothing. It is given decisions, checks for each that the file is still the one it
was made about, and writes to the ledger before and after it acts:

    intent (durable) -> check -> act -> the disk confirms -> outcome (durable) -> catalogue

Where it is stopped in between, by anything at all, :meth:`Hand.recover` finds out from the
disk what was done, and finishes or undoes it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from gallra.dispose import (
    cutting,
    destroying,
    handing,
    leaving,
    moving,
    quarantining,
    reasons,
    recovery,
    restoring,
    returning,
)
from gallra.dispose.catalogue import Catalogue
from gallra.dispose.disk import Disk
from gallra.dispose.done import Done
from gallra.dispose.means import BATCH_BYTES, BATCH_COUNT, Means, not_begun
from gallra.dispose.note_states import Wanted
from gallra.dispose.testimony import Clear
from gallra.model.going import GoesOn, always
from gallra.model.message import Message
from gallra.model.record import CataloguedRecord, Disposition
from gallra.model.retention import RetentionSchedule
from gallra.store.ledger import Ledger

MOST_MESSAGES = 10_000
"""Messages that are cut out of one mailbox at once; for more it is rewritten again."""
_WITNESSED_COUNT = 5_000
"""Files for which the ledger is read through once, to see how they came into quarantine."""


class Hand:
    """Carries out dispositions. One at a time may be at work on a state directory."""

    def __init__(  # noqa: PLR0913 - each is one thing it must not know of itself
        self,
        *,
        ledger: Ledger,
        catalogue: Catalogue,
        schedule: RetentionSchedule,
        clock: Callable[[], datetime],
        is_held: Callable[[CataloguedRecord], bool],
        dwell_ends_on: Callable[[date], date],
        disk: Disk | None = None,
        attested: Clear = (),
        goes_on: GoesOn = always,
    ) -> None:
        """Take what is needed to act.

        Args:
            ledger: Told before and after each act; without it there is none.
            catalogue: Told last, and caught up by recovery.
            schedule: Where the shares and quarantines are; names the rules in the ledger.
            clock: The time, aware.
            is_held: Asked again inside each act, so it must look anew.
            dwell_ends_on: From the day of quarantining, the first day of destruction.
            disk: Replaced in tests.
            attested: On whose word it acts, for the ledger: ``by``, a person; ``plan``, the
                hash that a person confirmed.
            goes_on: Asked before each batch: where it says no, the rest is left as it is.
        """
        self._goes_on = goes_on
        self._means = Means(
            ledger=ledger,
            catalogue=catalogue,
            schedule=schedule,
            clock=clock,
            is_held=is_held,
            dwell_ends_on=dwell_ends_on,
            disk=disk or Disk(between=goes_on),
            attested=attested,
        )

    def quarantine(self, dispositions: Iterable[Disposition]) -> Iterator[Done]:
        """Move files into quarantine, in batches; yield how each ended, as it is durable.

        Messages come after the files, those of one mailbox in one rewrite of it.

        A file that changed, is open somewhere, has hard links, lies behind a link, or was put
        on hold stays where it is, with the reason. Whoever stops iterating stops the work
        after the batch.

        Raises:
            BrakeError: If the ledger does not verify; nothing was done.
            DurabilityError: If the disk did not confirm something; the run must end.
            GallraError: If ledger or catalogue cannot be written; the batch was undone.
        """
        overtaken, fit = self._sifted(dispositions)
        yield from overtaken
        messages: dict[tuple[str, bytes], list[Disposition]] = {}
        files = _aside(fit, messages)
        for batch in self._batches(files):
            yield from tuple(quarantining.quarantine_batch(self._means, batch))
        for of_one in messages.values():
            for batch in _batches(of_one, MOST_MESSAGES):
                if not self._goes_on():
                    return
                yield from tuple(cutting.cut(self._means, batch))

    def move(self, dispositions: Iterable[Disposition]) -> Iterator[Done]:
        """Move files to where the rules say, in batches; yield how each ended.

        Raises:
            BrakeError: If the ledger does not verify; nothing was done.
            DurabilityError: If the disk did not confirm something; the run must end.
            GallraError: If ledger or catalogue cannot be written.
        """
        overtaken, fit = self._sifted(dispositions)
        yield from overtaken
        for batch in self._batches(fit):
            yield from tuple(moving.move_batch(self._means, batch))

    def hand_over(self, dispositions: Iterable[Disposition]) -> Iterator[Done]:
        """Give files to another owner, in batches; yield how each ended.

        Raises:
            BrakeError: If the ledger does not verify; nothing was done.
            DurabilityError: If the disk did not confirm something; the run must end.
            GallraError: If ledger or catalogue cannot be written.
        """
        overtaken, fit = self._sifted(dispositions)
        yield from overtaken
        for batch in _batches(fit, BATCH_COUNT):
            yield from tuple(handing.hand_over_batch(self._means, batch))

    def hand_over_folders(self, folders: Sequence[handing.Folder]) -> Iterator[Done]:
        """Give folders to another owner, with nothing of what is in them.

        Raises:
            BrakeError: If the ledger does not verify; nothing was done.
            DurabilityError: If the disk did not confirm something; the run must end.
            GallraError: If the ledger cannot be written.
        """
        self.recover()
        yield from handing.hand_over_folders(self._means, folders)

    def destroy(self, dispositions: Iterable[Disposition]) -> Iterator[Done]:
        """Destroy files that lie in quarantine, in batches; yield how each ended.

        Only what has lain there until its day, is not held, and is bit for bit what was put
        there.

        Raises:
            BrakeError: If the ledger does not verify; nothing was done.
            DurabilityError: If the disk did not confirm something; the run must end.
            GallraError: If ledger or catalogue cannot be written.
        """
        self.recover()
        for many in _batches(dispositions, _WITNESSED_COUNT):
            if not self._goes_on():
                return
            known = destroying.known_of(self._means, many)
            for batch in self._batches(many):
                yield from tuple(destroying.destroy_batch(self._means, batch, known))

    def restore(self, quarantine_id: str, *, to: bytes | None = None) -> Done:
        """Put a file back into its share, or a message into its mailbox; never over another.

        Args:
            quarantine_id: Its name in quarantine.
            to: Another place, relative to the share it came from.

        Raises:
            WrongUseError: If nothing of that name is there, or ``to`` is not a plain path.
            DurabilityError: If the disk did not confirm.
            GallraError: If the share is away, or the ledger cannot be written.
        """
        self.recover()
        item = restoring.require_item(self._means, quarantine_id, to)
        if item.part:
            return returning.put_back(self._means, item, to)
        return restoring.restore(self._means, item, to)

    def leave_notes(
        self, share: str, wanted: Iterable[Wanted], *, may_begin: bool = True
    ) -> tuple[Message, ...]:
        """Make the notes in a share's folders those that are wanted; see :func:`leaving.leave`."""
        return leaving.leave(self._means, share, wanted, may_begin=may_begin)

    def tellable(self, share: str, path: bytes, object_names: Collection[str]) -> frozenset[str]:
        """Return of what a note may say more than its name; see :func:`leaving.tellable`."""
        return leaving.tellable(self._means, share, path, object_names)

    def _batches(self, dispositions: Iterable[Disposition]) -> Iterator[tuple[Disposition, ...]]:
        """Yield batches of files of a bounded number and length, for as long as it may go on."""
        batch: list[Disposition] = []
        length_bytes = 0
        for disposition in dispositions:
            # A message's signature is its mailbox's: of the message that says nothing.
            item = disposition.item
            size_bytes = 0 if item.record.part else item.signature.size_bytes
            if batch and (len(batch) >= BATCH_COUNT or length_bytes + size_bytes > BATCH_BYTES):
                if not self._goes_on():
                    return
                yield tuple(batch)
                batch, length_bytes = [], 0
            batch.append(disposition)
            length_bytes += size_bytes
        if batch and self._goes_on():
            yield tuple(batch)

    def _sifted(
        self, dispositions: Iterable[Disposition]
    ) -> tuple[list[Done], Iterable[Disposition]]:
        """Recover, and tell decisions that are overtaken by it from those that still hold.

        A file that an unsettled act may still concern is left alone, and so is one that the
        catalogue has come to know under another number.
        """
        recovered = self.recover()
        if not (recovered.settled or recovered.unsettled or recovered.caught_up_count):
            return [], dispositions
        waiting = recovery.places_of(recovered.unsettled)
        overtaken: list[Done] = []
        fit: list[Disposition] = []
        for disposition in dispositions:
            item = disposition.item
            is_known = bool(self._means.catalogue.records_of_file(item.file_id))
            if is_known and (item.record.share, item.record.path) not in waiting:
                fit.append(disposition)
            else:
                overtaken.append(not_begun(item, reasons.CHANGED))
        return overtaken, fit

    def recover(self) -> recovery.Recovery:
        """Finish or undo what was begun before a crash; see :func:`recovery.recover`."""
        return recovery.recover(self._means)

    def strays(self) -> tuple[recovery.Stray, ...]:
        """Return what lies in the quarantines that nobody knows of; it is never touched."""
        return recovery.strays(self._means)


def _aside(
    dispositions: Iterable[Disposition], messages: dict[tuple[str, bytes], list[Disposition]]
) -> Iterator[Disposition]:
    """Yield decisions about files; put those about messages aside, by mailbox."""
    for disposition in dispositions:
        record = disposition.item.record
        if record.part:
            messages.setdefault((record.share, record.path), []).append(disposition)
        else:
            yield disposition


def _batches(dispositions: Iterable[Disposition], count: int) -> Iterator[tuple[Disposition, ...]]:
    waiting = iter(dispositions)
    while batch := tuple(islice(waiting, count)):
        yield batch
