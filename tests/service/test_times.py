"""When what is due is looked for: soon after the last change, and in a storm all the same."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gallra.service.times import ROUND_AFTER, ROUND_EVERY, ROUND_WHILE_BUSY, Times

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MOMENT = timedelta(seconds=1)


def is_due(after, *, is_busy=False, changed=None, round_at=NOON):
    changed_at = None if changed is None else NOON + changed
    times = Times(began_at=NOON, pruned_at=NOON, round_at=round_at, changed_at=changed_at)
    return times.is_round_due(NOON + after, STOCKHOLM, is_busy=is_busy)


@pytest.mark.parametrize(
    ("after", "is_busy", "changed", "expected"),
    [
        (MOMENT, False, None, False),
        (ROUND_EVERY, False, None, True),
        (-MOMENT, False, None, True),
        (ROUND_AFTER, False, MOMENT, False),
        (ROUND_AFTER + MOMENT, False, MOMENT, True),
        (ROUND_WHILE_BUSY, False, ROUND_WHILE_BUSY, True),
        (ROUND_WHILE_BUSY - MOMENT, True, MOMENT, False),
        (ROUND_WHILE_BUSY, True, ROUND_WHILE_BUSY, True),
        (timedelta(hours=11, minutes=30), False, None, True),
    ],
)
def test_what_is_due_is_looked_for(after, is_busy, changed, expected):
    assert is_due(after, is_busy=is_busy, changed=changed) is expected


def test_a_new_day_is_looked_at_as_soon_as_nothing_waits():
    late = datetime(2026, 11, 22, 22, 59, 58, tzinfo=UTC)
    times = Times(began_at=late, pruned_at=late, round_at=late)

    assert not times.is_round_due(late + MOMENT, STOCKHOLM, is_busy=False)
    assert times.is_round_due(late + 2 * MOMENT, STOCKHOLM, is_busy=False)
    assert not times.is_round_due(late + 2 * MOMENT, STOCKHOLM, is_busy=True)


def test_the_first_look_waits_until_all_is_read_but_not_for_ever():
    assert is_due(timedelta(0), round_at=None)
    assert not is_due(MOMENT, round_at=None, is_busy=True)
    assert is_due(ROUND_WHILE_BUSY, round_at=None, is_busy=True)
