"""What stops a plan, and what releases it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gallra.model.record import Circumstances
from gallra.model.retention import Safety
from gallra.policy.brakes import RELEASABLE, brakes, largest_of_share
from gallra.policy.plan import plan

NOW = datetime(2030, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def made(make):
    """A plan that takes three files of 10 bytes."""
    items = [
        make.item(make.record(f"{number}", record_id=number, size_bytes=10)) for number in range(3)
    ]
    return plan(items, holds=(), schedule=make.schedule(), now=NOW)


@pytest.fixture
def codes(make, made):
    def found(safety=None, plan=made, **circumstances):
        usual = {"now": NOW, "files_of_share": (("gemensam", 1_000),)}
        schedule = make.schedule(safety=safety or Safety())
        told = brakes(plan, Circumstances(**(usual | circumstances)), schedule)
        assert all(
            f"`gallra plan --confirm {plan.digest} --release {each.code}`"
            in each.message.in_english()
            for each in told
            if each.is_released_by_confirmation
        )
        return [each.code for each in told]

    return found


def test_a_small_plan_on_a_good_day_is_carried_out(codes):
    assert codes() == []


@pytest.mark.parametrize(
    ("safety", "circumstances", "code"),
    [
        ({"most_per_day": 2}, {}, "count"),
        ({"most_per_day": 5}, {"acted_today_count": 3}, "count"),
        ({"most_of_a_share": 0.002}, {}, "share"),
        ({"most_of_a_share": 0.005}, {"acted_today_of_share": (("gemensam", 3),)}, "share"),
        ({}, {"files_of_share": ()}, "share"),
        ({"most_bytes_per_day": 29}, {}, "bytes"),
        ({"most_bytes_per_day": 39}, {"acted_today_bytes": 10}, "bytes"),
        ({}, {"clock_jump_seconds": 3_601.0}, "clock"),
        ({}, {"clock_jump_seconds": -3_601.0}, "clock"),
        ({}, {"last_ledger_at": NOW + timedelta(hours=1)}, "clock"),
        ({}, {"has_texts": False}, "vault"),
    ],
)
def test_a_brake_holds_until_a_person_confirms_this_very_plan(
    codes, made, safety, circumstances, code
):
    safety = Safety(**safety)

    assert codes(safety, **circumstances) == [code]
    assert codes(safety, **circumstances, released=frozenset({("another", code)})) == [code]
    others = frozenset((made.digest, other) for other in RELEASABLE if other != code)
    assert codes(safety, **circumstances, released=others) == [code]
    assert codes(safety, **circumstances, released=frozenset({(made.digest, code)})) == []


@pytest.mark.parametrize(
    ("circumstances", "code"),
    [({"is_ledger_good": False}, "ledger"), ({"is_catalogue_good": False}, "catalogue")],
)
def test_what_is_broken_is_mended_and_never_waved_through(codes, made, circumstances, code):
    assert codes(**circumstances, released=frozenset({(made.digest, code)})) == [code]
    assert codes(plan=replace(made, dispositions=()), **circumstances) == [code]


def test_at_the_cap_exactly_nothing_holds(codes):
    assert codes(Safety(most_per_day=3, most_bytes_per_day=30, most_of_a_share=0.003)) == []


def test_a_plan_that_destroys_nothing_needs_no_caps_and_no_clock(codes, made):
    assert (
        codes(
            Safety(most_per_day=1),
            plan=replace(made, dispositions=()),
            clock_jump_seconds=1e9,
            acted_today_count=10**6,
        )
        == []
    )


def test_of_the_smallest_share_one_file_may_go():
    assert [largest_of_share(count, Safety()) for count in (0, 1, 39, 40, 1_000)] == [
        1, 1, 1, 2, 50,
    ]  # fmt: skip
