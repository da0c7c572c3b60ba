"""Cut messages out of a mailbox: they go into quarantine, the rest stays byte for byte."""

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError
from gallra.dispose.disk import signature_from
from gallra.dispose.done import Done
from gallra.dispose.landing import put_copy
from gallra.dispose.locking import finish, locked
from gallra.dispose.mbox import Piece, are_apart, digest_of, marks_around, without
from gallra.dispose.means import Means, Outcome, not_begun
from gallra.dispose.places import Place, Places
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.dispose.rewriting import (
    Mailbox,
    Rewrite,
    carry_out,
    opened,
)
from gallra.dispose.testimony import QUARANTINE, Case
from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.passage import ByteSpan
from gallra.model.record import Act, CataloguedRecord, Disposition, RecordState


def cut(means: Means, messages: Sequence[Disposition]) -> Iterator[Done]:
    """Cut ``messages``, all of one mailbox, out of it in one rewrite; yield how each ended.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the ledger cannot be written.
    """
    with means.places() as places:
        fit: list[Disposition] = []
        for message in messages:
            reason = _refusal(means, message)
            if reason is None:
                fit.append(message)
            else:
                yield not_begun(message.item, reason)
        if not fit:
            return
        record = fit[0].item.record
        try:
            with opened(
                places, means.disk, record.share, record.path, fit[0].item.signature
            ) as mailbox:
                yield from _cut(means, places, mailbox, fit)
        except (CalledOffError, OSError) as error:
            reason = error.reason if isinstance(error, CalledOffError) else from_errno(error)
            yield from (not_begun(message.item, reason) for message in fit)


def _refusal(means: Means, message: Disposition) -> Message | None:
    item = message.item
    if message.act is not Act.QUARANTINE or item.state is not RecordState.PRESENT:
        return said("it was not decided that this message goes into quarantine")
    if item.record.span is None:
        return said("it cannot be cut out of a mailbox of this kind: a person must decide")
    if message.held_by or means.is_held(item):
        return reasons.HELD
    return None


def _cut(
    means: Means, places: Places, mailbox: Mailbox, messages: Sequence[Disposition]
) -> Iterator[Done]:
    """Look at the mailbox, announce what is to be done, and do it."""
    spans = [span_of(message.item) for message in messages]
    _require_spans(mailbox, spans)
    content = without(mailbox.descriptor, mailbox.signature.size_bytes, spans)
    after_sha256 = digest_of(content)
    mailbox.require_same(means.disk)
    group = secrets.token_hex(16)
    cases = means.announce(
        [
            replace(_case(means, mailbox, message, span), rewrite=group, after_sha256=after_sha256)
            for message, span in zip(messages, spans, strict=True)
        ]
    )
    rewrite = rewrite_of(cases, mailbox.place, mailbox.folder)
    reason = reasons.INTERRUPTED
    try:
        with locked(means.disk, mailbox, group):
            carry_out(
                places,
                means.disk,
                mailbox,
                rewrite,
                content,
                make=partial(_put_messages, means, mailbox, cases, spans),
                permit=partial(_require_unheld, means, cases),
            )
    except CalledOffError as error:
        reason = error.reason
    except OSError as error:
        reason = from_errno(error)
    try:
        is_done = finish(places, means.disk, rewrite)
        outcomes = [
            outcome_of(means, mailbox.place, case, reason, is_done=is_done) for case in cases
        ]
    except (OSError, AstrayError):
        return  # the intents stay open, and recovery finds out
    places.settle()
    yield from means.conclude(outcomes)


def _require_spans(mailbox: Mailbox, spans: Sequence[ByteSpan]) -> None:
    """Go on when every message stands where it was read, byte for byte."""
    if not are_apart(spans, mailbox.signature.size_bytes):
        raise CalledOffError(reasons.UNLIKE_ITS_MAILBOX)
    for span in spans:
        if digest_of([_piece(mailbox, span)]) != span.sha256:
            raise CalledOffError(reasons.UNLIKE_ITS_MAILBOX)


def _piece(mailbox: Mailbox, span: ByteSpan) -> Piece:
    return Piece(mailbox.descriptor, span.offset_bytes, span.length_bytes)


def _put_messages(
    means: Means, mailbox: Mailbox, cases: Sequence[Case], spans: Sequence[ByteSpan]
) -> None:
    """Copy each message into quarantine, as an object with the mailbox's owner and mode."""
    quarantine = mailbox.place.quarantine
    for case, span in zip(cases, spans, strict=True):
        name, piece = case.quarantine_id.encode("ascii"), _piece(mailbox, span)
        if put_copy(means.disk, quarantine, name, [piece], mailbox.descriptor) != span.sha256:
            raise CalledOffError(reasons.UNLIKE_ITS_MAILBOX)


def _require_unheld(means: Means, cases: Sequence[Case]) -> None:
    if any(means.is_case_held(case) for case in cases):
        raise CalledOffError(reasons.HELD)


def _case(means: Means, mailbox: Mailbox, message: Disposition, span: ByteSpan) -> Case:
    item = message.item
    today = means.today()
    above, below = marks_around(mailbox.descriptor, mailbox.signature.size_bytes, span)
    return Case(
        act=QUARANTINE,
        share=item.record.share,
        path=item.record.path,
        file_id=item.file_id,
        quarantine_id=secrets.token_hex(16),
        quarantine_inode=mailbox.place.quarantine_inode,
        signature=item.signature,
        class_code=item.classification.class_code,
        rule_number=item.classification.rule_number,
        because=message.because,
        destroy_on=max(today, means.dwell_ends_on(today)),
        sha256=span.sha256,
        part=item.record.part,
        above=above,
        below=below,
        item=item,
    )


def span_of(item: CataloguedRecord) -> ByteSpan:
    """Return where a message stands in its mailbox, which must be known."""
    span = item.record.span
    if span is None:
        raise CalledOffError(reasons.UNLIKE_ITS_MAILBOX)
    return span


def rewrite_of(cases: Sequence[Case], place: Place, folder: int) -> Rewrite:
    """Return the rewrite that ``cases``, all of one, are cut in."""
    case = cases[0]
    return Rewrite(
        place=place,
        folder=folder,
        name=os.path.basename(case.path),
        rewrite=case.rewrite,
        old=case.signature,
        after_sha256=case.after_sha256,
        made=tuple(each.quarantine_id.encode("ascii") for each in cases),
    )


def settle_cut(means: Means, places: Places, cases: Sequence[Case]) -> list[Outcome]:
    """Bring the cut of ``cases`` to an end after a crash; return how each ended.

    Raises:
        CalledOffError: If the share is away.
        OSError: If that cannot be told now; or as :func:`finish`.
    """
    case = cases[0]
    place = places.place(case.share)
    folder = places.folder(place, os.path.dirname(case.path))
    rewrite = rewrite_of(cases, place, folder)
    is_done = finish(places, means.disk, rewrite)
    return [outcome_of(means, place, each, reasons.INTERRUPTED, is_done=is_done) for each in cases]


def outcome_of(
    means: Means, place: Place, case: Case, reason: Message, *, is_done: bool
) -> Outcome:
    """Return how the cut of one message ended."""
    if not is_done:
        return Outcome(case=case, deed=Deed.NOT_DONE, reason=reason)
    status = means.disk.status(place.quarantine, case.quarantine_id.encode("ascii"))
    return Outcome(
        case=case,
        deed=Deed.QUARANTINED,
        sha256=case.sha256,
        note=partial(note_cut, means, case, signature_from(status)),
    )


def note_cut(means: Means, case: Case, signature: FileSignature, at: datetime) -> None:
    """Tell the catalogue that the message of ``case`` lies in quarantine, as it is there."""
    means.catalogue.note_cut(
        case.file_id,
        case.quarantine_id,
        part=case.part,
        sha256=case.sha256 or "",
        signature=signature,
        at=at,
        destroy_on=case.destroy_on,
        class_code=case.class_code,
        intent=case.intent,
    )
