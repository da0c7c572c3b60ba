"""From what is known to what is done: items, plan, brakes, hand. Decides nothing itself."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from zoneinfo import ZoneInfo

from gallra.dispose.done import Done
from gallra.dispose.hand import Hand
from gallra.dispose.testimony import Clear
from gallra.model.going import GoesOn, always
from gallra.model.message import Message
from gallra.model.record import (
    Act,
    Brake,
    CataloguedRecord,
    Circumstances,
    Plan,
    RecordState,
)
from gallra.model.retention import Mode
from gallra.policy.brakes import CLOCK_TOLERANCE, LONGEST_JUMP, RELEASED_FOR, brakes
from gallra.policy.decide import day_of
from gallra.policy.latest import alerts
from gallra.policy.plan import plan
from gallra.policy.schedule import due_on
from gallra.policy.telling import tellings
from gallra.service import clock
from gallra.service.doubting import believed
from gallra.service.history import formers
from gallra.service.holding import holder, holding_of, reminders
from gallra.service.house import REBUILDING, House
from gallra.service.reviewing import reviews_of
from gallra.store.quarantine import Acted

_CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One look at what falls due, and what came of it."""

    plan: Plan
    brakes: tuple[Brake, ...] = ()
    done: tuple[Done, ...] = ()
    is_observing: bool = False
    alerts: tuple[Message, ...] = ()
    """What may not be kept any more and is still there: said before all else."""
    tellings: tuple[tuple[str, Message], ...] = ()
    """By class, what the rules ask for to be said and nothing more."""


def plan_at(
    house: House,
    now: datetime,
    *,
    is_whole: bool = False,
    absent_shares: frozenset[str] = frozenset(),
) -> Plan:
    """Return what would be done at ``now``.

    Args:
        house: Whose records and rules.
        now: Aware; the day is taken in the organisation's time zone.
        is_whole: With every record that is retained, too. Else only what falls due is read,
            so that the size of the catalogue does not matter.
        absent_shares: Shares that cannot be seen; everything about them waits.
    """
    items = house.catalogue.catalogued() if is_whole else items_due(house, now)
    return plan(
        items,
        holds=holding_of(house),
        schedule=house.schedule,
        now=now,
        is_whole=is_whole,
        absent_shares=absent_shares,
        formers=formers(house),
        reviews=reviews_of(house),
    )


def items_due(house: House, now: datetime) -> Iterator[CataloguedRecord]:
    """Yield what has fallen due, whole mailboxes where one message has, and the quarantine."""
    today = now.astimezone(ZoneInfo(house.schedule.organisation.timezone)).date()
    mailboxes: set[int] = set()
    for item in house.catalogue.due(today):
        if item.record.part or item.record.is_container:
            mailboxes.add(item.file_id)
        else:
            yield item
    yield from chain.from_iterable(
        house.catalogue.records_of_file(file_id) for file_id in sorted(mailboxes)
    )
    yield from house.catalogue.catalogued(states=(RecordState.QUARANTINED,))


def circumstances(
    house: House, now: datetime, found: Plan, *, is_of_today: bool = True
) -> Circumstances:
    """Return what the brakes look at besides the plan ``found``, as it is at ``now``.

    Args:
        house: Whose.
        now: Aware.
        found: The plan that is looked at.
        is_of_today: Whether it is; else nothing has been done on its day yet.
    """
    catalogue = house.catalogue
    zone = ZoneInfo(house.schedule.organisation.timezone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    acted = catalogue.acted_since(midnight) if is_of_today else Acted()
    # A release from the future was given by a clock that was wrong.
    released = catalogue.released(since=now - RELEASED_FOR, until=now + CLOCK_TOLERANCE)
    # Messages are counted one by one: only where some are to be cut out.
    cut = {
        each.item.record.share
        for each in found.dispositions
        if each.act is Act.QUARANTINE and each.item.record.part
    }
    shares = [share.name for share in house.schedule.shares]
    return Circumstances(
        now=now,
        acted_today_count=acted.count,
        acted_today_bytes=acted.size_bytes,
        files_taken_today=acted.files_of_share,
        files_of_share=_there_this_morning(shares, catalogue.file_count, acted.files_of_share),
        messages_taken_today=acted.messages_of_share,
        messages_of_share=_there_this_morning(
            sorted(cut), catalogue.message_count, acted.messages_of_share
        ),
        clock_jump_seconds=clock_jump_seconds(house, now),
        last_ledger_at=house.ledger.last_at,
        is_ledger_good=house.ledger.is_sound(),
        has_texts=house.ledger.lost_text() is None,
        is_catalogue_good=catalogue.meta(REBUILDING) is None,
        confirmed=frozenset(digest for digest, _ in released),
        released=released,
    )


def _there_this_morning(
    shares: Iterable[str], count: Callable[[str], int], taken: Iterable[tuple[str, int]]
) -> tuple[tuple[str, int], ...]:
    """Return what each share's part that may go in a day is a part of: taken today, it was there.

    What lies in quarantine from days before is no part of it: with that, more could be taken of
    a share the more had been taken already.
    """
    gone = dict(taken)
    return tuple((share, count(share) + gone.get(share, 0)) for share in shares)


def clock_jump_seconds(house: House, now: datetime) -> float:
    """Return how far the wall clock moved against the boot clock since it was last noted.

    0 where nothing was noted, or the machine was started since: then only the ledger's last
    entry tells, and the brakes look at that too.
    """
    noted = house.catalogue.meta(_CLOCK)
    if noted is None:
        return 0.0
    boot, boot_seconds, wall = noted.split(" ")
    if boot != clock.boot_id():
        return 0.0
    expected = float(wall) + clock.boot_seconds() - float(boot_seconds)
    return now.timestamp() - expected


def note_clock(house: House, now: datetime, *, is_trusted: bool = False) -> None:
    """Note both clocks, to compare with next time.

    A clock that was moved is not noted, so that the brake holds until it is right again, or
    ``is_trusted``: a person confirmed a plan that was made by it.
    """
    if not is_trusted and abs(clock_jump_seconds(house, now)) > LONGEST_JUMP.total_seconds():
        return
    noted = f"{clock.boot_id() or '-'} {clock.boot_seconds():.3f} {now.timestamp():.3f}"
    house.catalogue.set_meta(_CLOCK, noted)


def dispose(
    house: House,
    now: datetime,
    *,
    absent_shares: frozenset[str] = frozenset(),
    goes_on: GoesOn = always,
) -> Round:
    """Carry out what is due at ``now``, and tell what is there for longer than it may be.

    Args:
        house: Whose.
        now: Aware.
        absent_shares: Nothing is done about these.
        goes_on: Asked before each batch; what is left is due the next time as well.

    Raises:
        GallraError: If the ledger cannot be written, or a sync of the disk failed; what was
            not yet begun was left alone.
    """
    found = _carried_out(house, now, absent_shares, goes_on)
    is_acting = not found.is_observing and not found.brakes
    told = tuple(alerts(found.plan, house.schedule, is_acting=is_acting))
    told += reminders(house, day_of(now, house.schedule))
    return replace(
        found,
        alerts=(*told, *found.alerts),
        tellings=tuple(tellings(found.plan, house.schedule)),
    )


def _carried_out(
    house: House, now: datetime, absent_shares: frozenset[str], goes_on: GoesOn
) -> Round:
    """Carry out what is due at ``now``, as far as the mode and the brakes allow.

    Raises:
        GallraError: If the ledger cannot be written, or a sync of the disk failed; what was
            not yet begun was left alone.
    """
    house.require_catalogue()
    found = plan_at(house, now, absent_shares=absent_shares)
    if house.schedule.mode is Mode.OBSERVE:
        return Round(plan=found, is_observing=True)
    destroying = [each for each in found.dispositions if each.act is Act.DESTROY]
    taking = [each for each in found.dispositions if each.act is Act.QUARANTINE]
    moving = [each for each in found.dispositions if each.act is Act.MOVE]
    if not destroying and not taking and not moving:
        return Round(plan=found)
    done: list[Done] = []
    with house.acting():
        hand = hand_of(house, goes_on=goes_on)
        settled = recover(house)
        around = circumstances(house, now, found)
        stopping = brakes(found, around, house.schedule)
        if stopping:
            return Round(plan=found, brakes=stopping, done=settled)
        note_clock(house, now, is_trusted=True)
        done.extend(settled)
        if found.digest in around.confirmed:
            hand = hand_of(house, attested=(("plan", found.digest),), goes_on=goes_on)
        sound, doubts = believed(house, [*taking, *moving])
        taking = [each for each in sound if each.act is Act.QUARANTINE]
        moving = [each for each in sound if each.act is Act.MOVE]
        done.extend(hand.destroy(destroying))
        done.extend(hand.quarantine(taking))
        done.extend(hand.move(moving))
    house.ledger.checkpoint()
    return Round(plan=found, done=tuple(done), alerts=doubts)


def recover(house: House) -> tuple[Done, ...]:
    """Finish or undo what a crash interrupted; use it inside ``house.acting()``.

    What the catalogue should know of, and does not, it is told: it may be an older copy.
    """
    return hand_of(house).recover().settled


def hand_of(house: House, *, attested: Clear = (), goes_on: GoesOn = always) -> Hand:
    """Return the hand that acts on this house's shares; use it inside ``house.acting()``.

    Args:
        house: Whose shares.
        attested: Who wants what it does, or which plan they confirmed; goes into the ledger.
        goes_on: Asked before each batch, and while large files are read.
    """
    return Hand(
        ledger=house.ledger,
        catalogue=house.catalogue,
        schedule=house.schedule,
        clock=clock.now,
        is_held=holder(house),
        dwell_ends_on=lambda day: dwell_ends_on(house, day),
        attested=attested,
        goes_on=goes_on,
    )


def dwell_ends_on(house: House, day: date) -> date:
    """Return the first day on which what was quarantined on ``day`` may be destroyed."""
    return due_on(day, house.schedule.safety.dwell)
