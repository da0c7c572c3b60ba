"""Holds: what they cover by case, person and condition, and that nothing wins over them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.event import Place
from gallra.model.finding import ValueDigest
from gallra.model.holding import About
from gallra.model.passage import ByteSpan
from gallra.model.record import Act, Classification, Due, Hold, RecordState
from gallra.model.retention import Action, Condition
from gallra.policy.holds import Holding, holds_on
from gallra.policy.paths import matches, normalised
from gallra.policy.plan import plan

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
ROOTS = {"gemensam": b"/srv/g"}
ANNA = ValueDigest(entity="EMAIL_ADDRESS", digest="ab" * 16)
ERIK = ValueDigest(entity="SE_PERSONNUMMER", digest="cd" * 16)


def hold(reference="T 1", *, path=None, class_code=None, **about):
    return Hold(
        reference=reference,
        path=path,
        class_code=class_code,
        placed_at=NOW,
        about=About(**about),
    )


def covers(item, *holds, values=()):
    found = Holding(holds, ROOTS, lambda _: values).on(item)
    return [each.reference for each in found]


@pytest.mark.parametrize(
    ("path", "is_covered"),
    [
        ("Sak 17/notat.txt", True),
        ("Arkiv/sak 17/brev/svar.txt", True),
        ("Arkiv/Sak 17", True),
        ("Sak 170/notat.txt", False),
        ("Om Sak 17.txt", False),
    ],
)
def test_a_hold_on_a_case_covers_what_lies_in_a_folder_of_its_name(make, path, is_covered):
    item = make.item(make.record(path))

    assert bool(covers(item, hold(cases=("Sak 17",)))) is is_covered


def test_a_hold_on_persons_covers_whatever_speaks_of_one_of_them(make):
    both = hold(values=(ANNA, ERIK))

    assert covers(make.item(), both, values=(ERIK,)) == ["T 1"]
    assert covers(make.item(), both, values=()) == []


def test_a_path_and_a_class_beside_a_person_narrow_the_hold(make):
    item = make.item(make.record("Lön/a.xlsx"))

    assert covers(item, hold(values=(ANNA,), path="gemensam/Lön"), values=(ANNA,))
    assert not covers(item, hold(values=(ANNA,), path="gemensam/Annat"), values=(ANNA,))
    assert covers(item, hold(values=(ANNA,), class_code="salary-list"), values=(ANNA,))
    assert not covers(item, hold(values=(ANNA,), class_code="minutes"), values=(ANNA,))
    assert not covers(item, hold(path="gemensam/Lön", cases=("Sak 17",)))
    assert covers(item, hold(class_code="salary-list", cases=("Lön",)))


def test_a_hold_on_a_message_knows_it_by_its_bytes_and_where_there_are_none_by_its_name(make):
    span = ByteSpan(offset_bytes=0, length_bytes=3, sha256="e" * 64)
    message = make.item(make.record("in.mbox", part="msg:4", span=span))
    without = make.item(make.record("in.mbox", part="msg:2"))
    place = Place(share="gemensam", path=b"in.mbox", part="msg:2", sha256="e" * 64)

    assert covers(message, hold(places=(place,)))
    assert covers(without, hold(places=(place,)))
    assert not covers(make.item(make.record("in.mbox")), hold(places=(place,)))
    assert not covers(
        make.item(make.record("in.mbox", part="msg:2", span=replace(span, sha256="f" * 64))),
        hold(places=(place,)),
    )


def test_a_hold_on_a_condition_covers_what_fulfils_it(make):
    many = make.item(make.record(entities=(("PERSON", 7),)))
    asked = hold(when=Condition(entities=(("PERSON", 5),)))

    assert covers(many, asked)
    assert not covers(make.item(make.record(entities=(("PERSON", 4),))), asked)
    assert not covers(many, hold(when=Condition(entities=(("PERSON", 5),)), path="annan/**"))


def test_a_message_held_in_a_mailbox_that_lies_in_quarantine_keeps_the_whole_mailbox(make):
    lies = {"state": RecordState.QUARANTINED, "destroy_on": date(2030, 1, 1), "quarantine_id": "q"}
    due = Due(due_on=date(2030, 1, 1), counted_from=None, because=())
    box = make.item(make.record("in.pst", record_id=1, is_container=True), due=due, **lies)
    message = make.item(
        make.record("in.pst", record_id=2, part="item:1"), due=due, file_id=1, **lies
    )
    speaks = Holding([hold(values=(ANNA,))], ROOTS, lambda number: (ANNA,) if number == 2 else ())

    made = plan([box, message], holds=speaks, schedule=make.schedule(), now=NOW, is_whole=True)

    assert {each.act for each in made.dispositions} == {Act.RETAIN}
    held_by = {each.item.record.part: each.held_by for each in made.dispositions}
    assert held_by == {"": ("T 1",), "item:1": ("T 1",)}
    free = plan([box, message], holds=(), schedule=make.schedule(), now=NOW)
    assert [each.act for each in free.dispositions] == [Act.DESTROY]


def test_a_message_of_a_held_mailbox_is_held_and_nobody_is_asked(make):
    span = ByteSpan(offset_bytes=0, length_bytes=3, sha256="e" * 64)
    due = Due(due_on=date(2030, 1, 1), counted_from=None, because=())
    kept = Classification(class_code="mail", rule_number=1, because=())
    classes = [make.retention_class(), make.retention_class("mail")]
    schedule = make.schedule(classes, [make.rule(1, "mail"), make.rule(2)])
    lost = Classification(class_code="salary-list", rule_number=2, because=())
    box = make.item(
        make.record("in.mbox", record_id=1, is_container=True), classification=kept, due=due
    )
    message = make.item(
        make.record("in.mbox", record_id=2, part="msg:1", span=span),
        classification=lost,
        due=due,
        file_id=1,
    )

    made = plan(
        [box, message], holds=[hold(class_code="mail")], schedule=schedule, now=NOW, is_whole=True
    )

    assert {each.act for each in made.dispositions} == {Act.RETAIN}
    assert all(each.held_by == ("T 1",) for each in made.dispositions)


NAMES = st.sampled_from(["Lön", "lön", "a", "b", "Sak 17", "x*y", "gemensam", "2020.xlsx"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PATTERNS = st.one_of(
    st.lists(st.one_of(NAMES, st.sampled_from(["**", "*", "l?n", "*.xlsx"])), max_size=4).map(
        "/".join
    ),
    PATHS.map(lambda path: f"gemensam/{path}"),
)


@st.composite
def standing(draw):
    """A hold of any kind, narrowed or not."""
    return hold(
        draw(st.text("ab", min_size=1, max_size=3)),
        path=draw(st.none() | PATTERNS),
        class_code=draw(st.none() | st.sampled_from(["salary-list", "minutes"])),
        cases=draw(st.just(()) | st.tuples(NAMES)),
        values=draw(st.just(()) | st.just((ANNA,)) | st.just((ERIK,))),
        places=draw(
            st.just(()) | PATHS.map(lambda path: (Place(share="gemensam", path=path.encode()),))
        ),
        when=draw(st.none() | st.just(Condition(types=("spreadsheet",)))),
    )


def plainly(item, each, values):
    """The same as the index says, hold by hold and from its description alone."""
    name = normalised(b"gemensam/" + item.record.path)
    if each.class_code not in {None, item.classification.class_code}:
        return False
    if each.path is not None:
        pattern = each.path.rstrip("/") or "**"
        anchored = pattern if "/" in pattern else f"**/{pattern}"
        fits = matches(name, anchored) or matches(name, f"{anchored}/**")
        if pattern != "**" and not fits:
            return False
    about = each.about
    if about.is_named:
        steps = name.split("/")
        is_case = any(
            normalised(case.encode()) in {*steps, name}
            or name.startswith(normalised(case.encode()) + "/")
            for case in about.cases
        )
        path = item.record.path
        lies = any(
            path == place.path or path.startswith(place.path + b"/") for place in about.places
        )
        if not (is_case or lies or set(about.values) & set(values)):
            return False
    return about.when is None or item.record.kind == "xlsx"


@given(
    path=PATHS,
    holds=st.lists(standing(), max_size=6),
    kind=st.sampled_from(["xlsx", "docx"]),
    values=st.sampled_from([(), (ANNA,), (ERIK,), (ANNA, ERIK)]),
)
def test_looking_up_a_hold_finds_what_going_through_all_of_them_finds(
    make, path, holds, kind, values
):
    item = make.item(make.record(path, kind=kind))
    found = Holding(holds, ROOTS, lambda _: values).on(item)

    assert {id(each) for each in found} == {
        id(each) for each in holds if plainly(item, each, values)
    }


@given(
    each=standing(),
    path=PATHS,
    then=st.sampled_from(Action),
    state=st.sampled_from([RecordState.PRESENT, RecordState.QUARANTINED]),
    due_on=st.none() | st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    latest_on=st.none() | st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    days=st.integers(-20_000, 60_000),
)
def test_nothing_is_done_with_a_held_record_whatever_events_rules_and_clock_say(  # noqa: PLR0917 - each is drawn
    make, each, path, then, state, due_on, latest_on, days
):
    schedule = make.schedule([make.retention_class(then=then)])
    item = make.item(
        make.record(path),
        due=Due(due_on=due_on, counted_from=None, because=(), latest_on=latest_on),
        state=state,
        quarantine_id="q" if state is RecordState.QUARANTINED else None,
        destroy_on=due_on,
    )
    held = Holding([each], ROOTS, lambda _: (ANNA,))
    made = plan(
        [item], holds=held, schedule=schedule, now=NOW + timedelta(days=days), is_whole=True
    )

    if held.on(item):
        assert [one.act for one in made.dispositions] == [Act.RETAIN]


def test_without_holds_nothing_is_looked_up(make):
    assert holds_on(make.item(), (), ROOTS) == ()
    assert not Holding((), ROOTS)
