"""Records that wait for a person: shown, approved, kept; each decision written into the ledger."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date

from gallra.kernel.opening import open_directory_beneath, open_file_in
from gallra.model.arrival import FileSignature
from gallra.model.errors import WrongUseError
from gallra.model.holding import Decision, Verdict
from gallra.model.ledger import Deed, Entry
from gallra.model.message import Message, said
from gallra.model.names import as_text
from gallra.model.record import Act, CataloguedRecord, Disposition, RecordState
from gallra.model.retention import Action, ReviewQueue
from gallra.model.reviewing import Reviewed, Waiting
from gallra.policy.decide import day_of
from gallra.policy.plan import plan
from gallra.policy.reviews import (
    Reviews,
    folded,
    may_review,
    obstacle_to,
    reasons_of,
)
from gallra.service import clock
from gallra.service.history import formers
from gallra.service.holding import holding_of
from gallra.service.house import House

CHANGED = "changed"
"""Why a decision ended: the record is another one by now."""
RECLASSED = "class"
KEPT = "kept"
_DEEDS = {Verdict.APPROVE: Deed.REVIEW_APPROVED, Verdict.KEEP: Deed.REVIEW_KEPT}
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who decides, and why."""

    name: str
    typed_by: str
    """Who gave the command."""
    why: str


def reviews_of(house: House) -> Reviews:
    """Return the decisions that count now; those about what changed since end here."""
    catalogue = house.catalogue
    standing: list[Decision] = []
    for decision in catalogue.decisions():
        item = catalogue.record(decision.record_id)
        if item is None or not item.is_current or item.state is not RecordState.PRESENT:
            standing.append(decision)  # it is about nothing that could go now
            continue
        kept = _still_about(decision, item, house)
        if isinstance(kept, Decision):
            standing.append(kept)
        else:
            _end(house, decision, item, kept)
    return Reviews(standing, house.schedule.review_queues)


def waiting(house: House, found: Sequence[Disposition], reviews: Reviews) -> Iterator[Waiting]:
    """Yield what waits for a person among the dispositions of a plan, the longest first."""
    today = day_of(clock.now(), house.schedule)
    asked = [
        Waiting(
            disposition=each,
            queue=reviews.queue_of(each.item.classification.class_code),
            approved_by=tuple(reviews.approving(each)),
            days=max(0, (today - each.item.due.due_on).days) if each.item.due.due_on else 0,
        )
        for each in found
        if each.act is Act.REVIEW
    ]
    yield from sorted(asked, key=lambda each: -each.days)


def approve(house: House, item: CataloguedRecord, reviewer: Reviewer, *, whole: bool) -> Reviewed:
    """Let a record go, as far as one reviewer can; use it inside ``house.acting()``.

    Raises:
        WrongUseError: If it may not go, or nobody is asked, or this one is not.
    """
    disposition, together = _asked(house, item)
    reviews = reviews_of(house)
    queue = reviews.queue_of(item.classification.class_code)
    _require_reviewer(queue, reviewer.name)
    obstacle = obstacle_to(disposition)
    if obstacle is not None:
        raise WrongUseError(obstacle)
    along = _going_along(house, disposition, together, whole=whole)
    mine = [
        each
        for each in reviews.of(item)
        if each.verdict is Verdict.APPROVE and folded(each.by) == folded(reviewer.name)
    ]
    known = (
        mine[-1]
        if mine and folded(reviewer.name) in map(folded, reviews.approving(disposition))
        else None
    )
    decision = known or _decide(house, disposition, Verdict.APPROVE, reviewer, whole=whole)
    approving = Reviews(house.catalogue.decisions(), house.schedule.review_queues).approving(
        disposition
    )
    return Reviewed(
        item=item,
        decision=decision,
        is_new=known is None,
        missing_count=max(0, queue.needed - len(approving)),
        along_count=along,
    )


def keep(house: House, item: CataloguedRecord, reviewer: Reviewer, *, until: date) -> Reviewed:
    """Keep a record until a day; approvals that were given before count no more.

    Raises:
        WrongUseError: If nobody is asked about it, or this one is not, or the day is over.
    """
    if until <= day_of(clock.now(), house.schedule):
        raise WrongUseError(said("{day} is not after today", day=until.isoformat()))
    disposition, _ = _asked(house, item)
    queue = Reviews((), house.schedule.review_queues).queue_of(item.classification.class_code)
    _require_reviewer(queue, reviewer.name)
    standing = [
        each for each in house.catalogue.decisions() if each.record_id == item.record.record_id
    ]
    last = standing[-1] if standing else None
    if last is not None and (last.verdict, last.until, folded(last.by)) == (
        Verdict.KEEP,
        until,
        folded(reviewer.name),
    ):
        return Reviewed(item=item, decision=last, is_new=False)
    now = clock.now()
    with house.catalogue.atomic():
        for each in standing:
            house.catalogue.end_decision(each.decision_id, because=KEPT, at=now)
        decision = _decide(house, disposition, Verdict.KEEP, reviewer, until=until)
    return Reviewed(item=item, decision=decision, is_new=True)


def _asked(house: House, item: CataloguedRecord) -> tuple[Disposition, list[Disposition]]:
    """Return what the rules make of a record, and of all in its file, before any review.

    Raises:
        WrongUseError: If no person is asked about it.
    """
    found = plan(
        house.catalogue.records_of_file(item.file_id),
        holds=holding_of(house),
        schedule=house.schedule,
        now=clock.now(),
        is_whole=True,
        formers=formers(house),
    ).dispositions
    disposition = next(
        each for each in found if each.item.record.record_id == item.record.record_id
    )
    if disposition.act is Act.REVIEW and item.is_current:
        return disposition, list(found)
    if disposition.held_by:
        raise WrongUseError(said("the hold {reference} keeps it", reference=disposition.held_by[0]))
    if item.record.part and item.record.span is None:
        obstacle = obstacle_to(disposition)
        if obstacle is not None:
            raise WrongUseError(obstacle)
    raise WrongUseError(_not_asked(disposition, day_of(clock.now(), house.schedule)))


def _not_asked(disposition: Disposition, today: date) -> Message:
    if disposition.act in {Act.QUARANTINE, Act.WAIT}:
        return said("nobody is asked about it: the rules let it go by themselves")
    day = disposition.item.due.due_on
    if day is not None and day > today:
        return said("the rules keep it until {day}", day=day.isoformat())
    return said("the rules keep it: nobody is asked about it")


def _going_along(
    house: House, disposition: Disposition, together: Sequence[Disposition], *, whole: bool
) -> int:
    """Return how many messages that are not due would go with their mailbox.

    Raises:
        WrongUseError: If that was not asked for, or one of them is kept.
    """
    if not disposition.item.record.is_container:
        return 0
    classes = {each.code: each for each in house.schedule.classes}
    today = day_of(clock.now(), house.schedule)
    along = [each for each in together if each.item.record.part and not _is_due(each, today)]
    for each in along:
        found = classes.get(each.item.classification.class_code)
        obstacle = None
        if each.held_by:
            obstacle = said("the hold {reference} keeps it", reference=each.held_by[0])
        elif found is not None and (found.then is Action.KEEP or found.keep_at_least is not None):
            obstacle = said("its class {code} keeps it", code=found.code)
        if obstacle is not None:
            part = each.item.record.part
            raise WrongUseError(
                said("{part} in it may not go with it; see gallra explain", part=part), obstacle
            )
    if not whole:
        raise WrongUseError(
            said(
                "it goes only with all that is in it ({count} messages are not due): say --whole if"
                " that is meant",
                count=len(along),
            )
        )
    return len(along)


def _is_due(disposition: Disposition, today: date) -> bool:
    due_on = disposition.item.due.due_on
    return due_on is not None and due_on <= today


def _require_reviewer(queue: ReviewQueue, by: str) -> None:
    if not may_review(queue, by):
        raise WrongUseError(
            said(
                "{name} is not asked about this: the queue {queue} asks {reviewers}",
                name=by,
                queue=queue.name,
                reviewers=", ".join(queue.reviewers),
            )
        )


def _decide(  # noqa: PLR0913 - what was decided, by whom and why
    house: House,
    disposition: Disposition,
    verdict: Verdict,
    reviewer: Reviewer,
    *,
    until: date | None = None,
    whole: bool = False,
) -> Decision:
    item = disposition.item
    decision = Decision(
        record_id=item.record.record_id,
        verdict=verdict,
        by=reviewer.name,
        why=reviewer.why,
        at=clock.now(),
        until=until,
        is_whole=whole,
        class_code=item.classification.class_code,
        reasons=reasons_of(disposition),
        sha256=_digest_of(item, house),
        signature=item.signature,
    )
    with house.catalogue.atomic():
        noted = house.catalogue.note_decision(decision)
        house.ledger.append(
            (_entry(_DEEDS[verdict], noted, item, house, typed_by=reviewer.typed_by),), at=noted.at
        )
    return noted


def _digest_of(item: CataloguedRecord, house: House) -> str:
    """Return the SHA-256 of what is decided about.

    Raises:
        WrongUseError: If it is not as it was read.
    """
    if item.record.part:
        return item.record.span.sha256 if item.record.span else ""
    found = _hashed(item, house)
    if found is None:
        raise WrongUseError(
            said(
                "it changed since it was read, or cannot be opened: run gallra scan, then look"
                " again"
            )
        )
    return found


def _hashed(item: CataloguedRecord, house: House) -> str | None:
    """Return the SHA-256 of a file that is the version the catalogue knows; else ``None``."""
    directory, _, name = item.record.path.rpartition(b"/")
    try:
        root = os.open(house.share(item.record.share).path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            folder = open_directory_beneath(root, directory)
        finally:
            os.close(root)
        try:
            descriptor = open_file_in(folder, name)
        finally:
            os.close(folder)
        with closing(os.fdopen(descriptor, "rb", buffering=0)) as file:
            digest = hashlib.sha256()
            if _signature(descriptor) != item.signature:
                return None
            while piece := file.read(_PIECE_BYTES):
                digest.update(piece)
            return digest.hexdigest() if _signature(descriptor) == item.signature else None
    except (OSError, StopIteration):
        return None


def _signature(descriptor: int) -> FileSignature:
    status = os.fstat(descriptor)
    return FileSignature(
        device=status.st_dev,
        inode=status.st_ino,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        link_count=status.st_nlink,
    )


def _still_about(decision: Decision, item: CataloguedRecord, house: House) -> Decision | str:
    """Return the decision where it is still about ``item``, or why it is not."""
    if decision.class_code != item.classification.class_code:
        return RECLASSED
    if item.record.part:
        span = item.record.span
        return decision if span is not None and span.sha256 == decision.sha256 else CHANGED
    if decision.signature == item.signature:
        return decision
    is_longer = decision.signature.size_bytes != item.signature.size_bytes
    sha256 = "" if is_longer else _hashed(item, house)
    if sha256 is None:
        return decision  # it cannot be looked at now, and so it does not go either
    if sha256 == decision.sha256:
        house.catalogue.note_same_bytes(decision.decision_id, item.signature)
        return replace(decision, signature=item.signature)
    return CHANGED


def _end(house: House, decision: Decision, item: CataloguedRecord, because: str) -> None:
    now = clock.now()
    with house.catalogue.atomic():
        house.catalogue.end_decision(decision.decision_id, because=because, at=now)
        ended = replace(decision, ended_because=because)
        house.ledger.append((_entry(Deed.REVIEW_VOID, ended, item, house),), at=now)


def _entry(
    deed: Deed,
    decision: Decision,
    item: CataloguedRecord,
    house: House,
    *,
    typed_by: str | None = None,
) -> Entry:
    told: tuple[tuple[str, str | int | None], ...] = (
        ("share", item.record.share),
        ("path", as_text(item.record.path)),
        ("part", item.record.part or None),
        ("number", decision.decision_id),
        ("verdict", decision.verdict.value),
        ("by", decision.by),
        ("user", typed_by),
        ("reason", decision.ended_because or decision.why),
        ("until", decision.until.isoformat() if decision.until else None),
        ("whole", 1 if decision.is_whole else None),
        ("sha256", decision.sha256),
    )
    return Entry(
        deed=deed,
        class_code=decision.class_code,
        rules_digest=house.schedule.digest,
        rule_number=item.classification.rule_number,
        clear=tuple(pair for pair in told if pair[1] is not None),
    )
