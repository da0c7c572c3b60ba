"""Who is in the circle of a file's readers, whose a document is, what is union mail."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.exposure import Exposure, Reader
from gallra.model.mailed import Mailed
from gallra.model.mailing import Correspondent, Field, MailFacts
from gallra.model.people import Representative
from gallra.model.separation import SeparationTerms
from gallra.policy.separation import (
    NOBODY,
    Circle,
    beyond,
    circle_of,
    handlers_of,
    is_declared,
    is_union_mail,
    place_of,
)

GROUPS = {10: frozenset({1, 2}), 11: frozenset({2, 3}), 12: frozenset()}
MAIL = Mailed(
    record_id=1,
    share="epost",
    role="mail-export",
    path=b"anna/Inkorg.mbox",
    part="msg:1",
    direction=None,
    facts=MailFacts(),
)


def circle(*readers):
    return circle_of(Exposure(owner=1, group=10, readers=readers), GROUPS.__getitem__)


def somebody(domain):
    return Correspondent(field=Field.TO, address="a" * 32, domains=(domain,))


@pytest.mark.parametrize(
    ("readers", "users"),
    [
        ((), ()),
        ((Reader(user=1),), (1,)),
        ((Reader(user=1), Reader(groups=(10,))), (1, 2)),
        ((Reader(groups=(10, 11)),), (2,)),
        ((Reader(user=1, groups=(11,)),), ()),
        ((Reader(user=3, groups=(11,)),), (3,)),
        ((Reader(groups=(12,)),), ()),
    ],
)
def test_groups_are_told_as_their_members(readers, users):
    found = circle(*readers)

    assert found.users == frozenset(users)
    assert not found.is_everybody


def test_everybody_is_everybody_whoever_is_allowed():
    found = circle(Reader())

    assert found == Circle(is_everybody=True)
    assert beyond(found, {1, 2, 3}) == found


@given(st.frozensets(st.integers(1, 9)), st.frozensets(st.integers(1, 9)))
def test_who_is_allowed_is_never_told_and_who_is_not_always(users, allowed):
    found = beyond(Circle(is_everybody=False, users=users), allowed)

    assert found.users == users - allowed
    assert (found == NOBODY) is (users <= allowed)


def test_a_document_is_its_owners_and_theirs_whose_area_it_lies_in():
    anna = Representative(name="Anna", areas=(("arenden", b"anna"),))

    def handlers(path):
        return handlers_of("arenden", path, 1, [(anna, frozenset({7}))])

    assert handlers(b"anna/x.txt") == {1, 7}
    assert handlers(b"annars/x.txt") == {1}
    assert handlers_of("gemensam", b"anna/x.txt", 1, [(anna, frozenset({7}))]) == {1}


@pytest.mark.parametrize(
    ("mailed", "is_it"),
    [
        (MAIL, False),
        (replace(MAIL, special_categories=("UNION_MEMBERSHIP",)), True),
        (replace(MAIL, special_categories=("HEALTH",)), False),
        (replace(MAIL, subjects=("case",)), True),
        (replace(MAIL, subjects=("minutes", "case")), False),
        (replace(MAIL, facts=MailFacts(sender=somebody("d1"))), True),
        (replace(MAIL, facts=MailFacts(recipients=(somebody("x"), somebody("d1")))), True),
        (replace(MAIL, facts=MailFacts(recipients=(somebody("x"),))), False),
    ],
)
def test_union_mail_is_known_by_what_it_says_and_by_whom_it_is_with(mailed, is_it):
    assert is_union_mail(mailed, frozenset({"d1"})) is is_it


def test_folders_are_declared_by_patterns_whatever_case_they_are_written_in():
    terms = SeparationTerms(mail_folders=("**/*facklig*/**", "**/*facklig*"))

    assert is_declared(b"anna/Fackligt/Inkorg.mbox", terms)
    assert is_declared(b"anna/FACKLIGT.mbox", terms)
    assert not is_declared(b"anna/Inkorg.mbox", terms)
    assert not is_declared(b"anna/Inkorg.mbox", SeparationTerms())


def test_a_message_lies_in_its_mailbox_or_its_folder():
    assert place_of(MAIL) == b"anna/Inkorg.mbox"
    assert place_of(replace(MAIL, part="", path=b"anna/cur/1.eml")) == b"anna/cur"
