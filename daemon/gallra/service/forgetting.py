"""The ledger's own retention: names and reasons go, that something was done stays proved."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gallra.model.errors import BrakeError, GallraError
from gallra.model.ledger import Deed, Entry, LedgerEntry
from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.model.record import Hold
from gallra.model.retention import Mode
from gallra.policy.brakes import LONGEST_JUMP
from gallra.policy.paths import matches, normalised
from gallra.policy.schedule import due_on
from gallra.service.disposal import clock_jump_seconds
from gallra.service.house import House

BY_RULES = "rules.toml"
"""On whose word, where the rules say how long texts are kept."""

_ABOUT_RECORDS = frozenset(
    {
        Deed.INTENT,
        Deed.QUARANTINED,
        Deed.RESTORED,
        Deed.DESTROYED,
        Deed.MOVED,
        Deed.HANDED_OVER,
        Deed.NOT_DONE,
        Deed.RECLASSIFIED,
        Deed.REVIEW_APPROVED,
        Deed.REVIEW_KEPT,
        Deed.REVIEW_VOID,
        Deed.KEPT_LONGER,
    }
)
"""What is told of single records. Of rules, holds, events and confirmations the texts stay."""
_LOOKED_ON = "texts_looked_on"
"""The last day, and how many days in a row agreed with each other up to it."""
_DAYS_THAT_AGREE = 7
"""So many different days are to follow on each other before the clock is believed."""
_LONGEST_GAP = timedelta(days=35)
"""No further apart, so that a machine that works once a month is believed as well."""


def forget_texts(house: House, now: datetime) -> int:
    """Erase the texts that the rules no longer keep; at most once a day; return how many.

    Nothing is erased while gallra observes, where the rules do not say how long, where the
    ledger does not verify, or while the clock cannot be believed. After a start nothing else
    tells that it is years ahead, and an erased text never comes back: so this waits until
    seven different days have followed on each other, none more than 35 days after the one
    before. Clocks that are wrong at a start are put right sooner than that.

    Raises:
        GallraError: If the ledger cannot be written.
    """
    keep, today = house.schedule.ledger.keep_texts, _local(house, now).date()
    if keep is None or house.schedule.mode is not Mode.ENFORCE:
        return 0
    last, count = _looked(house)
    if last == today:
        return 0
    if abs(clock_jump_seconds(house, now)) > LONGEST_JUMP.total_seconds():
        return 0

    follows = last is not None and timedelta() < today - last <= _LONGEST_GAP
    count = min(count + 1, _DAYS_THAT_AGREE) if follows else 1
    if count < _DAYS_THAT_AGREE:
        house.catalogue.set_meta(_LOOKED_ON, f"{today:%F} {count}")
        return 0

    def is_over(entry: LedgerEntry) -> bool:
        return due_on(_local(house, entry.at).date(), keep) <= today

    if not house.ledger.is_sound():
        return 0
    found = erasable(house, is_over)
    erase(house, found, at=now, by=BY_RULES, why=f"keep_texts = {keep.as_iso8601()}")
    house.catalogue.set_meta(_LOOKED_ON, f"{today:%F} {count}")
    return len(found)


def _looked(house: House) -> tuple[date | None, int]:
    """Return the last day this was looked at, and how many days agreed up to then."""
    day, _, count = (house.catalogue.meta(_LOOKED_ON) or "").partition(" ")
    try:
        return date.fromisoformat(day), int(count or 1)
    except ValueError:
        return None, 0


def erasable(
    house: House, is_wanted: Callable[[LedgerEntry], bool], *, is_eager: bool = False
) -> dict[int, LedgerEntry]:
    """Return, by number, the entries that are wanted and may lose their texts.

    The entries of one stay in quarantine go together. What lies in quarantine, waits for its
    outcome or is on hold is left alone.

    Args:
        house: Whose ledger.
        is_wanted: Asked of each entry.
        is_eager: Whether such entries go when any of them is wanted, or only when all are.
    """
    free = {each.sequence: each for each in _free(house)}
    wanted = {number for number, each in free.items() if is_wanted(each)}
    chosen = {_stay(free[number]) for number in wanted} - {""}
    others = {_stay(each) for number, each in free.items() if number not in wanted} - {""}
    if is_eager:
        return {
            number: each
            for number, each in free.items()
            if number in wanted or _stay(each) in chosen
        }
    return {number: free[number] for number in sorted(wanted) if _stay(free[number]) not in others}


def _free(house: House) -> Iterator[LedgerEntry]:
    """Yield the entries about records whose texts nobody needs any more."""
    waiting = {each.sequence for each in house.ledger.open_intents()}
    inside = {item.quarantine_id for item in house.catalogue.quarantine_items()}
    holds = house.catalogue.holds()
    for entry in house.ledger.entries(deeds=_ABOUT_RECORDS, only_with_text=True):
        is_needed = _stay(entry) in inside or entry.sequence in waiting
        if not is_needed and not _is_held(entry, holds):
            yield entry


def _stay(entry: LedgerEntry) -> str:
    """Return what names a stay in quarantine; ``""`` where there was none."""
    return str(dict(entry.entry.clear).get("quarantine_id") or "")


def erase(house: House, sequences: Iterable[int], *, at: datetime, by: str, why: str) -> None:
    """Write into the ledger that texts are erased, then erase them; also what an erasing left.

    Raises:
        BrakeError: If the ledger does not verify.
        GallraError: If it cannot be written, or another process kept the disk from being
            overwritten: erasing again completes it.
    """
    numbers = tuple(sequences)
    if numbers and not house.ledger.is_sound():
        raise BrakeError(
            said(
                "The log does not hold: nothing is erased from it. See what gallra log verify says."
            )
        )
    if numbers:
        entry = Entry(
            deed=Deed.TEXTS_ERASED,
            rules_digest=house.schedule.digest,
            clear=(("count", len(numbers)), ("by", by), ("reason", why)),
        )
        house.ledger.append((entry,), at=at)
    house.ledger.erase(numbers)


def mentioning(text: str) -> Callable[[LedgerEntry], bool]:
    """Return what wants entries in which ``text`` stands, in any letters' case."""
    wanted = text.casefold()
    if not wanted.strip():
        raise GallraError(said("an empty text is in every entry; say what is to be erased"))

    def is_wanted(entry: LedgerEntry) -> bool:
        return any(wanted in str(value).casefold() for _, value in entry.entry.clear)

    return is_wanted


def _is_held(entry: LedgerEntry, holds: Iterable[Hold]) -> bool:
    """Tell whether a hold may cover what an entry speaks of; it rather covers too much."""
    for hold in holds:
        if hold.class_code not in {None, entry.entry.class_code}:
            continue
        if hold.path is None or any(_covers(hold.path, name) for name in _names(entry)):
            return True
    return False


def _covers(pattern: str, name: str) -> bool:
    anchored = pattern.rstrip("/") if "/" in pattern else f"**/{pattern}"
    return anchored in {"", "**"} or matches(name, anchored) or matches(name, f"{anchored}/**")


def _names(entry: LedgerEntry) -> Iterator[str]:
    clear = dict(entry.entry.clear)
    for share, path in (("share", "path"), ("to_share", "to_path")):
        if clear.get(path):
            yield normalised(as_bytes(f"{clear.get(share) or ''}/{clear[path]}"))


def _local(house: House, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(house.schedule.organisation.timezone))
