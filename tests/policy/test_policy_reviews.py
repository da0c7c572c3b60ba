"""Reviews: an approval never outlives what it was about, and nothing that is kept goes by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.holding import Decision, Verdict
from gallra.model.message import said
from gallra.model.passage import ByteSpan, Outcome
from gallra.model.record import Act, Classification, Due, Hold, RecordState
from gallra.model.retention import Action, Period, ReviewQueue
from gallra.policy.plan import plan
from gallra.policy.reviews import Reviews, reasons_of

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
DUE = Due(due_on=date(2030, 1, 1), counted_from=None, because=())
ASKED = Classification(class_code="asked", rule_number=1, because=())


@pytest.fixture(scope="module")
def schedule(make):
    """A class that asks, one that destroys, one that keeps, one with a minimum."""
    classes = [
        make.retention_class("asked", then=Action.REVIEW),
        make.retention_class("destroy"),
        make.retention_class("keep", then=Action.KEEP),
        make.retention_class("least", keep_at_least=Period(years=10)),
    ]
    codes = enumerate(("asked", "destroy", "keep", "least"), start=1)
    return make.schedule(classes, [make.rule(number, code) for number, code in codes])


def decided(items, schedule, decisions=(), *, now=NOW, holds=(), queues=()):
    return plan(
        items,
        holds=holds,
        schedule=schedule,
        now=now,
        is_whole=True,
        reviews=Reviews(decisions, queues),
    ).dispositions


def one(make, **given):
    return make.item(make.record("a.xlsx"), due=DUE, classification=ASKED, **given)


def decision(disposition, verdict=Verdict.APPROVE, *, number=1, by="kari", **given):
    """What somebody says of a record as a plan without reviews has it."""
    item = disposition.item
    usual = Decision(
        decision_id=number,
        record_id=item.record.record_id,
        verdict=verdict,
        by=by,
        why="x",
        at=NOW,
        class_code=item.classification.class_code,
        reasons=reasons_of(disposition),
        sha256=item.record.span.sha256 if item.record.span else "f" * 64,
        signature=item.signature,
    )
    return replace(usual, **given)


def test_what_is_approved_goes_and_what_is_not_waits(make, schedule):
    (asked,) = decided([one(make)], schedule)
    (approved,) = decided([one(make)], schedule, [decision(asked)])

    assert (asked.act, approved.act) == (Act.REVIEW, Act.QUARANTINE)
    assert approved.approved_by == ("kari",)


CHANGES = st.sampled_from(
    [
        lambda item: replace(item, signature=replace(item.signature, size_bytes=9)),
        lambda item: replace(item, signature=replace(item.signature, inode=9)),
        lambda item: replace(item, signature=replace(item.signature, modified_ns=9)),
        lambda item: replace(item, signature=replace(item.signature, changed_ns=9)),
        lambda item: replace(item, signature=replace(item.signature, link_count=2)),
        lambda item: replace(item, is_current=False),
        lambda item: replace(item, classification=replace(item.classification, class_code="least")),
        lambda item: replace(
            item, classification=replace(item.classification, because=(said("another reason"),))
        ),
        lambda item: replace(item, due=replace(item.due, because=(said("another reason"),))),
        lambda item: replace(item, due=replace(item.due, due_on=date(2031, 1, 1))),
        lambda item: replace(item, record=replace(item.record, outcome=Outcome.DAMAGED)),
        lambda item: replace(item, record=replace(item.record, record_id=7)),
    ]
)


@given(changes=st.lists(CHANGES, min_size=1, max_size=4), days=st.integers(0, 200))
def test_an_approval_never_outlives_a_change(make, schedule, changes, days):
    item = one(make)
    (asked,) = decided([item], schedule)
    for change in changes:
        item = change(item)
    item = replace(item, due=replace(item.due, is_for_a_person=True))
    now = NOW + timedelta(days=days)
    (after,) = decided([item], schedule, [decision(asked)], now=now)

    assert not after.act.is_destructive
    assert after.approved_by == ()


@given(
    names=st.lists(st.sampled_from(["kari", "Kari", " kari ", "ola", "OLA", "liv"]), max_size=5),
    needed=st.integers(1, 3),
    kept_after=st.none() | st.integers(0, 5),
)
def test_so_many_different_people_as_are_needed_let_it_go(
    make, schedule, names, needed, kept_after
):
    queue = ReviewQueue(name="q", reviewers=("kari", "ola"), classes=("asked",), needed=needed)
    (asked,) = decided([one(make)], schedule)
    decisions = [decision(asked, number=2 * at, by=name) for at, name in enumerate(names)]
    counted = names
    if kept_after is not None:
        kept = {"number": 2 * kept_after + 1, "until": date(2099, 1, 1)}
        decisions.append(decision(asked, Verdict.KEEP, **kept))
        counted = names[kept_after + 1 :]
    (after,) = decided([one(make)], schedule, decisions, queues=[queue])

    people = {name.strip().casefold() for name in counted} & {"kari", "ola"}
    if len(people) >= needed:
        assert after.act is Act.QUARANTINE
    else:
        assert after.act is (Act.REVIEW if kept_after is None else Act.RETAIN)


def test_what_a_person_keeps_is_kept_until_that_day_even_if_the_rules_would_take_it(make, schedule):
    (asked,) = decided([one(make)], schedule)
    kept = decision(asked, Verdict.KEEP, until=date(2031, 1, 1))
    harsher = make.schedule([make.retention_class("asked")], [make.rule(1, "asked")])

    assert decided([one(make)], harsher, [kept])[0].act is Act.RETAIN
    later = datetime(2031, 1, 1, 12, tzinfo=UTC)
    assert decided([one(make)], schedule, [kept], now=later)[0].act is Act.REVIEW


def test_a_held_record_is_retained_whoever_approved(make, schedule):
    (asked,) = decided([one(make)], schedule)
    held = [Hold(reference="T 1", placed_at=NOW)]

    assert decided([one(make)], schedule, [decision(asked)], holds=held)[0].act is Act.RETAIN


def mailbox(make, *, codes=("asked", "destroy"), spans=False, **given):
    """A mailbox whose messages have these classes: the last is due, the others are not."""
    box = make.item(
        make.record("in.pst", record_id=1, is_container=True),
        classification=replace(ASKED, class_code="asked"),
        due=DUE,
        **given,
    )
    messages = [
        make.item(
            make.record(
                "in.pst",
                record_id=number,
                part=f"item:{number}",
                span=ByteSpan(offset_bytes=number, length_bytes=1, sha256=f"{number:064d}")
                if spans
                else None,
            ),
            classification=Classification(class_code=code, rule_number=1, because=()),
            due=DUE if number == len(codes) + 1 else replace(DUE, due_on=date(2040, 1, 1)),
            file_id=1,
            **given,
        )
        for number, code in enumerate(codes, start=2)
    ]
    return [box, *messages]


def acts(dispositions):
    return {each.item.record.part: each.act for each in dispositions}


def test_a_mailbox_that_cannot_be_cut_goes_only_where_all_of_it_was_meant(make, schedule):
    items = mailbox(make)
    asked = decided(items, schedule)
    assert acts(asked) == {"": Act.REVIEW, "item:2": Act.RETAIN, "item:3": Act.RETAIN}
    plain = decision(asked[0])

    assert acts(decided(items, schedule, [plain]))[""] is Act.REVIEW
    whole = decided(items, schedule, [replace(plain, is_whole=True)])
    assert acts(whole) == {"": Act.QUARANTINE, "item:2": Act.RETAIN, "item:3": Act.RETAIN}

    lies = {"state": RecordState.QUARANTINED, "destroy_on": date(2030, 2, 1)}
    taken = [replace(each, **lies) for each in items]
    gone = decided(taken, schedule, [replace(plain, is_whole=True)])
    assert acts(gone)[""] is Act.DESTROY
    assert acts(decided(taken, schedule))[""] is not Act.DESTROY


@pytest.mark.parametrize("code", ["keep", "least"])
def test_a_message_that_the_rules_keep_keeps_its_mailbox(make, schedule, code):
    items = mailbox(make, codes=(code, "destroy"))
    asked = decided(items, schedule)
    after = decided(items, schedule, [decision(asked[0], is_whole=True)])

    assert acts(after)[""] is Act.REVIEW


def test_a_held_message_keeps_a_mailbox_that_was_approved(make, schedule):
    items = mailbox(make)
    asked = decided(items, schedule)
    held = [Hold(reference="T 1", class_code="destroy", placed_at=NOW)]
    whole = [decision(asked[0], is_whole=True)]

    assert acts(decided(items, schedule, whole, holds=held))[""] is not Act.QUARANTINE
    lies = {"state": RecordState.QUARANTINED, "destroy_on": date(2030, 2, 1)}
    taken = [replace(each, **lies) for each in items]
    assert acts(decided(taken, schedule, whole, holds=held))[""] is Act.RETAIN


def test_a_message_is_approved_by_its_bytes_whatever_becomes_of_its_mailbox(make, schedule):
    items = mailbox(make, codes=("destroy", "asked"), spans=True)
    asked = decided(items, schedule)
    message = next(each for each in asked if each.item.record.part == "item:3")
    grown = [replace(each, signature=replace(each.signature, size_bytes=99)) for each in items]

    assert acts(decided(grown, schedule, [decision(message)]))["item:3"] is Act.QUARANTINE
    other = replace(decision(message), sha256="0" * 64)
    assert acts(decided(grown, schedule, [other]))["item:3"] is Act.REVIEW
