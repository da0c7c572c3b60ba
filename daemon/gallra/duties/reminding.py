"""A case was closed: the member is told to keep what they need, before it goes (F15.2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gallra.duties.registering import Kept, Register
from gallra.model.errors import WrongUseError
from gallra.model.event import Event
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.notification import Audience, Notification, Urgency
from gallra.model.record import RecordState
from gallra.model.retention import Action, Trigger
from gallra.policy.decide import day_of
from gallra.service.claims import places_named
from gallra.service.events import about
from gallra.service.holding import holding_of
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice

REGISTER: Final = "reminder"
_LAST_CALL: Final = timedelta(days=7)
_LOOKED: Final = "closed_cases_looked_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """That a member was written to."""

    event_id: int
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCase:
    """A case that was closed, and what of it goes when."""

    event: Event
    record_count: int
    """Files and messages that go."""
    goes_on: date | None
    """The first day on which anything of it is taken; ``None``: nothing is."""
    held_count: int
    """Those that a hold keeps."""
    reminded_on: date | None


def register(house: House) -> Register[Reminded]:
    """Return the register of members who were reminded."""
    return Register(house, REGISTER, Reminded)


def closed_case(house: House, text: str) -> ClosedCase:
    """Return the case that ``text`` names: the event's number, its reference, or its folder.

    Raises:
        WrongUseError: If no case of that name is told closed, or several are.
    """
    events = [each for each in house.catalogue.events() if each.kind is Trigger.CASE_CLOSED]
    found = [each for each in events if text == str(each.event_id)]
    if not found:
        places = set(places_named(text, house))
        found = [each for each in events if text == each.reference or places & set(each.places)]
    if not found:
        raise WrongUseError(
            said(
                "{name}: no such case is told closed; tell it with gallra event case-closed",
                name=shown(text),
            )
        )
    if len(found) > 1:
        raise WrongUseError(
            said(
                "{name}: several closed cases are called that: give the number of the event"
                " ({numbers})",
                name=shown(text),
                numbers=", ".join(str(each.event_id) for each in found),
            )
        )
    return _looked_at(house, found[0])


def note_reminded(house: House, case: ClosedCase, *, by: str, now: datetime) -> Kept[Reminded]:
    """Note that the member was written to, and tell the ledger."""
    body = Reminded(event_id=case.event.event_id, on=day_of(now, house.schedule), by=by)
    clear = (("event", case.event.event_id), ("on", body.on.isoformat()), ("by", by))
    return register(house).open(
        body, deed=Deed.MEMBER_REMINDED, clear=clear, opened_at=now, is_closed=True
    )


def remind(house: House, voice: Voice, now: datetime) -> None:
    """Once a day, have somebody write to members whose case was closed: a chore of the daemon."""
    del voice  # what there is to say is announced
    today = day_of(now, house.schedule)
    mark = f"{today.isoformat()} {house.catalogue.events_version()}"
    if house.catalogue.meta(_LOOKED) == mark:
        return
    for event in house.catalogue.events():
        if event.kind is not Trigger.CASE_CLOSED:
            continue
        case = _looked_at(house, event)
        if case.reminded_on is None and case.goes_on is not None and case.goes_on > today:
            _announce(house, case, is_last=case.goes_on - _LAST_CALL <= today, now=now)
    house.catalogue.set_meta(_LOOKED, mark)


def _looked_at(house: House, event: Event) -> ClosedCase:
    destroyed = {each.code for each in house.schedule.classes if each.then is Action.DESTROY}
    holding = holding_of(house)
    count = held = 0
    days: list[date] = []
    for item in about(house, event):
        due = item.due.due_on
        goes = item.classification.class_code in destroyed and not item.due.is_for_a_person
        if item.state is not RecordState.PRESENT or due is None or not goes:
            continue
        if holding.on(item):
            held += 1
            continue
        count += 1
        days.append(due)
    reminded = [
        kept.body.on for kept in register(house).all() if kept.body.event_id == event.event_id
    ]
    return ClosedCase(
        event=event,
        record_count=count,
        goes_on=min(days, default=None),
        held_count=held,
        reminded_on=max(reminded, default=None),
    )


def _announce(house: House, case: ClosedCase, *, is_last: bool, now: datetime) -> None:
    number = case.event.event_id
    day = case.goes_on.isoformat() if case.goes_on else ""
    announce(
        house,
        Notification(
            kind="reminder",
            audience=Audience.CLUB,
            urgency=Urgency.SOON,
            key=f"case {number} goes {day} {'last' if is_last else 'first'}",
            subject=said("a case was closed: the member is to be reminded"),
            lines=(
                said("What there is on it goes on {day}.", day=day),
                said(
                    "A letter to the member: gallra reminder {number}. When it is sent: gallra"
                    " reminder {number} --sent",
                    number=number,
                ),
            ),
            at=now,
        ),
    )
