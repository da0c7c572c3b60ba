"""The register of findings: what is new is kept and told, what is gone is closed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gallra.duties.incident_clock import announce_opened
from gallra.duties.incidents import open_for
from gallra.duties.registering import Kept, Register
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.errors import WrongUseError
from gallra.model.incident import Incident
from gallra.model.ledger import Deed
from gallra.model.message import Message, Value, said
from gallra.model.names import as_text, shown
from gallra.model.notification import Audience, Notification, Urgency
from gallra.report.counting import counted
from gallra.service.house import House
from gallra.service.notifications import announce

REGISTER: Final = "finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A finding as the register keeps it."""

    finding: Finding
    dismissed_by: str = ""
    """Who said that it is none, or that it stays as it is; ``""``: nobody."""
    why: str = ""
    incident: str = ""
    """The incident that it opened, by its reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one look changed in the register."""

    new: tuple[Kept[Noted], ...]
    resolved_count: int
    """How many are gone since the last look."""
    open_count: int
    """How many of the kinds that were looked for are open now."""


def register(house: House) -> Register[Noted]:
    """Return the register of findings."""
    return Register(house, REGISTER, Noted)


def note_findings(
    house: House,
    kinds: Collection[FindingKind],
    findings: Iterable[Finding],
    now: datetime,
    *,
    shares: Collection[str] | None = None,
) -> Outcome:
    """Bring the register in step with what one look found.

    What was not known is kept, told to the ledger and announced. What is known stays as it is,
    with its texts brought up to date; what a person dismissed does not come back while it has the
    same key. What is open and was not found again is closed, and the names in it are forgotten.

    Args:
        house: Whose.
        kinds: What was looked for: only of these does "not found" mean anything.
        findings: What was found, of these kinds.
        now: Aware.
        shares: In which shares it was looked for; ``None``: in all that the rules name. What is
            about a file elsewhere, as in a share that is absent, stays open.
    """
    looked_at = set(house.schedule.roots if shares is None else shares) | {""}
    found = {(each.kind, each.key): _storable(each) for each in findings}
    of_old = register(house)
    new: list[Kept[Noted]] = []
    resolved_count = 0
    with of_old.together():
        known = {
            (each.body.finding.kind, each.body.finding.key): each
            for each in of_old.all()
            if each.body.finding.kind in kinds and (each.closed_at is None or _stays_away(each))
        }
        for key, finding in found.items():
            before = known.get(key)
            if before is None:
                new.append(_opened(of_old, finding, now))
            elif before.closed_at is None and before.body.finding != finding:
                of_old.change(before, replace(before.body, finding=finding), deed=None)
        for key, before in known.items():
            finding = before.body.finding
            if key in found or before.closed_at is not None or finding.share not in looked_at:
                continue
            body = replace(before.body, finding=_nameless(finding))
            of_old.change(
                before, body, deed=Deed.FINDING_RESOLVED, clear=_clear(finding), closed_at=now
            )
            resolved_count += 1
        new, incidents = _with_incidents(house, new, now)
    for incident in incidents:
        announce_opened(house, incident, now)
    _announce(house, new, now)
    open_count = sum(each.closed_at is None for each in known.values()) + len(new)
    return Outcome(
        new=tuple(new), resolved_count=resolved_count, open_count=open_count - resolved_count
    )


def dismiss(house: House, reference: str, *, by: str, why: str, now: datetime) -> Kept[Noted]:
    """Note that a person looked, and nothing more is to be done about it.

    Raises:
        WrongUseError: If there is no such finding, or it is closed already.
    """
    of_old = register(house)
    before = of_old.get(reference)
    if before.closed_at is not None:
        raise WrongUseError(said("{reference} is closed already", reference=shown(reference)))
    finding = before.body.finding
    return of_old.change(
        before,
        replace(before.body, finding=_nameless(finding), dismissed_by=by, why=why),
        deed=Deed.FINDING_DISMISSED,
        clear=(*_clear(finding), ("by", by), ("reason", why)),
        closed_at=now,
    )


def open_findings(house: House) -> tuple[Kept[Noted], ...]:
    """Return what is still to be looked at, oldest first."""
    return tuple(register(house).all(is_open=True))


def _opened(of_old: Register[Noted], finding: Finding, now: datetime) -> Kept[Noted]:
    return of_old.open(
        Noted(finding=finding), deed=Deed.FINDING_NOTED, clear=_clear(finding), opened_at=now
    )


def _with_incidents(
    house: House, new: list[Kept[Noted]], now: datetime
) -> tuple[list[Kept[Noted]], list[Kept[Incident]]]:
    """Open an incident for the breaches of each kind; return the findings that name it, and it."""
    of_old = register(house)
    opened: dict[FindingKind, Kept[Incident]] = {}
    for kind, noted in _by_kind(each for each in new if each.body.finding.is_breach).items():
        found = [(each.reference, each.body.finding) for each in noted]
        opened[kind] = open_for(house, kind, found, now)
    named: list[Kept[Noted]] = []
    for each in new:
        incident = opened.get(each.body.finding.kind) if each.body.finding.is_breach else None
        if incident is None:
            named.append(each)
            continue
        body = replace(each.body, incident=incident.reference)
        named.append(of_old.change(each, body, deed=None))
    return named, list(opened.values())


def _by_kind(noted: Iterable[Kept[Noted]]) -> dict[FindingKind, list[Kept[Noted]]]:
    found: dict[FindingKind, list[Kept[Noted]]] = {}
    for each in noted:
        found.setdefault(each.body.finding.kind, []).append(each)
    return found


def _stays_away(kept: Kept[Noted]) -> bool:
    return bool(kept.body.dismissed_by)


def _clear(finding: Finding) -> tuple[tuple[str, str | int | None], ...]:
    return (
        ("kind", finding.kind.value),
        ("clause", finding.clause),
        ("share", finding.share or None),
        ("path", as_text(finding.path) or None),
        ("part", finding.part or None),
    )


def _nameless(finding: Finding) -> Finding:
    """Return a finding without the names: nobody looks them up once it is closed."""
    return replace(finding, title="", exposed=(), exposed_to=(), person_count=finding.persons_count)


def _storable(finding: Finding) -> Finding:
    """Return a finding whose texts hold nothing that is no Unicode, whatever files are called."""
    return replace(
        finding,
        part=shown(finding.part),
        key=shown(finding.key),
        title=shown(finding.title),
        what=_shown(finding.what),
        advice=_shown(finding.advice),
        exposed=tuple(map(shown, finding.exposed)),
        exposed_to=tuple(map(shown, finding.exposed_to)),
    )


def _shown(message: Message) -> Message:
    def fit(value: Value) -> Value:
        return shown(value) if isinstance(value, str) else value

    return Message(message.template, tuple((name, fit(value)) for name, value in message.values))


def _announce(house: House, new: Iterable[Kept[Noted]], now: datetime) -> None:
    """Tell of what is new, once for each kind: a first look may find hundreds."""
    for kind, noted in _by_kind(new).items():
        is_grave = any(each.body.finding.gravity is Gravity.GRAVE for each in noted)
        announce(
            house,
            Notification(
                kind="finding",
                audience=Audience.CLUB,
                urgency=Urgency.SOON if is_grave else Urgency.DIGEST,
                key=f"finding {noted[0].reference} noted",
                subject=said("a person must look: {finding_kind}", finding_kind=kind.value),
                lines=(
                    counted("{count} new finding", "{count} new findings", count=len(noted)),
                    said(
                        "the first is {reference}; see: gallra finding list",
                        reference=noted[0].reference,
                    ),
                ),
                at=now,
            ),
        )
