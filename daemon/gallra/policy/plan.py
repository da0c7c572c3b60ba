"""What would be done at an instant, whole, before anything is.

The hand acts on files, and the plan says so: a mailbox is taken as one file, and only where
every message in it is due for destruction. Its messages are then said to go with it; where
some are due and others not, a person decides, since single messages are not cut out yet.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from gallra.model.message import Message, said
from gallra.model.names import as_base64
from gallra.model.record import (
    Act,
    CataloguedRecord,
    Disposition,
    Hold,
    Plan,
    RecordState,
)
from gallra.model.retention import Action, RetentionSchedule
from gallra.policy.conditions import is_fully_read
from gallra.policy.decide import Decider


def plan(  # noqa: PLR0913 - everything that a decision depends on, and nothing else
    items: Iterable[CataloguedRecord],
    *,
    holds: Collection[Hold],
    schedule: RetentionSchedule,
    now: datetime,
    is_whole: bool = False,
    absent_shares: frozenset[str] = frozenset(),
) -> Plan:
    """Decide about every one of ``items``.

    Memory grows with what is to be done, and with the number of mailboxes; what is retained is
    only counted, unless ``is_whole``. The order of ``items`` does not matter.

    Args:
        items: Records that are present or in quarantine, each once; what is destroyed or gone is
            passed over. Where a record of a mailbox is among them, *all* of that file's records
            must be: a mailbox goes only when none of its messages speaks against it.
        holds: Every standing hold.
        schedule: The rules in force.
        now: The instant to decide for, aware.
        is_whole: Whether what is retained stands in the plan too.
        absent_shares: Shares that are not there, or are not what they were: nothing of theirs
            is touched.
    """
    decider = Decider.of(schedule, holds, now, absent_shares)
    made = _Making(is_whole=is_whole)
    for item in items:
        if item.state not in {RecordState.DESTROYED, RecordState.GONE}:
            made.take(decider.decide(item))
    for mailbox in made.mailboxes.values():
        for disposition in mailbox.settled(decider):
            made.put(disposition)
    ordered = tuple(sorted(made.dispositions, key=_order))
    return Plan(
        at=now,
        rules_digest=schedule.digest,
        dispositions=ordered,
        digest=digest_of(ordered),
        counts=tuple(sorted((act.value, count) for act, count in made.counts.items())),
    )


def digest_of(ordered: Iterable[Disposition]) -> str:
    """Return the SHA-256, in hex, over the destructive ones of ``ordered``.

    Each is told by its act, place, version, class and quarantine; not by its reasons, nor by
    what changes when gallra tags a file. The same deeds have the same digest on another day.
    """
    digest = hashlib.sha256(b"gallra plan 1\n")
    for disposition in ordered:
        if disposition.act.is_destructive:
            item = disposition.item
            deed = {
                "act": disposition.act.value,
                "class": item.classification.class_code,
                "inode": item.signature.inode,
                "modified_ns": item.signature.modified_ns,
                "part": item.record.part,
                "path": as_base64(item.record.path),
                "quarantine": item.quarantine_id,
                "share": item.record.share,
                "size": item.signature.size_bytes,
            }
            line = json.dumps(deed, sort_keys=True, separators=(",", ":"))
            digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _order(disposition: Disposition) -> tuple[str, bytes, str, int]:
    record = disposition.item.record
    return (record.share, record.path, record.part, record.record_id)


@dataclass(slots=True, kw_only=True)
class _Making:
    """A plan in the making."""

    is_whole: bool
    dispositions: list[Disposition] = field(default_factory=list)
    counts: Counter[Act] = field(default_factory=Counter)
    mailboxes: "dict[tuple[str, int], _Mailbox]" = field(default_factory=dict)

    def take(self, disposition: Disposition) -> None:
        """Take a decision in, or put it aside until all of its mailbox is known."""
        item = disposition.item
        is_present = item.state is RecordState.PRESENT
        if is_present and (item.record.is_container or item.record.part):
            mailbox = self.mailboxes.setdefault((item.record.share, item.file_id), _Mailbox())
            if item.record.is_container:
                mailbox.container = disposition
            elif disposition.act is Act.QUARANTINE:
                mailbox.due.append(disposition)
            else:
                mailbox.remaining_count += 1
                self.put(disposition)
            return
        if disposition.act.is_destructive and item.record.part:
            disposition = _with_mailbox(disposition)
        self.put(disposition)

    def put(self, disposition: Disposition) -> None:
        """Count a decision, and keep it where it is to be shown."""
        self.counts[disposition.act] += 1
        if self.is_whole or disposition.act is not Act.RETAIN:
            self.dispositions.append(disposition)


@dataclass(slots=True)
class _Mailbox:
    """What was decided about a mailbox and the messages in it."""

    container: Disposition | None = None
    due: list[Disposition] = field(default_factory=list)
    remaining_count: int = 0
    """Messages that are not due for destruction."""

    def settled(self, decider: Decider) -> list[Disposition]:
        """Return the decisions about the container and the messages that are due."""
        if self.container is None:
            return [_for_review(message, _NOT_CUT) for message in self.due]
        if not self.due:
            return [_as_container(self.container, self.remaining_count)]
        obstacle = self._obstacle(decider)
        if obstacle is None:
            every = said("all {count} messages in it are due", count=len(self.due))
            going = replace(
                self.container,
                act=Act.QUARANTINE,
                then=Action.DESTROY,
                because=(every, *self.due[0].because),
            )
            return [going, *(_with_mailbox(message) for message in self.due)]
        staying = _as_container(self.container, self.remaining_count + len(self.due))
        return [staying, *(_for_review(message, obstacle) for message in self.due)]

    def _obstacle(self, decider: Decider) -> Message | None:
        """Return why the mailbox cannot go as a whole, if it cannot."""
        if self.remaining_count or self.container is None:
            return _NOT_CUT
        item = self.container.item
        stopped = decider.stopped_by(item)
        if stopped is not None:
            return stopped
        if self.container.then is Action.KEEP and item.classification.rule_number is not None:
            return said("its mailbox is kept")
        if not is_fully_read(item.record):
            return said("its mailbox was not read in full: a person decides, not a rule")
        if item.signature.link_count > 1:
            return said("its mailbox has several names (hard links): a person decides")
        return None


_NOT_CUT = said(
    "other messages in its mailbox are not due, and single messages are not cut out yet: "
    "a person decides"
)


_FOR_A_PERSON = frozenset({Act.REVIEW, Act.ALERT})


def _for_review(message: Disposition, why: Message) -> Disposition:
    return replace(message, act=Act.REVIEW, because=(why, *message.because))


def _with_mailbox(message: Disposition) -> Disposition:
    goes = said("it goes with its mailbox")
    return replace(message, act=Act.RETAIN, because=(goes, *message.because))


def _as_container(container: Disposition, message_count: int) -> Disposition:
    """Return what is done with a mailbox whose messages do not all go: it is never taken."""
    if container.act in _FOR_A_PERSON and message_count and is_fully_read(container.item.record):
        own = said("each message in it has a class of its own, so there is nothing to decide on it")
        return replace(container, act=Act.RETAIN, because=(own, *container.because))
    if not container.act.is_destructive:
        return container
    if message_count == 0:
        empty = said("no message in it is known: a person decides, not a rule")
        return replace(container, act=Act.REVIEW, because=(empty, *container.because))
    inside = said("messages in it are not due, so it stays", count=message_count)
    return replace(container, act=Act.RETAIN, because=(inside, *container.because))
