"""What would be done, whole, before anything is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.passage import ByteSpan, Outcome
from gallra.model.record import Act, Circumstances, Classification, Due, Hold, RecordState
from gallra.model.retention import Action, Destination, Period
from gallra.policy.brakes import brakes
from gallra.policy.explain import explain
from gallra.policy.holds import holds_on
from gallra.policy.plan import plan

NOW = datetime(2030, 6, 1, 10, tzinfo=UTC)


def acts(made):
    return {
        (each.item.record.path.decode(), each.item.record.part): each.act.value
        for each in made.dispositions
    }


def because(made, path, part=""):
    return [
        message.in_english()
        for each in made.dispositions
        if (each.item.record.path.decode(), each.item.record.part) == (path, part)
        for message in each.because
    ]


def mailbox(make, dues, *, has_spans=False, **container):
    """A mailbox of which each message is due on the given day."""
    schedule = make.schedule()
    box = make.record("in.mbox", kind="mbox", is_container=True, record_id=100)
    items = [make.item(box, schedule, file_id=7, **container)]
    for number, day in enumerate(dues, start=1):
        span = ByteSpan(offset_bytes=number * 100, length_bytes=100, sha256=f"{number}")
        message = make.record(
            "in.mbox",
            kind="message",
            part=f"msg:{number}",
            record_id=number,
            size_bytes=100,
            span=span if has_spans else None,
        )
        due = Due(due_on=day and date.fromisoformat(day), counted_from=None, because=())
        items.append(make.item(message, schedule, file_id=7, due=due))
    return items


def planned(make, items, **given):
    usual = {"holds": (), "schedule": make.schedule(), "now": NOW, "is_whole": True}
    return plan(items, **(usual | given))


def test_what_is_due_goes_to_quarantine_and_says_why(make):
    made = planned(make, [make.item()])

    assert acts(made) == {("a.xlsx", ""): "quarantine"}
    assert because(made, "a.xlsx") == [
        "class salary-list (F15.5): P4Y from 2026-01-10 ends on 2030-01-10",
        "counted from the day it was first seen",
    ]


def test_at_the_very_midnight_it_is_still_retained(make):
    midnight = datetime(2030, 1, 9, 23, tzinfo=UTC)  # 2030-01-10 00:00 in Stockholm

    before = planned(make, [make.item()], now=midnight)
    after = planned(make, [make.item()], now=midnight + timedelta(microseconds=1))

    assert acts(before) == {("a.xlsx", ""): "retain"}
    assert acts(after) == {("a.xlsx", ""): "quarantine"}


@pytest.mark.parametrize(
    ("record", "signature", "reason"),
    [
        ({"outcome": Outcome.OPAQUE}, {}, "it was not read in full"),
        ({"outcome": Outcome.READ_IN_PART}, {}, "it was not read in full"),
        ({"is_encrypted": True}, {}, "it was not read in full"),
        ({"is_incomplete": True}, {}, "it was not read in full"),
        ({}, {"link_count": 2}, "the same file has 2 names"),
    ],
)
def test_what_no_rule_may_destroy_goes_to_a_person(make, record, signature, reason):
    made = planned(make, [make.item(make.record(**record), **signature)])

    assert acts(made) == {("a.xlsx", ""): "review"}
    assert because(made, "a.xlsx")[0].startswith(reason)


def test_a_rule_that_names_the_outcome_lets_the_unread_be_destroyed(make):
    schedule = make.schedule(rules=[make.rule(outcomes=("opaque",))])
    item = make.item(make.record(outcome=Outcome.OPAQUE), schedule)

    assert acts(planned(make, [item], schedule=schedule)) == {("a.xlsx", ""): "quarantine"}


def test_nothing_of_a_share_that_is_absent_is_touched(make):
    made = planned(make, [make.item()], absent_shares=frozenset({"gemensam"}))

    assert acts(made) == {("a.xlsx", ""): "retain"}


def test_a_class_that_is_no_longer_in_the_rules_keeps_its_records(make):
    old = Classification(class_code="old", rule_number=1, because=())
    item = make.item(classification=old, due=make.item().due)

    assert acts(planned(make, [item])) == {("a.xlsx", ""): "retain"}


def quarantined(make, **given):
    return make.item(
        state=RecordState.QUARANTINED,
        quarantine_id="q1",
        destroy_on=date(2030, 6, 1),
        **given,
    )


def test_what_lies_in_quarantine_is_destroyed_after_the_dwell_and_not_before(make):
    item = quarantined(make)

    assert acts(planned(make, [item])) == {("a.xlsx", ""): "destroy"}
    day_before = planned(make, [item], now=NOW - timedelta(days=1))
    assert acts(day_before) == {("a.xlsx", ""): "retain"}


def test_what_the_rules_no_longer_let_go_stays_in_quarantine(make):
    longer = make.schedule([make.retention_class(keep=Period(years=40))])
    item = quarantined(make, schedule=longer)

    assert acts(planned(make, [item], schedule=longer)) == {("a.xlsx", ""): "review"}


def test_what_is_gone_or_destroyed_is_in_no_plan(make):
    items = [make.item(state=state) for state in (RecordState.GONE, RecordState.DESTROYED)]

    assert planned(make, items).dispositions == ()


def test_a_mailbox_goes_as_one_file_when_all_its_messages_are_due(make):
    made = planned(make, mailbox(make, ["2030-01-01", "2029-01-01"]))

    assert acts(made) == {
        ("in.mbox", ""): "quarantine",
        ("in.mbox", "msg:1"): "retain",
        ("in.mbox", "msg:2"): "retain",
    }
    assert because(made, "in.mbox")[0] == "all 2 messages in it are due"
    assert because(made, "in.mbox", "msg:1")[0] == "it goes with its mailbox"


def test_a_due_message_is_cut_out_of_its_mailbox_and_the_rest_stays(make):
    items = mailbox(make, ["2030-01-01", "2031-01-01", None], has_spans=True)
    made = planned(make, items)

    assert acts(made) == {
        ("in.mbox", ""): "retain",
        ("in.mbox", "msg:1"): "quarantine",
        ("in.mbox", "msg:2"): "retain",
        ("in.mbox", "msg:3"): "retain",
    }
    assert "cut out of it (1)" in because(made, "in.mbox")[0]


def test_a_mailbox_that_cannot_be_cut_is_shown_to_a_person_once(make):
    made = planned(make, mailbox(make, ["2030-01-01", "2031-01-01", None]))

    assert acts(made) == {
        ("in.mbox", ""): "review",
        ("in.mbox", "msg:1"): "retain",
        ("in.mbox", "msg:2"): "retain",
        ("in.mbox", "msg:3"): "retain",
    }
    assert "cannot be cut out" in because(made, "in.mbox")[0]
    assert "cannot be cut out" in because(made, "in.mbox", "msg:1")[0]


def test_a_mailbox_whose_messages_are_all_cut_out_stays_unless_it_is_due_itself(make):
    _, (box, *messages) = of_review(make, mailbox(make, ["2030-01-01"] * 2, has_spans=True))
    own = planned(make, mailbox(make, ["2030-01-01"] * 2, has_spans=True))
    other = planned(make, [box, *messages], schedule=of_review(make, [box])[0])

    assert acts(own)["in.mbox", ""] == "quarantine"
    assert acts(own)["in.mbox", "msg:1"] == "retain"
    assert acts(other)["in.mbox", ""] == "retain"
    assert acts(other)["in.mbox", "msg:1"] == "quarantine"


def test_a_message_that_was_cut_out_is_destroyed_by_itself_and_others_with_their_mailbox(make):
    days = ["2030-01-01", "2030-01-01"]
    gone = {"state": RecordState.QUARANTINED, "destroy_on": date(2029, 1, 1)}
    box, first, second = mailbox(make, days, has_spans=True)
    alone = replace(first, file_id=8, **gone)
    whole = [replace(box, **gone), replace(second, **gone)]

    assert acts(planned(make, [alone, *whole])) == {
        ("in.mbox", ""): "destroy",
        ("in.mbox", "msg:1"): "destroy",
        ("in.mbox", "msg:2"): "retain",
    }


def taken_whole(make, dues, *, box_due="2040-01-01", has_spans=False, **container):
    """A mailbox that lies in quarantine whole, its dwell over on the day of the plan."""
    gone = {"state": RecordState.QUARANTINED, "quarantine_id": "q1", "destroy_on": NOW.date()}
    own = Due(due_on=box_due and date.fromisoformat(box_due), counted_from=None, because=())
    box, *messages = mailbox(make, dues, has_spans=has_spans, due=own, **container)
    return [replace(each, **gone) for each in (box, *messages)]


DUE = ["2030-01-01", "2029-01-01"]
NO_CLASS = Classification(class_code="unclassified", rule_number=None, because=())


@pytest.mark.parametrize(
    "container", [{}, {"box_due": None}, {"box_due": None, "classification": NO_CLASS}]
)
def test_a_mailbox_taken_whole_is_destroyed_with_its_messages_whatever_its_own_day(make, container):
    items = taken_whole(make, DUE, **container)
    made = planned(make, items)

    assert acts(made) == {
        ("in.mbox", ""): "destroy",
        ("in.mbox", "msg:1"): "retain",
        ("in.mbox", "msg:2"): "retain",
    }
    assert because(made, "in.mbox")[:2] == [
        "its time in quarantine ended on 2030-06-01",
        "all 2 messages in it are due",
    ]
    day_before = planned(make, items, now=NOW - timedelta(days=1))
    assert acts(day_before)["in.mbox", ""] == "retain"
    assert because(day_before, "in.mbox")[0] == "it lies in quarantine until 2030-06-01"


def test_a_mailbox_taken_whole_stays_while_anything_in_it_is_kept(make):
    box, first, second = taken_whole(make, DUE)
    other = Classification(class_code="other", rule_number=2, because=())

    def act(*items, then=Action.DESTROY, **given):
        classes = [make.retention_class(), make.retention_class("other", then=then)]
        schedule = make.schedule(classes, [make.rule(1), make.rule(2, "other")])
        return acts(planned(make, items, schedule=schedule, **given))["in.mbox", ""]

    later = replace(second, due=Due(due_on=date(2031, 1, 1), counted_from=None, because=()))
    asked = replace(
        second,
        due=Due(due_on=date(2030, 1, 1), counted_from=None, because=(), is_for_a_person=True),
    )
    span = ByteSpan(offset_bytes=1, length_bytes=1, sha256="1")
    cut = replace(second, record=replace(second.record, span=span))
    torn = replace(box, record=replace(box.record, outcome=Outcome.READ_IN_PART))
    kept = replace(box, classification=other)
    assert act(box, first, replace(second, classification=other)) == "destroy"
    for then in (Action.KEEP, Action.REVIEW, Action.ALERT, Action.MOVE):
        assert act(box, first, replace(second, classification=other), then=then) == "review"
    for then in (Action.KEEP, Action.MOVE):
        assert act(kept, first, second, then=then) == "review"
    assert act(box, first, later) == "review"
    assert act(box, first, asked) == "review"
    assert act(torn, first, second) == "review"
    assert act(box) == "review"
    assert act(box, first, cut) == "retain"
    hold = Hold(reference="T 1", path="gemensam/in.mbox", placed_at=NOW)
    assert act(box, first, second, holds=[hold]) == "retain"
    one = replace(hold, path="", class_code="other")
    inside = replace(second, classification=other)
    assert act(box, first, inside, holds=[one]) == "retain"
    assert act(box, first, second, absent_shares=frozenset({"gemensam"})) == "retain"


def moving(make, to, **record):
    """A schedule whose one class is moved, and a record of it that is due."""
    retention_class = make.retention_class(then=Action.MOVE, to=to)
    schedule = make.schedule([retention_class])
    return schedule, make.item(make.record("lön/a.xlsx", **record), schedule)


ARCHIVE = Destination(share="arkiv", path=b"avtal")


def test_what_is_due_to_be_moved_is_moved_and_counts_among_the_deeds(make):
    schedule, item = moving(make, ARCHIVE)
    made = planned(make, [item], schedule=schedule)

    assert acts(made) == {("lön/a.xlsx", ""): "move"}
    assert because(made, "lön/a.xlsx")[0] == "it is moved to arkiv:avtal"
    assert made.digest != planned(make, [], schedule=schedule).digest


def test_what_lies_where_it_is_to_be_moved_stays(make):
    schedule, item = moving(make, Destination(share="gemensam", path="lön".encode()))
    other, beside = moving(make, Destination(share="gemensam", path="lö".encode()))

    assert acts(planned(make, [item], schedule=schedule)) == {("lön/a.xlsx", ""): "retain"}
    assert acts(planned(make, [beside], schedule=other)) == {("lön/a.xlsx", ""): "move"}


def test_nothing_is_moved_to_a_share_that_is_not_there(make):
    schedule, item = moving(make, ARCHIVE)
    made = planned(make, [item], schedule=schedule, absent_shares=frozenset({"arkiv"}))

    assert acts(made) == {("lön/a.xlsx", ""): "retain"}


def test_a_hard_link_and_a_single_message_are_not_moved(make):
    schedule, item = moving(make, ARCHIVE)
    linked = replace(item, signature=replace(item.signature, link_count=2))

    assert acts(planned(make, [linked], schedule=schedule)) == {("lön/a.xlsx", ""): "review"}


def test_what_lies_in_quarantine_is_not_destroyed_once_its_class_is_moved(make):
    schedule, item = moving(make, ARCHIVE)
    taken = replace(item, state=RecordState.QUARANTINED, destroy_on=date(2029, 1, 1))

    assert acts(planned(make, [taken], schedule=schedule)) == {("lön/a.xlsx", ""): "review"}


def test_a_message_counts_with_its_own_size_and_not_its_mailbox_s(make):
    box, *messages = mailbox(make, ["2030-01-01", None], has_spans=True)
    large = [replace(each, signature=replace(each.signature, size_bytes=10**10))
             for each in (box, *messages)]  # fmt: skip
    made = planned(make, large)

    assert "bytes" not in {
        brake.code for brake in brakes(made, Circumstances(now=NOW), make.schedule())
    }


@pytest.mark.parametrize(
    "obstacle",
    [
        {"link_count": 2},
        {"hold": Hold(reference="T 1", path="gemensam/in.mbox", placed_at=NOW)},
    ],
)
def test_a_mailbox_that_may_not_go_keeps_its_messages(make, obstacle):
    hold = obstacle.pop("hold", None)
    made = planned(make, mailbox(make, ["2030-01-01"], **obstacle), holds=[hold] if hold else ())

    assert not any(each.act.is_destructive for each in made.dispositions)


def of_review(make, items):
    """The same mailbox, where the container's own class is one for a person, and due."""
    box, *messages = items
    classes = [make.retention_class(), make.retention_class("mail", then=Action.REVIEW)]
    schedule = make.schedule(classes, [make.rule(1), make.rule(2, "mail")])
    asked = Classification(class_code="mail", rule_number=2, because=())
    return schedule, [replace(box, classification=asked), *messages]


def test_a_mailbox_asks_no_person_since_each_message_has_its_own_class(make):
    schedule, items = of_review(make, mailbox(make, ["2031-01-01", None]))
    made = planned(make, items, schedule=schedule)

    assert acts(made)["in.mbox", ""] == "retain"
    assert "each message in it has a class of its own" in because(made, "in.mbox")[0]


def test_a_mailbox_that_was_not_read_in_full_asks_a_person(make):
    schedule, (box, *messages) = of_review(make, mailbox(make, ["2031-01-01"]))
    torn = replace(box, record=replace(box.record, outcome=Outcome.READ_IN_PART))
    made = planned(make, [torn, *messages], schedule=schedule)

    assert acts(made)["in.mbox", ""] == "review"


def test_the_class_of_the_mailbox_itself_hinders_nothing_but_where_it_is_kept(make):
    schedule, items = of_review(make, mailbox(make, ["2030-01-01", "2029-01-01"]))
    made = planned(make, items, schedule=schedule)

    assert acts(made)["in.mbox", ""] == "quarantine"


def test_a_mailbox_whose_messages_are_not_known_is_not_taken(make):
    made = planned(make, mailbox(make, []))

    assert acts(made) == {("in.mbox", ""): "review"}


def test_what_is_retained_is_counted_though_not_shown(make):
    items = [make.item(make.record(f"{n}", record_id=n)) for n in range(5)]
    made = planned(make, items, now=datetime(2027, 1, 1, tzinfo=UTC), is_whole=False)

    assert (made.dispositions, made.counts) == ((), (("retain", 5),))


def test_the_digest_tells_one_plan_from_another_and_not_one_day_from_another(make):
    item = make.item()
    other = replace(item, signature=replace(item.signature, size_bytes=9))
    tagged = replace(item, signature=replace(item.signature, changed_ns=9))

    def digest(each, now=NOW):
        return planned(make, [each], now=now).digest

    assert digest(item) == digest(item, NOW + timedelta(days=1)) == digest(tagged)
    assert digest(item) != digest(other)
    assert digest(item) != planned(make, []).digest


days = st.dates(date(2026, 1, 1), date(2034, 1, 1))
actions = st.sampled_from(Action)


@st.composite
def shares(draw, make):
    """A share full of files and mailboxes, and the rules they were classified under."""
    classes = [
        make.retention_class(action.value, then=action, keep=None if action == "keep" else Period())
        for action in Action
    ]
    schedule = make.schedule(classes, [make.rule(1, "keep")])
    items = []
    for file_id in range(draw(st.integers(0, 5))):
        messages = draw(st.integers(0, 3)) if draw(st.booleans()) else None
        has_spans = draw(st.booleans())
        for part in range(1 + (messages or 0)):
            due = Due(due_on=draw(st.none() | days), counted_from=None, because=())
            record = make.record(
                f"{file_id}",
                record_id=len(items),
                part=f"msg:{part}" if part else "",
                is_container=messages is not None and not part,
                span=ByteSpan(offset_bytes=part, length_bytes=1, sha256="")
                if part and has_spans
                else None,
                outcome=draw(st.sampled_from([Outcome.READ, Outcome.READ, Outcome.OPAQUE])),
            )
            code = draw(actions).value
            given = Classification(class_code=code, rule_number=1, because=())
            state = RecordState.PRESENT
            if messages is None and draw(st.booleans()):
                state = RecordState.QUARANTINED
            items.append(
                make.item(
                    record,
                    schedule,
                    classification=given,
                    due=due,
                    file_id=file_id,
                    state=state,
                    destroy_on=draw(days) if state is RecordState.QUARANTINED else None,
                )
            )
    return schedule, items


@given(data=st.data())
def test_every_record_is_in_the_plan_exactly_once(make, data):
    schedule, items = data.draw(shares(make))
    made = planned(make, items, schedule=schedule)

    assert sorted(each.item.record.record_id for each in made.dispositions) == sorted(
        item.record.record_id for item in items
    )
    assert sum(count for _, count in made.counts) == len(items)


@given(data=st.data())
def test_the_order_in_which_records_come_does_not_matter(make, data):
    schedule, items = data.draw(shares(make))
    shuffled = data.draw(st.permutations(items))

    assert planned(make, items, schedule=schedule).digest == (
        planned(make, shuffled, schedule=schedule).digest
    )


@given(data=st.data(), destroy_on=days)
def test_a_mailbox_is_destroyed_whole_only_when_all_in_it_may_go(make, data, destroy_on):
    schedule, items = data.draw(shares(make))
    gone = {"state": RecordState.QUARANTINED, "quarantine_id": "q", "destroy_on": destroy_on}
    boxes = {item.file_id for item in items if item.record.is_container}
    items = [replace(item, **gone) if item.file_id in boxes else item for item in items]

    for each in planned(make, items, schedule=schedule).dispositions:
        if each.act is Act.DESTROY and each.item.record.is_container:
            inside = [i for i in items if i.file_id == each.item.file_id and i.record.part]
            own = each.item.due.due_on
            is_due = own is not None and own <= NOW.date()
            assert destroy_on <= NOW.date()
            assert is_due or inside
            assert all(item.due.due_on <= NOW.date() for item in inside)
            assert all(item.classification.class_code not in {"keep", "move"} for item in inside)
            if not is_due:
                assert all(item.classification.class_code == "destroy" for item in inside)


@given(data=st.data(), number=st.integers(0, 5))
def test_a_held_record_is_retained_whatever_the_rules_say(make, data, number):
    schedule, items = data.draw(shares(make))
    hold = Hold(reference="T 1", path=f"gemensam/{number}", placed_at=NOW)
    made = planned(make, items, schedule=schedule, holds=[hold])

    for each in made.dispositions:
        if each.item.record.path == str(number).encode():
            assert each.act is Act.RETAIN


@given(data=st.data(), later=st.integers(1, 3_000))
def test_waiting_never_takes_a_decision_back(make, data, later):
    schedule, items = data.draw(shares(make))
    today = planned(make, items, schedule=schedule)
    then = planned(make, items, schedule=schedule, now=NOW + timedelta(days=later))
    goes_later = {each.item.record.path for each in then.dispositions if each.act.is_destructive}

    for each in today.dispositions:
        if each.act.is_destructive:
            assert each.item.record.path in goes_later


@given(data=st.data())
def test_no_file_is_taken_while_a_message_in_it_is_not_due(make, data):
    schedule, items = data.draw(shares(make))
    made = planned(make, items, schedule=schedule)

    for each in made.dispositions:
        if each.act.is_destructive and each.item.record.is_container:
            inside = [
                item for item in items
                if item.file_id == each.item.file_id and item.record.part
            ]  # fmt: skip
            assert inside
            assert all(item.classification.class_code == "destroy" for item in inside)
            assert all(item.due.due_on <= NOW.date() for item in inside)
            assert all(item.record.outcome is Outcome.READ for item in inside)


@pytest.mark.parametrize(
    ("hold", "covers"),
    [
        ({}, True),
        ({"path": "gemensam/Lön/2020.xlsx"}, True),
        ({"path": "gemensam/LÖN"}, True),
        ({"path": "gemensam/lön/"}, True),
        ({"path": "gemensam"}, True),
        ({"path": "*/l?n/*.xlsx"}, True),
        ({"path": "2020.xlsx"}, True),
        ({"path": "annan/**"}, False),
        ({"class_code": "salary-list"}, True),
        ({"class_code": "minutes"}, False),
        ({"class_code": "salary-list", "path": "annan"}, False),
    ],
)
def test_a_hold_covers_what_it_names_and_all_below(make, hold, covers):
    item = make.item(make.record("Lön/2020.xlsx"))

    placed = [Hold(reference="T 1", placed_at=NOW, **hold)]
    assert bool(holds_on(item, placed, {"gemensam": b"/srv/g"})) is covers


def test_a_hold_on_a_folder_covers_the_shares_that_lie_in_it(make):
    roots = {"gemensam": "/srv/g/lön".encode(), "klubben": b"/srv/g", "annan": "/srv/g/lö".encode()}
    item = make.item(make.record("Lista/2020.xlsx"))

    def is_covered(path):
        return bool(holds_on(item, [Hold(reference="T 1", placed_at=NOW, path=path)], roots))

    assert is_covered("klubben/**")
    assert is_covered("klubben/lön/Lista")
    assert is_covered("gemensam/Lista")
    assert not is_covered("klubben/Lista")
    assert not is_covered("annan/**")


def test_holds_are_named_in_the_order_of_their_references(make):
    holds = [Hold(reference=name, placed_at=NOW) for name in ("b", "a")]
    made = planned(make, [make.item()], holds=holds)

    assert made.dispositions[0].held_by == ("a", "b")
    assert because(made, "a.xlsx")[:2] == ["held by a", "held by b"]


def test_an_explanation_tells_class_clause_day_deed_and_what_stops_it(make):
    hold = Hold(reference="T 1", placed_at=NOW)
    told = [each.in_english() for each in explain(make.item(), [hold], make.schedule(), NOW)]

    assert told == [
        "its class is salary-list",
        "rule 1 says salary-list",
        'its path matches "**"',
        "it rests on F15.5",
        "class salary-list (F15.5): P4Y from 2026-01-10 ends on 2030-01-10",
        "counted from the day it was first seen",
        "it would be quarantined on 2030-01-10",
        "the hold T 1 stops it",
    ]
