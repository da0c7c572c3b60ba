"""What would stop it: every way in which a person can keep a record from going."""

from dataclasses import dataclass
from shlex import quote

from gallra.model.message import Message, said
from gallra.model.names import as_text, is_text
from gallra.model.record import Act, Brake, Disposition, RecordState
from gallra.model.retention import Action, RetentionClass, Trigger
from gallra.policy.paths import literal

_FATEFUL = frozenset({Action.DESTROY, Action.MOVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One way to keep a record."""

    what: str
    """``brake``, ``dry-run``, ``restore``, ``review``, ``hold``, ``event``, ``edit``, ``rules``."""
    message: Message
    command: str = ""
    """To be copied; ``""`` where no single command does it."""


def stops(
    disposition: Disposition,
    retention_class: RetentionClass | None,
    holding: tuple[Brake, ...] = (),
    *,
    is_asked: bool = False,
) -> tuple[Stop, ...]:
    """Return what would keep a record from being taken, destroyed or moved, nearest first.

    Where a person is asked about it, what would keep it from going with an approval.

    Args:
        disposition: What the plan says of it.
        retention_class: Its class; ``None`` where no rule speaks of it.
        holding: The brakes that hold the plan back that it is in.
        is_asked: Whether the rules ask a person about it, whatever reviewers said by now.
    """
    item = disposition.item
    is_taken = item.state is RecordState.QUARANTINED
    if item.state not in {RecordState.PRESENT, RecordState.QUARANTINED}:
        return ()
    is_fateful = retention_class is not None and (retention_class.then in _FATEFUL or is_taken)
    if not is_fateful and not is_asked:
        return ()
    found = []
    if disposition.act.is_destructive:
        found += [
            Stop(
                what="brake",
                message=said(
                    "the brake {code} holds today's plan; gallra plan tells what releases it",
                    code=brake.code,
                ),
            )
            for brake in holding
        ]
    if disposition.act is Act.WAIT and disposition.waits_until is not None:
        waits = said(
            "the rules before, put back before {day}: the new ones are under a dry run until then",
            day=disposition.waits_until.isoformat(),
        )
        found.append(Stop(what="dry-run", message=waits))
    if is_taken:
        found.append(_restore(disposition))
    if is_asked and not is_taken:
        found.append(_review(disposition))
    if not disposition.held_by:
        # The share's name needs no quoting: rules allow none that would.
        place = quote(f"{item.record.share}/{literal(item.record.path)}")
        hold = said("a hold, under a name and for a reason of yours, whatever the rules say")
        command = f"gallra hold place HOLD-1 {place} --why WHY"
        found.append(Stop(what="hold", message=hold, command=command))
    found += _events(disposition)
    counted_from = retention_class and retention_class.counted_from
    if not is_taken and counted_from is Trigger.MODIFIED:
        edit = said("a change to the file: its period counts from the day of the last one")
        found.append(Stop(what="edit", message=edit))
    other = said(
        "other rules: change a copy of rules.toml, and see first what else that would change"
    )
    found.append(Stop(what="rules", message=other, command="gallra rules diff COPY"))
    return tuple(found)


def _review(disposition: Disposition) -> Stop:
    record = disposition.item.record
    part = f"#{record.part}" if record.part else ""
    place = quote(f"{record.share}/{as_text(record.path)}{part}")
    # A name that is no text cannot be copied out of a terminal.
    command = f"gallra review keep {place} --until DAY --why WHY" if is_text(record.path) else ""
    word = said(
        "a reviewer's word that it stays until a day of yours; then it is asked about again"
    )
    return Stop(what="review", message=word, command=command)


def _restore(disposition: Disposition) -> Stop:
    item = disposition.item
    command = f"gallra quarantine restore {item.quarantine_id}"
    if item.destroy_on is None or disposition.act is Act.REVIEW:
        back = said("having it back from quarantine")
    else:
        back = said(
            "having it back from quarantine, which is possible until {day}",
            day=item.destroy_on.isoformat(),
        )
    return Stop(what="restore", message=back, command=command)


def _events(disposition: Disposition) -> list[Stop]:
    """Return the events that its day rests on, to be taken back if they are not true."""
    found = []
    for reason in disposition.item.due.because:
        values = dict(reason.values)
        if "event" in values and "number" in values:
            undo = said(
                "taking back event {number}, if it was told by mistake", number=values["number"]
            )
            command = f"gallra event undo {values['number']}"
            found.append(Stop(what="event", message=undo, command=command))
    return found
