"""Certificates of destruction: what was destroyed, on whose word, and the proof of each act."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from gallra.model.errors import GallraError
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.message import said
from gallra.model.retention import RetentionSchedule
from gallra.rules.loading import parse
from gallra.service.approvals import APPROVALS, Approvals
from gallra.service.house import House
from gallra.store.evidence import Certificate, Certified, Evidence


@dataclass(slots=True)
class _Found:
    """Numbers of entries, gathered before anything is proved."""

    acts: dict[int, LedgerEntry] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """By the name in quarantine."""
    plans: dict[str, set[str]] = field(default_factory=dict)
    """By the name in quarantine: the plans under which it was taken."""
    confirmed: dict[str, int] = field(default_factory=dict)
    """By the plan's hash."""
    approved: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """By the number of the act: the approvals that counted when it was begun."""
    rules: dict[str, int] = field(default_factory=dict)
    """By the rules' digest: the first time they were taken into use."""


def certify(
    house: House,
    is_wanted: Callable[[LedgerEntry], bool],
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Certificate:
    """Certify all acts of destruction that are wanted.

    Args:
        house: Whose ledger.
        is_wanted: Asked of each entry that testifies to a destruction.
        now: When the certificate is issued.
        since: Acts before it are left out.
        until: Acts at or after it are left out.

    Raises:
        BrakeError: If the ledger does not verify: then nothing is certified.
        GallraError: If nothing was destroyed that is wanted, or the ledger cannot be used.
    """
    ledger = house.ledger
    entries = ledger.entries(since, until, deeds=(Deed.DESTROYED,))
    found = _Found(acts={each.sequence: each for each in entries if is_wanted(each)})
    if not found.acts:
        raise GallraError(
            said("nothing was destroyed that fits; gallra log shows what was done, and when")
        )
    _gather(house, found)
    note = ledger.checkpoint()
    size = int(note.split("\n")[1])
    wanted = {
        *found.acts,
        *found.taken.values(),
        *found.confirmed.values(),
        *(number for numbers in found.approved.values() for number in numbers),
        *found.rules.values(),
    }
    evidence = ledger.evidence(wanted, size=size)
    schedules = {
        digest: _schedule(house, digest, evidence[number]) for digest, number in found.rules.items()
    }
    key, _ = ledger.public_key()
    return Certificate(
        issued_at=now,
        organisation=house.schedule.organisation,
        origin=ledger.origin,
        size=size,
        checkpoint=note,
        key=key,
        acts=tuple(_certified(act, found, evidence, schedules) for act in found.acts.values()),
        attest=ledger.attest,
    )


def name_of(entry: LedgerEntry) -> str:
    """Return what the record of an act was called in quarantine; ``""`` once erased."""
    return _text(entry, "quarantine_id")


def _gather(house: House, found: _Found) -> None:
    names = {name_of(act) for act in found.acts.values()} - {""}
    digests = {act.entry.rules_digest for act in found.acts.values()}
    plans = {_text(act, "plan") for act in found.acts.values()}
    end = max(found.acts)
    told = (Deed.QUARANTINED, Deed.DESTROYED, Deed.PLAN_CONFIRMED, Deed.RULES_LOADED, *APPROVALS)
    confirmed: dict[str, int] = {}
    approvals = Approvals()
    approved: dict[str, tuple[int, ...]] = {}
    for entry in house.ledger.entries(deeds=told):
        if entry.sequence > end:
            break
        deed = entry.entry.deed
        if deed is Deed.QUARANTINED and (name := name_of(entry)) in names:
            found.taken[name] = entry.sequence
            approved[name] = approvals.of(entry)
            if plan := _text(entry, "plan"):
                found.plans[name] = {plan}
                plans.add(plan)
        elif deed is Deed.PLAN_CONFIRMED and (plan := _text(entry, "plan")):
            confirmed[plan] = entry.sequence
        elif deed is Deed.DESTROYED:
            if entry.sequence in found.acts:
                found.approved[entry.sequence] = approved.get(name_of(entry)) or approvals.of(entry)
            approvals.end(entry)
        elif deed in APPROVALS:
            approvals.note(entry)
        elif deed is Deed.RULES_LOADED and entry.entry.rules_digest in digests:
            found.rules.setdefault(entry.entry.rules_digest, entry.sequence)
    found.confirmed = {plan: number for plan, number in confirmed.items() if plan in plans}


def _certified(
    act: LedgerEntry,
    found: _Found,
    evidence: dict[int, Evidence],
    schedules: dict[str, RetentionSchedule | None],
) -> Certified:
    name, digest = name_of(act), act.entry.rules_digest
    plans = {_text(act, "plan"), *found.plans.get(name, ())}
    numbers = sorted(found.confirmed[plan] for plan in plans if plan in found.confirmed)
    taken, rules = found.taken.get(name), found.rules.get(digest)
    return Certified(
        destroyed=evidence[act.sequence],
        taken=None if taken is None else evidence[taken],
        confirmed=tuple(evidence[number] for number in numbers),
        approved=tuple(evidence[number] for number in found.approved.get(act.sequence, ())),
        # whose text is all the rules: nothing that this certificate is about
        rules=None if rules is None else replace(evidence[rules], secret=None),
        schedule=schedules.get(digest),
    )


def _schedule(house: House, digest: str, evidence: Evidence) -> RetentionSchedule | None:
    """Return the rules of that digest: those in force, or those that the ledger has kept."""
    if house.schedule.digest == digest:
        return house.schedule
    text = _text(evidence.entry, "rules")
    if not text:
        return None
    parsed = parse(text.encode("utf-8"), path="rules.toml")
    return parsed if isinstance(parsed, RetentionSchedule) else None


def _text(entry: LedgerEntry, name: str) -> str:
    value = dict(entry.entry.clear).get(name)
    return value if isinstance(value, str) else ""


def numbered(sequences: Iterable[int]) -> Callable[[LedgerEntry], bool]:
    """Return what wants the entries with these numbers, and outcomes of these intents."""
    wanted = frozenset(sequences)
    return lambda entry: entry.sequence in wanted or entry.entry.intent in wanted
