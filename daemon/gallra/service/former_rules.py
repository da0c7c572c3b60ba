"""The rules of any past day, out of the ledger: every version that was in force stands in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.retention import RetentionSchedule
from gallra.policy.deadlines import end_of
from gallra.rules.loading import parse
from gallra.service.house import House

SHORTEST_DIGEST: Final = 6
"""So much of a digest names a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Rules as they were taken into use."""

    since: datetime
    digest: str
    text: str | None
    """``None`` where the ledger has lost it."""

    @property
    def schedule(self) -> RetentionSchedule | None:
        """What they say; ``None`` where this gallra does not understand them any more."""
        if self.text is None:
            return None
        found = parse(self.text.encode("utf-8"), path="rules.toml")
        return found if isinstance(found, RetentionSchedule) else None


def versions(house: House) -> tuple[Version, ...]:
    """Return every version that the ledger knows, oldest first.

    Raises:
        BrakeError: If the ledger holds what gallra did not write.
    """
    return tuple(
        Version(
            since=each.at,
            digest=each.entry.rules_digest,
            text=_text(each),
        )
        for each in house.ledger.entries(deeds=(Deed.RULES_LOADED,))
    )


def by_digest(house: House, digest: str) -> Version:
    """Return the version that ``digest``, or its beginning, names.

    Raises:
        WrongUseError: If there is none, or are several.
    """
    wanted = digest.strip().lower()
    found = {each.digest: each for each in versions(house) if each.digest.startswith(wanted)}
    if len(wanted) < SHORTEST_DIGEST or len(found) != 1:
        raise WrongUseError(
            said(
                "{digest} names no version of the rules, or several: see gallra rules show",
                digest=shown(digest[:64]),
            )
        )
    return next(iter(found.values()))


def on_day(house: House, day: date) -> Version:
    """Return the version that was in force at the end of ``day``.

    Raises:
        WrongUseError: If there was none yet.
    """
    until = end_of(day, ZoneInfo(house.schedule.organisation.timezone))
    found = [each for each in versions(house) if each.since < until]
    if not found:
        raise WrongUseError(said("on {day} no rules were in force yet", day=day.isoformat()))
    return found[-1]


def entry_of(house: House, sequence: int) -> LedgerEntry:
    """Return one entry of the log that was made under rules.

    Raises:
        WrongUseError: If there is none, or it names no rules.
    """
    found = next((each for each in house.ledger.entries(first=sequence)), None)
    if sequence < 0 or found is None or not found.entry.rules_digest:
        raise WrongUseError(
            said("entry {number} of the log is not there, or names no rules", number=sequence)
        )
    return found


def excerpts(version: Version, entry: LedgerEntry) -> Iterator[tuple[int, str]]:
    """Yield what the rules said of the class, and the rule, that ``entry`` names.

    Yields:
        The line on which a table begins, counted from 1, and the table's text.
    """
    schedule = version.schedule
    if schedule is None or version.text is None:
        return
    lines = version.text.splitlines()
    starts = [each.line for each in schedule.classes if each.code == entry.entry.class_code] + [
        each.line for each in schedule.rules if each.number == entry.entry.rule_number
    ]
    for start in starts:
        yield start, "\n".join(_table(lines[start - 1 :], entry.entry.class_code))


def _table(lines: list[str], code: str) -> Iterator[str]:
    """Yield the first table of ``lines``, tables within it too, without what trails it."""
    taken = [lines[0]]
    for line in lines[1:]:
        if line.startswith("[") and not line.startswith(f"[class.{code}."):
            break
        taken.append(line)
    while len(taken) > 1 and (not taken[-1].strip() or taken[-1].startswith("#")):
        taken.pop()
    yield from taken


def _text(entry: LedgerEntry) -> str | None:
    text = dict(entry.entry.clear or ()).get("rules")
    return text if isinstance(text, str) else None
