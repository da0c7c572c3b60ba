"""What reviewers decided, and what follows from it: pure, like every other decision.

A decision is about one version of a record, in its class, for the reasons of that moment.
Where any of it is another by now, an approval counts no more, and people are asked again.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from gallra.model.holding import Decision, Verdict
from gallra.model.message import Message, said
from gallra.model.record import Act, CataloguedRecord, Disposition, RecordState
from gallra.model.retention import OTHERS, Action, ReviewQueue

_STAYS = frozenset({Act.REVIEW, Act.QUARANTINE, Act.MOVE})
"""What a decision to keep a record stands against."""


class Reviews:
    """All decisions that stand, ready to be asked about one record after the other."""

    def __init__(
        self, decisions: Iterable[Decision] = (), queues: Sequence[ReviewQueue] = ()
    ) -> None:
        """Take in ``decisions``, in any order; those that ended are passed over."""
        self._queues = {code: queue for queue in queues for code in queue.classes}
        self._others = next((queue for queue in queues if not queue.classes), OTHERS)
        self._of: dict[int, list[Decision]] = defaultdict(list)
        for decision in sorted(decisions, key=lambda each: each.decision_id):
            if not decision.ended_because:
                self._of[decision.record_id].append(decision)

    def queue_of(self, class_code: str) -> ReviewQueue:
        """Return who is asked about records of a class."""
        return self._queues.get(class_code, self._others)

    def of(self, item: CataloguedRecord) -> tuple[Decision, ...]:
        """Return the decisions about this very version of a record, the earliest first."""
        return tuple(each for each in self._of.get(item.record.record_id, ()) if _fits(each, item))

    def settled(self, disposition: Disposition, today: date) -> Disposition:
        """Return ``disposition`` as reviewers have decided; as it is where they have not.

        It must not have been through here before: its reasons are compared.
        """
        decisions = self.of(disposition.item) if disposition.act in _STAYS else ()
        if not decisions:
            return disposition
        approving = self.approving(disposition, decisions)
        queue = self.queue_of(disposition.item.classification.class_code)
        if approving and len(approving) >= queue.needed:
            if disposition.act is not Act.REVIEW or obstacle_to(disposition) is not None:
                return disposition
            names = ", ".join(approving)
            approved = said("{names} approved that it goes", names=names)
            because = (approved, *disposition.because)
            return replace(
                disposition, act=Act.QUARANTINE, because=because, approved_by=tuple(approving)
            )
        kept = next((each for each in reversed(decisions) if each.verdict is Verdict.KEEP), None)
        if kept is not None and kept.until is not None and today < kept.until:
            stays = said(
                "{name} decided that it is kept until {day}",
                name=kept.by,
                day=kept.until.isoformat(),
            )
            return replace(disposition, act=Act.RETAIN, because=(stays, *disposition.because))
        return disposition

    def approving(
        self, disposition: Disposition, decisions: Sequence[Decision] | None = None
    ) -> list[str]:
        """Return who approves ``disposition``, each once: only those who may, since it was kept."""
        item = disposition.item
        if decisions is None:
            decisions = self.of(item)
        queue = self.queue_of(item.classification.class_code)
        reasons = reasons_of(disposition)
        found: dict[str, str] = {}
        for each in decisions:
            if each.verdict is Verdict.KEEP:
                found.clear()
            elif (
                each.reasons == reasons
                and may_review(queue, each.by)
                and (each.is_whole or not item.record.is_container)
            ):
                found.setdefault(folded(each.by), each.by)
        return list(found.values())

    def let_go(self, item: CataloguedRecord) -> tuple[str, ...]:
        """Return who lets a record in quarantine go although the rules would not.

        Reviewers who let a mailbox go with all that is in it, or whoever decided about a record
        in person, in a hand-over or the like.
        """
        code = item.classification.class_code
        released = [
            each.by
            for each in self._of.get(item.record.record_id, ())
            if each.verdict is Verdict.RELEASE and each.class_code == code
        ]
        if released:
            return tuple(dict.fromkeys(released))
        whole = {
            folded(each.by): each.by
            for each in self._of.get(item.record.record_id, ())
            if each.verdict is Verdict.APPROVE
            and each.is_whole
            and each.class_code == code
            and each.signature.size_bytes == item.signature.size_bytes
            and each.signature.modified_ns == item.signature.modified_ns
        }
        is_enough = item.record.is_container and len(whole) >= self.queue_of(code).needed
        return tuple(whole.values()) if is_enough else ()


NO_REVIEWS = Reviews()


def folded(name: str) -> str:
    """Return a reviewer's name so that one person is not two by writing it otherwise."""
    return " ".join(name.split()).casefold()


def may_review(queue: ReviewQueue, name: str) -> bool:
    """Tell whether a queue asks this person."""
    return not queue.reviewers or folded(name) in map(folded, queue.reviewers)


def obstacle_to(disposition: Disposition) -> Message | None:  # noqa: PLR0911 - each obstacle has a sentence of its own
    """Return why a record cannot go whoever approves it, if it cannot."""
    item = disposition.item
    if disposition.held_by:
        return said("the hold {reference} keeps it", reference=disposition.held_by[0])
    if disposition.then is Action.KEEP and not item.record.is_container:
        return said("its class keeps it: the rules never let it go")
    if disposition.then is Action.MOVE:
        return said("its class moves it: it is not destroyed")
    if item.state is not RecordState.PRESENT:
        return said("it is not in its share")
    if item.signature.link_count > 1:
        return said("it has several names (hard links): take the others away first")
    if item.record.part and item.record.span is None:
        return said(
            "it cannot be cut out of its mailbox; the whole of that is approved by its own path"
            " and --whole"
        )
    return None


def reasons_of(disposition: Disposition) -> str:
    """Return a digest of why a person is asked, and why the record has its class."""
    item = disposition.item
    told = [
        item.classification.class_code,
        str(disposition.then),
        str(item.record.outcome),
        *(
            [message.template, *map(str, message.values)]
            for message in (*item.classification.because, *disposition.because)
        ),
    ]
    line = json.dumps(told, ensure_ascii=True)
    return hashlib.sha256(line.encode("ascii")).hexdigest()


def _fits(decision: Decision, item: CataloguedRecord) -> bool:
    """Tell whether a decision is about these bytes, in this class."""
    if decision.class_code != item.classification.class_code:
        return False
    if item.record.part:
        return item.record.span is not None and item.record.span.sha256 == decision.sha256
    return decision.signature == item.signature
