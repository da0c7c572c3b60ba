"""What stops a plan, and what releases it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.passage import ByteSpan
from gallra.model.record import Act, Circumstances, Due, RecordState
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
        ({"most_of_a_share": 0.005}, {"files_taken_today": (("gemensam", 3),)}, "share"),
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


def test_a_part_of_a_share_is_measured_when_it_is_taken_and_not_again(make, codes):
    lies = {"state": RecordState.QUARANTINED, "quarantine_id": "q", "destroy_on": NOW.date()}
    items = [make.item(make.record(f"{n}", record_id=n, size_bytes=10), **lies) for n in range(3)]
    made = plan(items, holds=(), schedule=make.schedule(), now=NOW)

    assert {each.act for each in made.dispositions} == {Act.DESTROY}
    for count in (0, 1, 1_000):
        assert codes(plan=made, files_of_share=(("gemensam", count),)) == []
    assert codes(Safety(most_per_day=2), plan=made) == ["count"]
    assert codes(Safety(most_bytes_per_day=29), plan=made) == ["bytes"]


@given(
    files=st.integers(0, 30),
    messages=st.integers(0, 30),
    going=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    taken=st.tuples(st.integers(0, 30), st.integers(0, 30)),
    part=st.floats(0, 1),
)
def test_files_and_messages_are_each_measured_by_what_there_was_of_them(
    make, *, files, messages, going, taken, part
):
    file_count, message_count = min(files, going[0]), min(messages, going[1])
    schedule = make.schedule(safety=Safety(most_of_a_share=part))
    due = Due(due_on=date(2030, 1, 1), counted_from=None, because=())
    items = [make.item(make.record(f"{n}", record_id=n), due=due) for n in range(file_count)]
    span = ByteSpan(offset_bytes=1, length_bytes=1, sha256="")
    for number in range(100, 100 + message_count):
        letter = make.record("in", record_id=number, part=f"msg:{number}", span=span)
        items.append(make.item(letter, due=due, file_id=99))
    own = Due(due_on=None, counted_from=None, because=())
    box = make.record("in", record_id=99, is_container=True)
    items.append(make.item(box, due=own))
    made = plan(items, holds=(), schedule=schedule, now=NOW)

    told = brakes(
        made,
        Circumstances(
            now=NOW,
            files_taken_today=(("gemensam", taken[0]),),
            files_of_share=(("gemensam", files + taken[0]),),
            messages_taken_today=(("gemensam", taken[1]),),
            messages_of_share=(("gemensam", messages + taken[1]),),
        ),
        schedule,
    )

    held = {
        ("files" if "files" in dict(each.message.values) else "messages"): each for each in told
    }
    for unit, count, there, before in (
        ("files", file_count, files, taken[0]),
        ("messages", message_count, messages, taken[1]),
    ):
        most = largest_of_share(there + before, schedule.safety)
        assert (unit in held) == (count > 0 and count + before > most)
        if unit in held:
            values = dict(held[unit].message.values)
            assert values["most"] < values["count"] <= values[unit]
