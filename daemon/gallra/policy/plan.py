"""What would be done at an instant, whole, before anything is.

The hand acts on files, and on messages that can be cut out of their mailbox; see
:mod:`gallra.policy.mailboxes`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from gallra.model.message import said
from gallra.model.names import as_base64
from gallra.model.record import (
    Act,
    CataloguedRecord,
    Disposition,
    Hold,
    Plan,
    RecordState,
)
from gallra.model.retention import RetentionSchedule
from gallra.policy.former import Deciding, Former
from gallra.policy.holds import Holding
from gallra.policy.latest import Late
from gallra.policy.mailboxes import (
    Mailbox,
    TakenWhole,
    keeps_its_mailbox,
    with_mailbox,
)
from gallra.policy.reviews import NO_REVIEWS, Reviews


def plan(  # noqa: PLR0913 - everything that a decision depends on, and nothing else
    items: Iterable[CataloguedRecord],
    *,
    holds: Collection[Hold] | Holding,
    schedule: RetentionSchedule,
    now: datetime,
    is_whole: bool = False,
    absent_shares: frozenset[str] = frozenset(),
    formers: tuple[Former, ...] = (),
    reviews: Reviews = NO_REVIEWS,
) -> Plan:
    """Decide about every one of ``items``.

    Memory grows with what is to be done, and with the number of mailboxes; what is retained is
    only counted, unless ``is_whole``. The order of ``items`` does not matter.

    Args:
        items: Records that are present or in quarantine, each once; what is destroyed or gone is
            passed over. Where a record of a mailbox is among them, *all* of that file's records
            must be: a mailbox goes only when none of its messages speaks against it.
        holds: Every standing hold; made ready where they speak of persons.
        schedule: The rules in force.
        now: The instant to decide for, aware.
        is_whole: Whether what is retained stands in the plan too.
        absent_shares: Shares that are not there, or are not what they were: nothing of theirs
            is touched.
        formers: Rules that were in force until lately: what they would keep waits.
        reviews: What reviewers decided.
    """
    decider = Deciding.of(schedule, holds, now, absent_shares, formers=formers, reviews=reviews)
    made = _Making(is_whole=is_whole, keeps=partial(keeps_its_mailbox, decider))
    late = Late(decider.today)
    for item in items:
        if item.state not in {RecordState.DESTROYED, RecordState.GONE}:
            decided = decider.decide(item)
            late.look_at(decided)
            made.take(decided)
    for mailbox in made.mailboxes.values():
        for disposition in mailbox.settled(decider):
            made.put(disposition)
    made.settle_messages(decider)
    ordered = tuple(sorted(made.dispositions, key=_order))
    return Plan(
        at=now,
        rules_digest=schedule.digest,
        dispositions=ordered,
        digest=digest_of(ordered),
        counts=tuple(sorted((act.value, count) for act, count in made.counts.items())),
        at_the_latest=late.found(),
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


def _held_within(mailbox: Disposition, held_by: tuple[str, ...]) -> Disposition:
    why = said("a message in it is held by {reference}", reference=held_by[0])
    because = (why, *mailbox.because)
    return replace(mailbox, act=Act.RETAIN, because=because, held_by=held_by)


@dataclass(slots=True, kw_only=True)
class _Making:
    """A plan in the making."""

    is_whole: bool
    keeps: Callable[[Disposition], bool]
    """Tells whether a message keeps its mailbox, whatever reviewers say of that."""
    dispositions: list[Disposition] = field(default_factory=list)
    counts: Counter[Act] = field(default_factory=Counter)
    mailboxes: dict[tuple[str, int], Mailbox] = field(default_factory=dict)
    taken: dict[tuple[str, int], list[Disposition]] = field(default_factory=dict)
    """Messages to be destroyed: cut out, or in a mailbox that lies in quarantine whole."""
    taken_whole: dict[tuple[str, int], Disposition] = field(default_factory=dict)
    """Mailboxes that lie in quarantine whole."""
    inside: dict[tuple[str, int], TakenWhole] = field(default_factory=dict)
    """What was decided about the messages in them."""
    held: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    """By which holds a message in such a mailbox is kept."""

    def take(self, disposition: Disposition) -> None:
        """Take a decision in, or put it aside until all of its mailbox is known."""
        item = disposition.item
        file = (item.record.share, item.file_id)
        is_present = item.state is RecordState.PRESENT
        if is_present and (item.record.is_container or item.record.part):
            mailbox = self.mailboxes.setdefault(file, Mailbox())
            if item.record.is_container:
                mailbox.container = disposition
            elif disposition.act is Act.QUARANTINE:
                mailbox.due.append(disposition)
            else:
                mailbox.remaining_count += 1
                mailbox.is_kept_by_one |= self.keeps(disposition)
                self.put(disposition)
            return
        if not is_present and disposition.held_by:
            self.held[file] = tuple(sorted({*self.held.get(file, ()), *disposition.held_by}))
        if not is_present and item.record.is_container:
            self.taken_whole[file] = disposition
            return
        if not is_present and item.record.part:
            within = self.inside.setdefault(file, TakenWhole())
            within.take(disposition, is_kept=self.keeps(disposition))
        if disposition.act.is_destructive and item.record.part:
            self.taken.setdefault(file, []).append(disposition)
            return
        self.put(disposition)

    def settle_messages(self, decider: Deciding) -> None:
        """Put what waited for all of its mailbox to be known."""
        for file, container in self.taken_whole.items():
            held_by = self.held.get(file)
            if container.act is Act.DESTROY and held_by is not None:
                settled = _held_within(container, held_by)
            else:
                settled = self.inside.get(file, TakenWhole()).settled(container, decider)
            self.put(settled)
        for file, messages in self.taken.items():
            is_whole = file in self.taken_whole
            for message in messages:
                self.put(with_mailbox(message) if is_whole else message)

    def put(self, disposition: Disposition) -> None:
        """Count a decision, and keep it where it is to be shown."""
        self.counts[disposition.act] += 1
        if self.is_whole or disposition.act is not Act.RETAIN:
            self.dispositions.append(disposition)
