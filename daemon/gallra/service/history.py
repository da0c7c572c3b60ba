"""Which rules were in force when, and whose word still counts: the dry run of changed rules.

The ledger has every version of the rules, and it is what a catalogue is filled from that lost
them, or that is an old copy. A version that is noted nowhere would end a wait too early; so the
catalogue is told first and the ledger after it, and what stands in one of them only is found.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gallra.model.errors import BrakeError
from gallra.model.event import Event, EventSource
from gallra.model.ledger import Deed, Entry
from gallra.model.record import Classification, Due, Record
from gallra.model.retention import Action, EventRule, RetentionSchedule, Safety
from gallra.policy.classify import classify
from gallra.policy.events import Happenings
from gallra.policy.former import Former, Judge, active_on, effect_of
from gallra.policy.schedule import due
from gallra.rules.loading import parse
from gallra.service import clock
from gallra.service.house import House
from gallra.store.history import RulesVersion

_RULES = "rules"
_SEEN = "rules-seen"
"""How many entries of the ledger were looked through for rules that the catalogue lacks."""
LONGEST_ASKED = timedelta(days=367)
"""No wait is longer than a year: see ``new_rules_wait``."""
MOST_FORMERS = 20
"""Of more different rules within one wait, the earlier ones count as having kept everything."""


def note_rules(house: House, now: datetime) -> bool:
    """Note in catalogue and ledger which rules are in force; return whether they are others."""
    _catch_up(house)
    last = house.catalogue.rules_versions(now)[-1:]
    present = RulesVersion(digest=house.schedule.digest, text=house.text, since=now)
    house.catalogue.note_rules(present)
    written = house.catalogue.meta(_RULES)
    if present.digest == written and last and last[0].digest == written:
        return False
    # A crash may have kept those before from the ledger.
    entries = [
        Entry(
            deed=Deed.RULES_LOADED,
            rules_digest=each.digest,
            clear=(("rules", each.text.decode("utf-8") if each.text is not None else None),),
        )
        for each in (*last, present)
        if each.digest and (each is present or each.digest not in {written, present.digest})
    ]
    house.ledger.append(entries, at=now)
    house.catalogue.set_meta(_RULES, present.digest)
    house.catalogue.set_meta(_SEEN, str(house.ledger.size))
    return present.digest != written


def formers(house: House) -> tuple[Former, ...]:
    """Return the rules that are still asked, beside those in force, before a record goes.

    Rules on disk that nobody has taken up yet are looked at as if they were taken up now.
    """
    if not house.catalogue.has_rules():
        _catch_up(house)
    now = clock.now()
    versions = house.catalogue.rules_versions(now - LONGEST_ASKED)
    present = effect_of(house.schedule)
    zone = ZoneInfo(house.schedule.organisation.timezone)
    changed_at = [each.since for each in versions[1:]]
    if versions and versions[-1].digest != house.schedule.digest:
        changed_at.append(now)
    today = now.astimezone(zone).date()
    found: list[tuple[RetentionSchedule | None, Former]] = []
    # The latest first: of several that say the same, the one that is asked longest is enough.
    for version, until in reversed(list(zip(versions, changed_at, strict=False))):
        schedule = _understood(house, version)
        safety = schedule.safety if schedule is not None else Safety()
        asked_until = active_on(until.astimezone(zone).date(), safety, house.schedule.safety)
        if asked_until <= today:
            continue
        effect = None if schedule is None else effect_of(schedule)
        if effect == present or any(effect == known for known, _ in found):
            continue
        if len(found) >= MOST_FORMERS:
            found.append((None, Former(schedule=None, asked_until=asked_until)))
            break
        judge = None if schedule is None else _judge(house, schedule, until)
        former = Former(schedule=schedule, asked_until=asked_until, judge=judge)
        found.append((effect, former))
    return tuple(former for _, former in found)


def asking_before(house: House) -> frozenset[str]:
    """Return the classes of which a person decided by the rules before these.

    What such a class has in quarantine, a person let go; of any other class the rules did.
    """
    versions = house.catalogue.rules_versions()
    before = _understood(house, versions[-2]) if len(versions) > 1 else None
    classes = before.classes if before is not None else ()
    return frozenset(each.code for each in classes if each.then is not Action.DESTROY)


def _catch_up(house: House) -> None:
    """Let the catalogue know of all rules that the ledger knows of.

    Where the ledger tells of acts under rules, and nowhere of rules, there were some that nobody
    knows any more.
    """
    ledger, catalogue = house.ledger, house.catalogue
    seen = int(catalogue.meta(_SEEN) or 0)
    if not ledger.is_good or ledger.size <= seen:
        return
    unknown_at: datetime | None = None
    try:
        for each in ledger.entries(first=seen, deeds=(Deed.RULES_LOADED,)):
            entry = each.entry
            text = dict(entry.clear or ()).get("rules")
            content = text.encode("utf-8") if isinstance(text, str) else None
            catalogue.note_rules(
                RulesVersion(digest=entry.rules_digest, text=content, since=each.at)
            )
        if not catalogue.has_rules():
            acts = ledger.entries(deeds=(Deed.INTENT, Deed.RECLASSIFIED, Deed.PLAN_CONFIRMED))
            unknown_at = next((each.at for each in acts if each.entry.rules_digest), None)
    except BrakeError:
        return  # a ledger that does not verify holds everything back by itself
    if unknown_at is not None:
        catalogue.note_rules(RulesVersion(digest="", text=None, since=unknown_at))
    catalogue.set_meta(_SEEN, str(ledger.size))


def _understood(house: House, version: RulesVersion) -> RetentionSchedule | None:
    """Return what a version says; ``None`` where that is not known, or not understood any more."""
    if version.text is None:
        return None
    if version.digest not in house.read_before:
        parsed = parse(version.text, path="")
        known = parsed if isinstance(parsed, RetentionSchedule) else None
        house.read_before[version.digest] = known
    return house.read_before[version.digest]


def _signs(schedule: RetentionSchedule) -> tuple[EventRule, ...]:
    return tuple(replace(each, line=0) for each in schedule.event_rules)


def _judge(house: House, schedule: RetentionSchedule, until: datetime) -> Judge:
    """Return what judges records by former rules, and by what was told under them.

    An event that only a sign of later rules told is left out: the sign is what was loosened.
    """
    has_same_signs = _signs(schedule) == _signs(house.schedule)

    def is_known(event: Event) -> bool:
        return has_same_signs or event.source is not EventSource.RULE or event.told_at < until

    standing = [event for event in house.catalogue.events() if is_known(event)]
    return judge_by(house, schedule, Happenings(standing, schedule.roots))


def judge_by(house: House, schedule: RetentionSchedule, happenings: Happenings) -> Judge:
    """Return what judges the records of ``house`` by other rules, and what was told."""

    def judge(record: Record) -> tuple[Classification, Due]:
        values = house.catalogue.values_of(record.record_id) if happenings.asks_for_values else ()
        told = happenings.told_of(record, values)
        classification = classify(record, schedule, told)
        return classification, due(record, classification, schedule, told)

    return judge
