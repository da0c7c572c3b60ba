"""Comparing lists of members: everybody has one place, and what is doubtful is said to be."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gallra.model.washing import Member
from gallra.policy.washing import compare, is_too_many

DAY = date(2026, 3, 2)
NUMBERS = st.sampled_from(["", "198001019802", "198102029814", "197503039823"])
MEMBERS = st.builds(
    Member,
    row=st.just(0),
    name=st.sampled_from(["", "Kim Ett", "Kim Två", "Robin Tre", "Robyn Tre"]),
    birth_number=NUMBERS,
    birth_entity=st.just("SE_PERSONNUMMER"),
    member_number=st.sampled_from(["", "4711", "4712"]),
    mails=st.sampled_from([(), ("a@example.org",), ("a@example.org", "b@example.org")]),
    phones=st.sampled_from([(), ("+46701740605",)]),
    born_on=st.sampled_from([None, date(1980, 1, 1), date(1981, 2, 2)]),
    has_left=st.booleans(),
)
LISTS = st.lists(MEMBERS, max_size=8).map(
    lambda members: [replace(each, row=row) for row, each in enumerate(members, start=2)]
)


def rows(members):
    return sorted(each.row for each in members)


@given(old=LISTS, new=LISTS)
def test_each_line_of_the_old_list_has_exactly_one_place(old, new):
    found = compare(old, new, on=DAY)

    places = [
        *(each.row for each in found.left),
        *(each.old.row for each in found.same),
        *(each.old.row for each in found.doubtful),
    ]
    assert len(places) == len(set(places))
    repeated = {again.row for _, again in found.repeated}
    assert set(rows(old)) <= set(places) | repeated


@given(old=LISTS, new=LISTS)
def test_whoever_has_the_same_personal_number_in_both_lists_has_not_left(old, new):
    found = compare(old, [replace(each, has_left=False) for each in new], on=DAY)

    numbers = [each.birth_number for each in new]
    alone = {
        each.birth_number
        for each in old
        if numbers.count(each.birth_number) == 1
        and [one.birth_number for one in old].count(each.birth_number) == 1
    }
    assert not {each.birth_number for each in found.left if each.birth_number} & alone


@given(members=LISTS)
def test_a_list_compared_with_itself_says_that_nobody_left_for_sure_who_can_be_told(members):
    here = [replace(each, has_left=False) for each in members]
    found = compare(here, here, on=DAY)

    marks = [each.birth_number for each in here]
    assert not [
        each for each in found.left if each.birth_number and marks.count(each.birth_number) == 1
    ]


def test_a_number_that_another_person_has_now_is_doubtful():
    old = Member(row=2, name="Kim Ett", member_number="4711", birth_number="198001019802")
    new = replace(old, name="Robin Tre", birth_number="198102029814")

    (doubt,) = compare([old], [new], on=DAY).doubtful

    assert doubt.why.in_english() == "the same number or address, another personal number"


def test_whoever_marries_stays_by_number_and_day_of_birth():
    old = Member(row=2, name="Kim Ett", member_number="4711", born_on=date(1980, 1, 1))
    new = replace(old, name="Kim Giftasdotter")

    found = compare([old], [new], on=DAY)

    assert [each.heading for each in found.changed[0].changes] == ["name"]


def test_two_persons_of_one_name_are_not_taken_for_each_other():
    old = Member(row=2, name="Kim Ett", birth_number="198001019802", birth_entity="SE_PERSONNUMMER")
    new = replace(old, birth_number="198102029814")

    found = compare([old], [new], on=DAY)

    assert (rows(found.left), rows(found.joined), found.doubtful) == ([2], [2], ())


def test_a_line_that_stands_twice_counts_once():
    kim = Member(row=2, name="Kim Ett", member_number="4711")

    found = compare([kim, replace(kim, row=3)], [kim], on=DAY)

    assert (found.left, len(found.same), len(found.repeated)) == ((), 1, 1)


def test_a_few_may_always_leave_and_all_never():
    assert not is_too_many(2, 4, most=0.2)
    assert is_too_many(2, 2, most=0.2)
    assert not is_too_many(20, 100, most=0.2)
    assert is_too_many(21, 100, most=0.2)
