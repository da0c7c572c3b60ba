"""The dry run of changed rules: nothing goes earlier than every set of rules lets it go."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.record import Act, RecordState
from gallra.model.retention import Action, Destination, Period, Safety
from gallra.policy.classify import classify
from gallra.policy.decide import Decider, day_of
from gallra.policy.former import Former, active_on, effect_of
from gallra.policy.plan import plan
from gallra.policy.schedule import due

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
PLACES = ("a/1.xlsx", "a/2.xlsx", "b/1.xlsx")
DESTRUCTIVE = (Act.QUARANTINE, Act.DESTROY, Act.MOVE)


def former_of(schedule, until=date(2030, 6, 15)):
    def judge(record):
        classification = classify(record, schedule)
        return classification, due(record, classification, schedule)

    return Former(schedule=schedule, asked_until=until, judge=judge)


def decided(item, schedule, now=NOW, formers=()):
    found = plan([item], holds=(), schedule=schedule, now=now, is_whole=True, formers=formers)
    return found.dispositions[0]


def classes():
    thens = st.sampled_from([Action.DESTROY, Action.REVIEW, Action.KEEP, Action.MOVE])
    years = st.integers(min_value=1, max_value=7)

    def made(pair):
        then, count = pair
        kept = None if then is Action.KEEP else Period(years=count)
        to = Destination(share="gemensam", path=b"arkiv") if then is Action.MOVE else None
        return {"then": then, "keep": kept, "to": to}

    return st.tuples(thens, years).map(made)


def schedules(make):
    """Two classes, and rules for either: patterns that come and go, periods that change."""
    patterns = st.sampled_from(["**", "a/**", "b/**", "*/1.*"])

    def made(parts):
        (one, other), rules = parts
        return make.schedule(
            [make.retention_class("one", **one), make.retention_class("other", **other)],
            [
                make.rule(number, code, paths=(pattern,))
                for number, (code, pattern) in enumerate(rules, start=1)
            ],
        )

    rules = st.lists(st.tuples(st.sampled_from(["one", "other"]), patterns), min_size=1, max_size=3)
    return st.tuples(st.tuples(classes(), classes()), rules).map(made)


@given(data=st.data())
def test_nothing_goes_earlier_than_by_the_old_rules_or_on_the_day_of_activation(make, data):
    old, new = data.draw(schedules(make)), data.draw(schedules(make))
    path, days = data.draw(st.sampled_from(PLACES)), data.draw(st.integers(-900, 900))
    now = NOW + timedelta(days=days)
    waits = data.draw(st.integers(min_value=0, max_value=20))
    former = former_of(old, day_of(now, new) + timedelta(days=waits))
    state = data.draw(st.sampled_from([RecordState.PRESENT, RecordState.QUARANTINED]))
    gone_on = date(2028, 1, 1) if state is RecordState.QUARANTINED else None
    record = make.record(path)
    item = make.item(record, new, state=state, destroy_on=gone_on)
    as_before = make.item(record, old, state=state, destroy_on=gone_on)

    found = decided(item, new, now, (former,))

    alone = decided(item, new, now)
    before = decided(as_before, old, now)
    if found.act in DESTRUCTIVE:
        assert found.act is alone.act
        assert waits == 0 or before.act is alone.act
    elif alone.act in DESTRUCTIVE:
        assert (found.act, found.would) == (Act.WAIT, alone.act)
        assert found.waits_until == former.asked_until
    else:
        assert found.act is alone.act


def test_what_the_old_rules_let_go_as_well_goes_on(make):
    old = make.schedule()
    new = make.schedule([make.retention_class(keep=Period(years=2))])

    assert decided(make.item(schedule=new), new, NOW, (former_of(old),)).act is Act.QUARANTINE


def test_stricter_rules_act_at_once(make):
    new = make.schedule([make.retention_class(keep=Period(years=40))])

    found = decided(make.item(schedule=new), new, NOW, (former_of(make.schedule()),))

    assert found.act is Act.RETAIN


def test_of_several_former_rules_the_one_that_is_asked_longest_counts(make):
    longer = make.schedule([make.retention_class(keep=Period(years=40))])
    new = make.schedule()
    formers = (former_of(longer, date(2030, 6, 9)), former_of(longer, date(2030, 6, 20)))

    assert decided(make.item(), new, NOW, formers).waits_until == date(2030, 6, 20)
    assert decided(make.item(), new, datetime(2030, 6, 20, 1, tzinfo=UTC), formers).act is (
        Act.QUARANTINE
    )


def test_rules_that_nobody_knows_any_more_would_have_kept_everything(make):
    unknown = Former(schedule=None, asked_until=date(2030, 6, 5))

    assert decided(make.item(), make.schedule(), NOW, (unknown,)).act is Act.WAIT


def test_a_share_that_the_old_rules_did_not_name_was_kept_by_them(make):
    new = make.schedule()
    old = replace(new, shares=(replace(new.shares[0], name="annan"),))

    assert decided(make.item(), new, NOW, (former_of(old),)).act is Act.WAIT


def test_a_rule_with_a_day_of_its_own_waits_for_it(make):
    schedule = make.schedule(rules=[replace(make.rule(), active_from=date(2030, 6, 2))])
    item = make.item(schedule=schedule)

    assert decided(item, schedule).waits_until == date(2030, 6, 2)
    assert decided(item, schedule, NOW + timedelta(days=1)).act is Act.QUARANTINE


def test_the_longer_wait_of_the_rules_before_and_after_holds():
    short, usual = Safety(new_rules_wait=Period()), Safety()

    assert active_on(date(2030, 6, 1), usual, short) == date(2030, 6, 15)
    assert active_on(date(2030, 6, 1), short, short) == date(2030, 6, 1)


@pytest.mark.parametrize("part", ["mode", "safety", "digest"])
def test_what_changes_no_fate_changes_no_effect(make, part):
    schedule = make.schedule()
    other = {"mode": "observe", "safety": Safety(most_per_day=1), "digest": "1" * 64}[part]

    assert effect_of(replace(schedule, **{part: other})) == effect_of(schedule)
    assert effect_of(make.schedule(timezone="Europe/Oslo")) != effect_of(schedule)


def test_a_mailbox_that_was_taken_for_its_messages_asks_nobody_while_they_are_due(make):
    schedule = make.schedule(
        [make.retention_class(), make.retention_class("box", keep=Period(years=40))],
    )
    usual = {"state": RecordState.QUARANTINED, "destroy_on": date(2031, 1, 1), "file_id": 7}
    message = make.item(make.record("in.pst", part="msg:1", record_id=2), schedule, **usual)
    box = make.item(
        make.record("in.pst", is_container=True),
        schedule,
        classification=replace(message.classification, class_code="box"),
        due=replace(message.due, due_on=date(2066, 1, 1)),
        **usual,
    )

    found = plan([message, box], holds=(), schedule=schedule, now=NOW, is_whole=True)

    assert {each.act for each in found.dispositions} == {Act.RETAIN}


def test_a_mailbox_in_quarantine_is_not_destroyed_while_a_message_in_it_is_kept(make):
    schedule = make.schedule(
        [make.retention_class(), make.retention_class("letter", keep=Period(years=40))],
        [make.rule(1, paths=("*.mbox",))],
    )
    usual = {"state": RecordState.QUARANTINED, "destroy_on": date(2030, 1, 1), "file_id": 7}
    box = make.item(make.record("in.mbox", is_container=True), schedule, **usual)
    kept = make.item(
        make.record("in.mbox", part="msg:1", record_id=2),
        schedule,
        classification=replace(box.classification, class_code="letter"),
        due=replace(box.due, due_on=date(2066, 1, 1)),
        **usual,
    )

    found = plan([box, kept], holds=(), schedule=schedule, now=NOW)

    assert [each.act for each in found.dispositions] == [Act.REVIEW, Act.REVIEW]
    assert Decider.of(schedule, (), NOW).decide(box).act is Act.DESTROY
