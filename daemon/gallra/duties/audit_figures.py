"""A year in figures: counted in the ledger and in the registers, no names anywhere."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from statistics import median_high
from typing import Final
from zoneinfo import ZoneInfo

from gallra.duties import access, findings, incidents
from gallra.duties.registering import Kept
from gallra.model.access import Request
from gallra.model.diagnosis import Diagnosis, Gravity
from gallra.model.duty import FindingKind
from gallra.model.incident import Incident, Receiver
from gallra.model.ledger import Deed
from gallra.model.self_audit import (
    ClassFigures,
    Figures,
    IncidentFigures,
    RegisterFigures,
    RequestFigures,
)
from gallra.policy.deadlines import end_of, is_late
from gallra.policy.incidents import tell_authority_by
from gallra.service.doctor import examine
from gallra.service.house import House
from gallra.store.registers import Dossier

_OF_RECORDS: Final = (
    Deed.QUARANTINED,
    Deed.RESTORED,
    Deed.DESTROYED,
    Deed.MOVED,
    Deed.HANDED_OVER,
    Deed.NOT_DONE,
)
_OWN: Final = frozenset({"self-audit", access.REGISTER, findings.REGISTER, incidents.REGISTER})
"""Registers of which more is told than how many."""


def figures_of(house: House, year: int) -> Figures:
    """Return the year in figures, and how things stand now.

    Raises:
        BrakeError: If the ledger holds what gallra did not write: no figure of it is believed.
    """
    zone = ZoneInfo(house.schedule.organisation.timezone)
    since, until = start_of(year, zone), start_of(year + 1, zone)
    deeds: Counter[Deed] = Counter()
    classes: dict[str, Counter[Deed]] = {}
    rules: list[tuple[datetime, str]] = []
    for each in house.ledger.entries(since=since, until=until):
        deed = each.entry.deed
        deeds[deed] += 1
        if deed in _OF_RECORDS and each.entry.class_code:
            classes.setdefault(each.entry.class_code, Counter())[deed] += 1
        if deed is Deed.RULES_LOADED:
            rules.append((each.at, each.entry.rules_digest))
    checked = house.ledger.verify()
    return Figures(
        year=year,
        deeds=tuple((deed, deeds[deed]) for deed in Deed if deeds[deed]),
        classes=tuple(
            ClassFigures(
                class_code=code,
                counts=tuple((deed, count[deed]) for deed in _OF_RECORDS if count[deed]),
            )
            for code, count in sorted(classes.items())
        ),
        rules=tuple(rules),
        registers=tuple(
            register_figures(kind, house.registers.dossiers(kind), since, until)
            for kind in house.registers.kinds()
            if kind not in _OWN
        ),
        incidents=incident_figures(
            ((each.body, each.closed_at) for each in incidents.register(house).all()),
            since,
            until,
        ),
        requests=request_figures(((each.body, each.closed_at) for each in _requests(house)), year),
        findings=_open_findings(house),
        diagnoses=_diagnoses(house),
        entry_count=checked.entry_count,
        root=checked.root,
        is_verified=checked.is_good,
    )


def start_of(year: int, zone: ZoneInfo) -> datetime:
    """Return the first instant of ``year`` in ``zone``, in UTC."""
    return end_of(datetime(year - 1, 12, 31, tzinfo=zone).date(), zone)


def register_figures(
    kind: str, dossiers: Iterable[Dossier], since: datetime, until: datetime
) -> RegisterFigures:
    """Return how a register went between two instants."""
    opened_count = late_count = open_count = 0
    days: list[int] = []
    for each in dossiers:
        opened_count += since <= each.opened_at < until
        if each.closed_at is None:
            open_count += 1
        elif since <= each.closed_at < until:
            days.append((each.closed_at - each.opened_at) // timedelta(days=1))
            late_count += each.due_at is not None and is_late(each.due_at, each.closed_at)
    return RegisterFigures(
        kind=kind,
        opened_count=opened_count,
        closed_count=len(days),
        late_count=late_count,
        longest_days=max(days, default=None),
        open_count=open_count,
    )


def incident_figures(
    register: Iterable[tuple[Incident, datetime | None]], since: datetime, until: datetime
) -> IncidentFigures:
    """Return how breaches went that became known between two instants."""
    counts: Counter[str] = Counter()
    for incident, closed_at in register:
        if not since <= incident.known_at < until:
            continue
        counts["known"] += 1
        counts["open"] += closed_at is None
        told = incident.told_to(Receiver.AUTHORITY)
        decision = incident.decision(Receiver.AUTHORITY)
        if not incident.is_breach:
            counts["none"] += 1
        elif told:
            counts["late" if is_late(tell_authority_by(incident), told[0].at) else "in time"] += 1
        elif decision is not None and not decision.is_to_be_told:
            counts["not told"] += 1
    return IncidentFigures(
        known_count=counts["known"],
        in_time_count=counts["in time"],
        late_count=counts["late"],
        not_told_count=counts["not told"],
        none_count=counts["none"],
        open_count=counts["open"],
    )


def request_figures(
    register: Iterable[tuple[Request, datetime | None]], year: int
) -> RequestFigures:
    """Return how requests went that came in, or were answered, in ``year``.

    Days are those of the organisation's calendar, in which requests are received and answered.
    """
    received_count = late_count = open_count = 0
    days: list[int] = []
    for request, closed_at in register:
        received_count += request.received_on.year == year
        if request.answered_on is None:
            open_count += closed_at is None
        elif request.answered_on.year == year:
            days.append((request.answered_on - request.received_on).days)
            late_count += request.answered_on > request.deadline_on
    return RequestFigures(
        received_count=received_count,
        answered_count=len(days),
        late_count=late_count,
        shortest_days=min(days, default=None),
        longest_days=max(days, default=None),
        median_days=median_high(days) if days else None,
        open_count=open_count,
    )


def _requests(house: House) -> Iterator[Kept[Request]]:
    return access.register(house).all()


def _open_findings(house: House) -> tuple[tuple[FindingKind, int], ...]:
    counts = Counter(each.body.finding.kind for each in findings.open_findings(house))
    return tuple((kind, counts[kind]) for kind in FindingKind if counts[kind])


def _diagnoses(house: House) -> tuple[Diagnosis, ...]:
    return tuple(each for each in examine(house) if each.gravity is not Gravity.GOOD)
