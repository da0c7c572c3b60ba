"""One class for each record, with reasons."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.passage import Outcome
from gallra.model.record import UNCLASSIFIED
from gallra.model.retention import Action, Period, Trigger
from gallra.policy.classify import classify
from gallra.policy.schedule import due_in
from gallra.policy.types import type_of


def in_english(messages):
    return [message.in_english() for message in messages]


def test_what_no_rule_speaks_of_is_unclassified_and_says_so(make):
    given = classify(make.record(), make.schedule(rules=[make.rule(kinds=("minutes",))]))

    assert (given.class_code, given.rule_number) == (UNCLASSIFIED, None)
    assert in_english(given.because) == ["no rule speaks of it"]


def test_an_empty_condition_applies_to_nothing(make):
    rule = replace(make.rule(), when=replace(make.rule().when, paths=()))

    assert classify(make.record(), make.schedule(rules=[rule])).class_code == UNCLASSIFIED


@pytest.mark.parametrize(
    ("when", "record", "is_match"),
    [
        ({"shares": ("gemensam",)}, {}, True),
        ({"shares": ("annan",)}, {}, False),
        ({"roles": ("case-area", "common-area")}, {}, True),
        ({"types": ("spreadsheet",)}, {}, True),
        ({"types": ("pdf",)}, {}, False),
        ({"kinds": ("salary-list",)}, {"subjects": (("salary-list", 0.9),)}, True),
        ({"kinds": ("minutes",)}, {"subjects": (("salary-list", 0.9), ("minutes", 0.8))}, False),
        ({"languages": ("nb", "nn")}, {"language": "nn"}, True),
        ({"entities": (("PERSON", 3),)}, {"entities": (("PERSON", 3),)}, True),
        ({"entities": (("PERSON", 3), ("SALARY", 1))}, {"entities": (("PERSON", 3),)}, False),
        ({"special_categories": ("HEALTH",)}, {"special_categories": ("HEALTH",)}, True),
        ({"has_personal_data": True}, {"entities": (("PERSON", 1),)}, True),
        ({"has_personal_data": True}, {"entities": (("ORGANIZATION", 1),)}, False),
        ({"has_personal_data": False}, {"entities": (("ORGANIZATION", 1),)}, True),
        ({"has_personal_data": False}, {"special_categories": ("HEALTH",)}, False),
        ({"has_personal_data": False}, {"outcome": Outcome.OPAQUE}, False),
        ({"has_personal_data": False}, {"is_incomplete": True}, False),
        ({"has_personal_data": False}, {"kind": "mbox", "is_container": True}, False),
        ({"types": ("mailbox",)}, {"kind": "mbox", "is_container": True}, True),
        ({"outcomes": ("opaque",)}, {"outcome": Outcome.OPAQUE}, True),
        ({"outcomes": ("opaque",)}, {}, False),
    ],
)
def test_a_condition_is_fulfilled_by_what_it_says(make, when, record, is_match):
    given = classify(make.record(**record), make.schedule(rules=[make.rule(**when)]))

    assert (given.class_code != UNCLASSIFIED) is is_match


def test_a_rule_for_what_is_left_over_yields_to_every_other(make):
    kept = make.retention_class("kept", then=Action.KEEP, keep=None)
    rules = [make.rule(1, "kept", otherwise=True), make.rule(2)]

    assert (
        classify(make.record(), make.schedule([make.retention_class(), kept], rules)).class_code
        == "salary-list"
    )


@pytest.mark.parametrize(
    "ranked",
    [
        [
            {"then": Action.KEEP, "keep": None},
            {"then": Action.REVIEW, "keep": Period(days=1)},
            {"counted_from": Trigger.CASE_CLOSED, "keep": Period(days=2)},
            {"counted_from": Trigger.CASE_CLOSED, "keep": Period(days=1)},
            {"keep": Period(years=5)},
            {"keep": Period(years=4)},
        ]
    ],
)
def test_the_longest_retention_wins_in_whatever_order_the_rules_stand(make, ranked):
    classes = [make.retention_class(f"c{at}", **given) for at, given in enumerate(ranked)]
    for first, second in permutations(classes, 2):
        rules = [make.rule(1, first.code), make.rule(2, second.code)]
        given = classify(make.record(), make.schedule(classes, rules))

        assert given.class_code == min(first.code, second.code)
        assert any(max(first.code, second.code) in each for each in in_english(given.because))


def test_of_two_that_are_alike_the_earlier_rule_wins(make):
    classes = [make.retention_class("b"), make.retention_class("a")]
    rules = [make.rule(1, "b"), make.rule(2, "a")]

    assert classify(make.record(), make.schedule(classes, rules)).class_code == "b"


def test_a_record_that_was_not_read_cites_the_rule_that_says_so_in_words(make):
    rules = [make.rule(1), make.rule(2, outcomes=("opaque",))]
    given = classify(make.record(outcome=Outcome.OPAQUE), make.schedule(rules=rules))

    assert given.rule_number == 2
    assert "not read in full" in in_english(given.because)[-1]


periods = st.builds(Period, years=st.integers(0, 9), days=st.integers(0, 90))


@given(
    keeps=st.lists(st.tuples(periods, st.sampled_from(Action)), min_size=1, max_size=5),
    order=st.randoms(),
)
def test_no_other_matching_class_would_have_kept_it_longer(make, keeps, order):
    classes = [
        make.retention_class(f"c{at}", keep=keep, then=then)
        for at, (keep, then) in enumerate(keeps)
    ]
    rules = [make.rule(number, each.code) for number, each in enumerate(classes, start=1)]
    order.shuffle(rules)
    rules = [replace(rule, number=number) for number, rule in enumerate(rules, start=1)]
    schedule = make.schedule(classes, rules)
    won = schedule.class_of(classify(make.record(), schedule).class_code)
    destroying = [each for each in classes if each.then is Action.DESTROY]

    if won.then is Action.DESTROY:
        assert len(destroying) == len(classes)
        assert due_in(make.record(), won, "UTC").due_on == max(
            due_in(make.record(), each, "UTC").due_on for each in destroying
        )


def test_kinds_belong_to_the_groups_that_a_volunteer_would_name():
    assert [type_of(kind).value for kind in ("xlsx", "sheet", "csv", "eml", "mbox", "?")] == [
        "spreadsheet", "spreadsheet", "spreadsheet", "message", "mailbox", "other",
    ]  # fmt: skip
