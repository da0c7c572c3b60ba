"""The register of requests: opened, searched, decided, answered, closed; each told to the log."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from gallra.detect.checksums import swedish_birth, valid_birth
from gallra.duties.naming import REQUESTS
from gallra.duties.registering import Kept, Register
from gallra.duties.seeking import Searched, search
from gallra.model.access import (
    Certainty,
    Extension,
    FoundRecord,
    Given,
    Person,
    Request,
    RequestKind,
    Stance,
)
from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.policy.deadlines import answer_on, day_in, end_of
from gallra.report.counting import counted
from gallra.service import clock
from gallra.service.claims import identified
from gallra.service.house import House
from gallra.service.scoping import LONGEST_REFERENCE, require_line

REGISTER: Final = REQUESTS
_NORWEGIAN_DIGITS: Final = 11
_NORWEGIAN_PHONE: Final = re.compile(r"[2-9](?:[\s.]?\d){7}")
_SHORTEST_NAME: Final = 2


def register(house: House) -> Register[Request]:
    """Return the register of requests."""
    return Register(house, REGISTER, Request)


def person_from(
    names: Sequence[str],
    numbers: Sequence[str],
    members: Sequence[str],
    addresses: Sequence[str],
) -> Person:
    """Return by what somebody is to be found.

    Args:
        names: In every spelling; at least one.
        numbers: Personal numbers, telephones and mail addresses, in any order.
        members: Member or employee numbers.
        addresses: Postal.

    Raises:
        WrongUseError: If there is no name, or something of it is nothing that a person is found
            by; what was typed is not repeated.
    """
    if not names:
        raise WrongUseError(said("say who asks, with --name"))
    kept = [require_line(name, LONGEST_REFERENCE) for name in names]
    if any(len(re.sub(r"\W", "", name)) < _SHORTEST_NAME for name in kept):
        raise WrongUseError(said("a name has at least two letters"))
    identifiers: list[tuple[str, str]] = []
    for position, text in enumerate(numbers, 1):
        entity = _entity(text)
        if entity is None:
            raise WrongUseError(
                said(
                    "--id number {position} is no personal number, mail address or telephone"
                    " number; a member number goes with --member, a street with --address",
                    position=position,
                )
            )
        identifiers.append((entity, text.strip()))
    identifiers += [("MEMBER_NUMBER", require_line(text, LONGEST_REFERENCE)) for text in members]
    return Person(
        names=tuple(dict.fromkeys(kept)),
        identifiers=tuple(dict.fromkeys(identifiers)),
        addresses=tuple(dict.fromkeys(require_line(text, LONGEST_REFERENCE) for text in addresses)),
    )


def _entity(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) == _NORWEGIAN_DIGITS and "@" not in text and not text.strip().startswith("+"):
        norwegian = valid_birth(digits)
        if norwegian is not None:
            return norwegian[0]
    swedish = swedish_birth(digits) if "@" not in text else None
    if swedish is not None:
        return "SE_SAMORDNINGSNUMMER" if swedish[1] else "SE_PERSONNUMMER"
    if _NORWEGIAN_PHONE.fullmatch(text.strip()):
        return "PHONE_NUMBER"
    found = identified(text)
    return None if found == "MEMBER_NUMBER" else found  # that has an option of its own


def open_request(  # noqa: PLR0913 - what a request is
    house: House,
    kind: RequestKind,
    person: Person,
    *,
    language: str,
    received_on: date | None,
    by: str,
) -> Kept[Request]:
    """Enter a request into the register, with the last day for its answer.

    Raises:
        WrongUseError: If it came in on a day that is still to come.
    """
    zone = zone_of(house)
    today = day_in(clock.now(), zone)
    received = received_on or today
    if received > today:
        raise WrongUseError(said("{day} is still to come", day=received.isoformat()))
    deadline = answer_on(received)
    body = Request(
        kind=kind,
        person=person,
        language=language,
        received_on=received,
        deadline_on=deadline,
        opened_by=by,
    )
    return register(house).open(
        body,
        deed=Deed.REQUEST_OPENED,
        clear=(
            ("kind", kind.value),
            ("received_on", received.isoformat()),
            ("due_on", deadline.isoformat()),
            ("by", by),
        ),
        due_at=end_of(deadline, zone),
    )


def searched(
    house: House, reference: str, *, by: str, is_whole: bool
) -> tuple[Kept[Request], Searched]:
    """Search for the person of a request, and keep what was found: places and counts, no text.

    Raises:
        WrongUseError: If there is no such request, or it is closed.
    """
    requests = register(house)
    kept = open_one(house, reference)
    result = search(house, kept.body, is_whole=is_whole)
    body = replace(
        kept.body,
        searched_at=clock.now(),
        is_searched_whole=is_whole,
        found=result.found,
        not_searched=result.not_searched,
        remembered=result.remembered,
        registered=result.registered,
    )
    changed = requests.change(
        kept,
        body,
        deed=Deed.REQUEST_SEARCHED,
        clear=(
            ("by", by),
            ("count", len(result.found)),
            ("not_searched", len(result.not_searched)),
            ("whole", 1 if is_whole else None),
        ),
        due_at=kept.due_at,
    )
    return changed, result


def decide(  # noqa: PLR0913 - who says what of which, and why
    house: House, reference: str, numbers: Sequence[int], stance: Stance, *, by: str, why: str
) -> Kept[Request]:
    """Note what a person says of records that were found.

    Raises:
        WrongUseError: If one of the numbers is none that was found.
    """
    kept = open_one(house, reference)
    known = {each.number for each in kept.body.found}
    unknown = sorted(set(numbers) - known)
    if unknown:
        raise WrongUseError(
            said(
                "{numbers}: no such number was found; see gallra access-request show {reference}",
                numbers=", ".join(map(str, unknown)),
                reference=reference,
            )
        )
    wanted = set(numbers)
    found = tuple(
        replace(each, stance=stance, why=why, decided_by=by) if each.number in wanted else each
        for each in kept.body.found
    )
    return register(house).change(
        kept,
        replace(kept.body, found=found),
        deed=Deed.REQUEST_DECIDED,
        clear=(
            ("verdict", stance.value),
            ("numbers", ", ".join(map(str, sorted(wanted)))),
            ("by", by),
            ("reason", why or None),
        ),
        due_at=kept.due_at,
    )


def extend(house: House, reference: str, *, by: str, why: str) -> Kept[Request]:
    """Extend the time by two months; the person has to be told within the first.

    Raises:
        WrongUseError: If it was extended before, or the first month is over.
    """
    kept = open_one(house, reference)
    today = day_in(clock.now(), zone_of(house))
    if kept.body.extension is not None:
        raise WrongUseError(said("it was extended before, and the law allows that once"))
    if today > kept.body.deadline_on:
        raise WrongUseError(
            said(
                "the first month was over on {day}: it cannot be extended any more, only answered"
                " late",
                day=kept.body.deadline_on.isoformat(),
            )
        )
    deadline = answer_on(kept.body.received_on, is_extended=True)
    body = replace(kept.body, extension=Extension(on=today, why=why), deadline_on=deadline)
    return register(house).change(
        kept,
        body,
        deed=Deed.REQUEST_EXTENDED,
        clear=(("due_on", deadline.isoformat()), ("by", by), ("reason", why)),
        due_at=end_of(deadline, zone_of(house)),
    )


def serve(
    house: House, kept: Kept[Request], what: str, *, by: str, detail: str = ""
) -> Kept[Request]:
    """Note that something was made or done for the person."""
    given = Given(at=clock.now(), what=what, by=by, detail=detail)
    return register(house).change(
        kept,
        replace(kept.body, given=(*kept.body.given, given)),
        deed=Deed.REQUEST_SERVED,
        clear=(("what", what), ("by", by), ("detail", detail or None)),
        due_at=kept.due_at,
        closed_at=kept.closed_at,
    )


def answer(house: House, reference: str, *, on: date | None, by: str, why: str) -> Kept[Request]:
    """Note that the person was answered, on which day.

    Raises:
        WrongUseError: If nobody searched, something waits for a decision, it was answered
            before, or it is late and nobody says why.
    """
    kept = open_one(house, reference)
    body = kept.body
    today = day_in(clock.now(), zone_of(house))
    day = on or today
    if body.answered_on is not None:
        raise WrongUseError(said("it was answered on {day}", day=body.answered_on.isoformat()))
    if not body.received_on <= day <= today:
        raise WrongUseError(
            said(
                "{day} is no day between {first} and today",
                day=day.isoformat(),
                first=body.received_on.isoformat(),
            )
        )
    require_ready(kept)
    if day > body.deadline_on and not why.strip():
        raise WrongUseError(
            said(
                "it was to be answered on {day} at the latest: say why it is late, with --why",
                day=body.deadline_on.isoformat(),
            )
        )
    return register(house).change(
        kept,
        replace(body, answered_on=day, late_because=why if day > body.deadline_on else ""),
        deed=Deed.REQUEST_ANSWERED,
        clear=(
            ("on", day.isoformat()),
            ("due_on", body.deadline_on.isoformat()),
            ("by", by),
            ("reason", why or None),
        ),
        due_at=None,
    )


def close(house: House, reference: str, *, by: str, why: str) -> Kept[Request]:
    """Close a request that was answered; one that was not, with a reason.

    Raises:
        WrongUseError: If it was not answered, and nobody says why it is closed all the same.
    """
    kept = open_one(house, reference)
    if kept.body.answered_on is None and not why.strip():
        raise WrongUseError(
            said("it was not answered: say with --why why it is closed all the same")
        )
    return register(house).change(
        kept,
        replace(kept.body, closed_because=why),
        deed=Deed.REQUEST_CLOSED,
        clear=(("by", by), ("reason", why or None)),
        closed_at=clock.now(),
    )


def open_one(house: House, reference: str) -> Kept[Request]:
    """Return a request that is open.

    Raises:
        WrongUseError: If there is none of that name, or it is closed.
    """
    kept = register(house).get(reference)
    if kept.closed_at is not None:
        raise WrongUseError(said("{reference} is closed", reference=reference))
    return kept


def require_ready(kept: Kept[Request]) -> None:
    """Make sure that somebody searched, and that nothing doubtful is undecided.

    Raises:
        WrongUseError: If not.
    """
    if kept.body.searched_at is None:
        raise WrongUseError(
            said(
                "nobody has searched yet: gallra access-request search {reference}",
                reference=kept.reference,
            )
        )
    undecided = kept.body.undecided
    if undecided:
        raise WrongUseError(
            counted(
                "{count} record may be about somebody else: look at it with gallra access-request"
                " show {reference}, then confirm or exclude it",
                "{count} records may be about somebody else: look at them with gallra"
                " access-request show {reference}, then confirm or exclude them",
                count=len(undecided),
                reference=kept.reference,
            )
        )


def numbers_of(found: Iterable[FoundRecord], certainty: Certainty) -> tuple[int, ...]:
    """Return the numbers of what was found with one certainty."""
    return tuple(each.number for each in found if each.certainty is certainty)


def zone_of(house: House) -> ZoneInfo:
    """Return the time zone in which days are counted."""
    return ZoneInfo(house.schedule.organisation.timezone)


def is_late(request: Request, at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the last day is over, or the answer came after it."""
    return (request.answered_on or day_in(at, zone)) > request.deadline_on
