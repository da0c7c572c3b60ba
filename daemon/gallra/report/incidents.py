"""Incidents, for people and for scripts."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

from gallra.model.incident import Incident, Receiver
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.policy.deadlines import hours_left
from gallra.policy.incidents import clock_until, steps, tell_authority_by
from gallra.report.category_words import spoken
from gallra.report.duty_words import KINDS, NATURES, RISKS
from gallra.report.jsonlines import path_keys
from gallra.report.language import Say

HEADINGS: Final = (
    said("incident"),
    said("known since"),
    said("the authority"),
    said("persons"),
    said("risk"),
    said("what"),
)
"""What :func:`as_row` shows."""


def moment(at: datetime, zone: tzinfo) -> str:
    """Return an instant as people write it, with the zone that it is in."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def title(incident: Incident, say: Say) -> str:
    """Return in one line what it is about."""
    if incident.title or incident.kind is None:
        return incident.title or "-"
    return say(KINDS[incident.kind])


def as_row(  # noqa: PLR0913 - an entry of the register, and where and when it is read
    reference: str,
    incident: Incident,
    closed_at: datetime | None,
    *,
    now: datetime,
    zone: tzinfo,
    say: Say,
) -> list[str]:
    """Return the cells that stand under :data:`HEADINGS`."""
    return [
        reference,
        moment(incident.known_at, zone),
        say(clock(incident, closed_at, now=now)),
        str(incident.person_count or "-"),
        "-" if incident.risk is None else say(RISKS[incident.risk]),
        title(incident, say),
    ]


def clock(incident: Incident, closed_at: datetime | None, *, now: datetime) -> Message:
    """Return how it stands with telling the authority."""
    if not incident.is_breach:
        return said("was no breach")
    until = clock_until(incident)
    if until is None:
        told = any(each.receiver is Receiver.AUTHORITY for each in incident.told)
        return said("told") if told else said("not told, by decision")
    if closed_at is not None:
        return said("closed")
    left = hours_left(until, now)
    if left < 0:
        return said("{hours} hours late", hours=-left)
    return said("{hours} hours left", hours=left)


def facts(
    reference: str, incident: Incident, *, zone: tzinfo, say: Say
) -> Iterator[tuple[Message, str]]:
    """Yield all that is known, names of persons left out, as names and values."""
    yield said("incident"), reference
    yield said("what"), title(incident, say)
    yield said("what happened"), incident.what
    yield said("known since"), moment(incident.known_at, zone)
    yield said("how it became known"), incident.known_why or say(_known(incident))
    yield said("the authority is told until"), moment(tell_authority_by(incident), zone)
    yield said("happened"), happened(incident, zone)
    yield said("nature"), "; ".join(say(NATURES[each]) for each in incident.natures)
    yield said("whom it concerns"), ", ".join(incident.groups)
    yield said("persons, about"), _number(incident.person_count)
    yield said("sorts of data"), spoken(incident.categories, say)
    yield said("records, about"), _number(incident.record_count)
    for name, texts in (
        (said("seen by"), incident.exposed_to),
        (said("files"), places(incident)),
        (said("findings"), incident.findings),
    ):
        if texts:
            yield name, ", ".join(texts)
    yield said("likely consequences"), incident.consequences
    yield said("risk"), risk(incident, say)
    yield said("done about it"), incident.taken
    yield said("will be done"), incident.planned


def _known(incident: Incident) -> Message:
    if incident.opened_by:
        return said("told by {name}", name=incident.opened_by)
    return said("gallra found it")


def history(incident: Incident, *, zone: tzinfo, say: Say) -> Iterator[str]:
    """Yield what was decided and who was told, oldest first, one line each."""
    lines: list[tuple[datetime, Message]] = []
    for each in incident.decisions:
        values = {
            "moment": moment(each.at, zone),
            "name": each.by,
            "receiver": each.receiver.value,
            "why": each.why,
        }
        lines.append(
            (
                each.at,
                said("{moment}: {name} decided to tell {receiver}: {why}", **values)
                if each.is_to_be_told
                else said("{moment}: {name} decided not to tell {receiver}: {why}", **values),
            )
        )
    for told in incident.told:
        values = {
            "moment": moment(told.at, zone),
            "name": told.by,
            "receiver": told.receiver.value,
        }
        lines.append(
            (
                told.at,
                said("{moment}: {name} told {receiver}; more follows", **values)
                if told.more_follows
                else said("{moment}: {name} told {receiver}", **values),
            )
        )
    for _, line in sorted(lines, key=lambda each: each[0]):
        yield say(line)


def happened(incident: Incident, zone: tzinfo) -> str:
    """Return when it came about; ``""`` where that is not known."""
    first, last = incident.happened_from, incident.happened_until
    if first is None or last is None or first == last:
        known = first or last
        return "" if known is None else moment(known, zone)
    return f"{moment(first, zone)} - {moment(last, zone)}"


def places(incident: Incident) -> Sequence[str]:
    """Return the files, as ``SHARE/PATH#PART``."""
    return [
        f"{each.share}/{shown(each.path)}#{each.part}".removesuffix("#") for each in incident.places
    ]


def risk(incident: Incident, say: Say) -> str:
    """Return the assessment in words; ``""`` where there is none."""
    if incident.risk is None:
        return ""
    word = say(RISKS[incident.risk])
    return f"{word}: {incident.risk_why}" if incident.risk_why else word


def as_json(  # noqa: PLR0913 - an entry of the register, and when it is read
    reference: str,
    incident: Incident,
    *,
    opened_at: datetime,
    closed_at: datetime | None,
    now: datetime,
    say: Say,
) -> dict[str, object]:
    """Return what ``gallra incident … --json`` says of an incident."""
    until = clock_until(incident)
    return {
        "incident": reference,
        "title": title(incident, say),
        "kind": incident.kind and incident.kind.value,
        "what": incident.what or None,
        "opened_at": opened_at.isoformat(),
        "opened_by": incident.opened_by or None,
        "known_at": incident.known_at.isoformat(),
        "known_why": incident.known_why or None,
        "tell_authority_by": tell_authority_by(incident).isoformat(),
        "clock": None if until is None or closed_at else until.isoformat(),
        "hours_left": None if until is None or closed_at else hours_left(until, now),
        "happened_from": incident.happened_from and incident.happened_from.isoformat(),
        "happened_until": incident.happened_until and incident.happened_until.isoformat(),
        "natures": [each.value for each in incident.natures],
        "groups": list(incident.groups),
        "persons": incident.person_count,
        "records": incident.record_count,
        "categories": list(incident.categories),
        "exposed": list(incident.exposed),
        "exposed_to": list(incident.exposed_to),
        "files": [
            {"share": each.share, **path_keys(each.path), "part": each.part}
            for each in incident.places
        ],
        "findings": list(incident.findings),
        "consequences": incident.consequences or None,
        "taken": incident.taken or None,
        "planned": incident.planned or None,
        "risk": incident.risk and incident.risk.value,
        "risk_why": incident.risk_why or None,
        "decisions": [
            {
                "about": each.receiver.value,
                "tell": each.is_to_be_told,
                "why": each.why,
                "by": each.by,
                "at": each.at.isoformat(),
            }
            for each in incident.decisions
        ],
        "told": [
            {
                "to": each.receiver.value,
                "at": each.at.isoformat(),
                "by": each.by,
                "more_follows": each.more_follows,
                "why_late": each.why_late or None,
                "reference": each.reference or None,
            }
            for each in incident.told
        ],
        "breach": incident.is_breach,
        "closed_at": closed_at and closed_at.isoformat(),
        "closed_by": incident.closed_by or None,
        "closed_why": incident.closed_why or None,
        "remains": [say(each) for each in steps(incident, reference)] if not closed_at else [],
    }


def _number(count: int | None) -> str:
    return "" if count is None else str(count)
