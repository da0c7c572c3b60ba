"""The register of incidents, opened by a person or a finding; the ledger is told each step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gallra.duties.persons_named import each_once, persons_of
from gallra.duties.registering import Clear, Kept, Register
from gallra.model.duty import Finding, FindingKind
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.incident import Decision, Incident, Place, Told
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.policy.incidents import (
    clock_until,
    obstacle_to_decision,
    obstacle_to_note,
    steps,
)
from gallra.service.house import House

REGISTER: Final = "incident"


class StillOpenError(GallraError):
    """An incident cannot be closed: something is still to be done about it."""


def register(house: House) -> Register[Incident]:
    """Return the register of incidents."""
    return Register(house, REGISTER, Incident)


def open_incident(house: House, incident: Incident, *, by: str, now: datetime) -> Kept[Incident]:
    """Keep a new incident; its clock runs from when it became known, not from now.

    Raises:
        WrongUseError: If it became known later than now.
    """
    if incident.known_at > now:
        raise WrongUseError(said("it cannot have become known in the future: see --known-at"))
    incident = replace(incident, opened_by=by)
    return register(house).open(
        incident,
        deed=Deed.INCIDENT_OPENED,
        clear=(
            ("by", by or None),
            ("title", incident.title or None),
            ("kind", incident.kind and incident.kind.value),
            ("findings", ", ".join(incident.findings) or None),
            ("known_at", incident.known_at.isoformat()),
            ("persons", incident.person_count),
            ("reason", incident.known_why or None),
        ),
        opened_at=now,
        due_at=clock_until(incident),
    )


def open_for(
    house: House, kind: FindingKind, found: Sequence[tuple[str, Finding]], now: datetime
) -> Kept[Incident]:
    """Open one incident for all breaches of one kind that one look found.

    Args:
        house: Whose.
        kind: Of all of them.
        found: Each finding with its reference; at least one.
        now: When gallra found it: the clock begins here.
    """
    findings = [finding for _, finding in found]
    happened = sorted(each.happened_at for each in findings if each.happened_at is not None)
    incident = Incident(
        known_at=now,
        kind=kind,
        findings=tuple(reference for reference, _ in found),
        happened_from=happened[0] if happened else None,
        happened_until=happened[-1] if happened else None,
        places=tuple(
            dict.fromkeys(
                Place(share=each.share, path=each.path, part=each.part)
                for each in findings
                if each.share
            )
        ),
        person_count=persons_of(findings) or None,
        record_count=len(findings),
        categories=tuple(dict.fromkeys(name for each in findings for name in each.categories)),
        exposed=each_once(name for each in findings for name in each.exposed),
        exposed_to=each_once(name for each in findings for name in each.exposed_to),
    )
    return open_incident(house, incident, by="", now=now)


def assess(
    house: House, reference: str, incident: Incident, *, by: str, why: str
) -> Kept[Incident]:
    """Put ``incident`` in the place of what was known; the clock follows when it became known.

    Args:
        house: Whose.
        reference: Which.
        incident: The facts as they are known now.
        by: Who says so.
        why: For the log; ``""`` where nothing but facts was added.

    Raises:
        WrongUseError: If it is closed.
    """
    before = _still_open(house, reference)
    clear: Clear = (
        ("by", by),
        ("risk", incident.risk and incident.risk.value),
        ("known_at", _changed(before.body.known_at, incident.known_at)),
        ("persons", incident.person_count),
        ("reason", why or None),
    )
    return _changed_to(house, before, incident, Deed.INCIDENT_ASSESSED, clear)


def decide(house: House, reference: str, decision: Decision) -> Kept[Incident]:
    """Note whether somebody is told, and why.

    Raises:
        WrongUseError: If that may not be decided, or the incident is closed.
    """
    before = _still_open(house, reference)
    _refuse(
        obstacle_to_decision(before.body, decision.receiver, is_to_be_told=decision.is_to_be_told)
    )
    body = replace(before.body, decisions=(*before.body.decisions, decision))
    clear: Clear = (
        ("by", decision.by),
        ("receiver", decision.receiver.value),
        ("told", "yes" if decision.is_to_be_told else "no"),
        ("reason", decision.why),
    )
    return _changed_to(house, before, body, Deed.INCIDENT_DECIDED, clear)


def note_told(house: House, reference: str, told: Told, *, now: datetime) -> Kept[Incident]:
    """Note that somebody was told.

    Raises:
        WrongUseError: If it cannot have been so, reasons are missing, or the incident is closed.
    """
    before = _still_open(house, reference)
    _refuse(
        obstacle_to_note(before.body, told.receiver, at=told.at, now=now, why_late=told.why_late)
    )
    body = replace(before.body, told=(*before.body.told, told))
    clear: Clear = (
        ("by", told.by),
        ("receiver", told.receiver.value),
        ("told_at", told.at.isoformat()),
        ("more_follows", "yes" if told.more_follows else None),
        ("receivers_reference", told.reference or None),
        ("reason", told.why_late or None),
    )
    return _changed_to(house, before, body, Deed.INCIDENT_TOLD, clear)


def close(  # noqa: PLR0913 - which, whether it was one, and who says so, when
    house: House, reference: str, *, by: str, why: str, now: datetime, is_breach: bool = True
) -> Kept[Incident]:
    """Close an incident to which nothing is left to do; or one that was none.

    Raises:
        StillOpenError: If something is left to do: what, one message each.
        WrongUseError: If it is closed already.
    """
    before = _still_open(house, reference)
    remaining = steps(before.body, before.reference) if is_breach else ()
    if remaining:
        raise StillOpenError(
            said("{reference} cannot be closed yet", reference=before.reference), *remaining
        )
    body = replace(before.body, closed_by=by, closed_why=why, is_breach=is_breach)
    return register(house).change(
        before,
        body,
        deed=Deed.INCIDENT_CLOSED,
        clear=(("by", by), ("breach", "yes" if is_breach else "no"), ("reason", why)),
        closed_at=now,
    )


def reopen(house: House, reference: str, *, by: str, why: str) -> Kept[Incident]:
    """Open a closed incident again, as it was.

    Raises:
        WrongUseError: If it is open.
    """
    before = register(house).get(reference)
    if before.closed_at is None:
        raise WrongUseError(said("{reference} is open", reference=before.reference))
    body = replace(before.body, closed_by="", closed_why="", is_breach=True)
    return _changed_to(house, before, body, Deed.INCIDENT_REOPENED, (("by", by), ("reason", why)))


def note_listed(house: House, kept: Kept[Incident], *, by: str, what: str) -> None:
    """Tell the ledger that names, or all facts, were written to a file."""
    register(house).change(
        kept,
        kept.body,
        deed=Deed.INCIDENT_LISTED,
        clear=(("by", by), ("what", what)),
        due_at=kept.due_at,
        closed_at=kept.closed_at,
    )


def _changed_to(
    house: House, before: Kept[Incident], body: Incident, deed: Deed, clear: Clear
) -> Kept[Incident]:
    return register(house).change(before, body, deed=deed, clear=clear, due_at=clock_until(body))


def _still_open(house: House, reference: str) -> Kept[Incident]:
    kept = register(house).get(reference)
    if kept.closed_at is not None:
        raise WrongUseError(
            said(
                "{reference} is closed; open it again with gallra incident reopen",
                reference=kept.reference,
            )
        )
    return kept


def _refuse(obstacle: Message | None) -> None:
    if obstacle is not None:
        raise WrongUseError(obstacle)


def _changed(before: datetime, after: datetime) -> str | None:
    return None if before == after else after.isoformat()
