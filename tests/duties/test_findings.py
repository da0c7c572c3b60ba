"""Findings: each is kept once, told once, and gone when it is gone; a person's word stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gallra.duties.findings import dismiss, note_findings, open_findings, register
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.report.duty_words import GRAVITIES, KINDS
from gallra.service.notifications import outbox_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KIND = FindingKind.READABLE_BY_OTHERS


def finding(key="a", **changes):
    given = {
        "kind": KIND,
        "gravity": Gravity.SERIOUS,
        "clause": "F6",
        "share": "gemensam",
        "path": b"Arenden/7/anteckning.docx",
        "key": key,
        "what": said("{path} can be read by {name}", path="anteckning.docx", name="kalle"),
        "advice": said("move it"),
        "exposed": ("Tove Testdotter",),
    }
    return Finding(**{**given, **changes})


def look(house, *findings, kinds=(KIND,), at=NOON, shares=None):
    assert house.catalogue is not None  # whoever looks for anything has it open
    return note_findings(house, kinds, findings, at, shares=shares)


def told(house):
    return [each.entry.deed for each in house.ledger.entries() if "finding" in each.entry.deed]


def announced(house):
    return len(outbox_of(house).names())


def test_every_kind_and_gravity_has_a_name():
    assert set(KINDS) == set(FindingKind)
    assert set(GRAVITIES) == set(Gravity)


def test_what_is_found_again_is_kept_and_told_once(house):
    first = look(house, finding())
    again = look(house, finding(), at=NOON + timedelta(hours=1))

    assert len(first.new) == 1
    assert again.new == ()
    assert again.open_count == 1
    assert told(house) == [Deed.FINDING_NOTED]
    assert announced(house) == 1
    assert open_findings(house)[0].body.finding == finding()


def test_many_of_a_kind_are_announced_as_one(house):
    look(house, *(finding(str(number)) for number in range(50)))

    assert len(open_findings(house)) == 50
    assert announced(house) == 1


def test_what_is_gone_is_closed_and_its_names_are_forgotten(house):
    look(house, finding())
    outcome = look(house)

    assert (outcome.resolved_count, outcome.open_count) == (1, 0)
    (kept,) = register(house).all()
    assert kept.closed_at == NOON
    assert kept.body.finding.exposed == ()
    assert kept.body.finding.persons_count == 1
    assert told(house) == [Deed.FINDING_NOTED, Deed.FINDING_RESOLVED]


def test_what_was_gone_and_comes_back_is_a_new_finding(house):
    look(house, finding())
    look(house)

    assert len(look(house, finding()).new) == 1


def test_what_was_not_looked_for_stays_open(house):
    look(house, finding())
    look(house, kinds=(FindingKind.OPEN_RECIPIENTS,))
    look(house, shares=("arenden",))

    assert len(open_findings(house)) == 1


def test_what_lies_in_a_share_that_the_rules_no_longer_name_stays_open(house):
    look(house, finding(share="borta"))

    assert look(house).open_count == 1


def test_what_a_person_dismissed_does_not_come_back(house):
    (kept,) = look(house, finding()).new
    dismiss(house, kept.reference, by="Tove", why="the handler agreed", now=NOON)

    assert look(house, finding()).new == ()
    assert look(house).resolved_count == 0
    assert look(house, finding()).new == ()
    assert open_findings(house) == ()
    assert len(look(house, finding("another version")).new) == 1
    assert told(house).count(Deed.FINDING_DISMISSED) == 1


def test_what_is_closed_cannot_be_dismissed(house):
    (kept,) = look(house, finding()).new
    look(house)

    with pytest.raises(WrongUseError):
        dismiss(house, kept.reference, by="Tove", why="why not", now=NOON)


def test_what_is_known_is_brought_up_to_date(house):
    look(house, finding())
    look(house, replace(finding(), gravity=Gravity.GRAVE))

    (kept,) = open_findings(house)
    assert kept.body.finding.gravity is Gravity.GRAVE
    assert told(house) == [Deed.FINDING_NOTED]


def test_names_that_are_no_unicode_are_kept_byte_for_byte_or_escaped(house):
    look(house, finding(path=b"l\xf6n.xls", part="l\udcf6n", what=said("{name}", name="l\udcf6n")))

    (kept,) = open_findings(house)
    assert kept.body.finding.path == b"l\xf6n.xls"
    assert kept.body.finding.part == r"l\xf6n"
    assert look(house, kept.body.finding).new == ()


def test_names_stand_neither_in_the_ledgers_leaves_nor_in_the_outbox(house, state):
    look(house, finding(exposed=("Ingeborg Påhittsdotter-Testesen",)))

    for path in [*outbox_of(house).folder.iterdir(), *state.glob("ledger/leaves*")]:
        assert "Ingeborg" not in path.read_text("utf-8")
        assert "anteckning" not in path.read_text("utf-8")


class TestCommand:
    def test_the_list_shows_what_is_open(self, club):
        with club.open() as house:
            look(house, finding(), finding("b", part="msg:3"))

        code, found = club.objects("finding", "list")
        _, out, _ = club.run("finding", "list")

        assert code == 0
        assert [each["kind"] for each in found] == [KIND.value] * 2
        assert found[0]["exposed"] == ["Tove Testdotter"]
        assert "anteckning.docx#msg:3" in out

    def test_one_is_shown_in_full(self, club):
        with club.open() as house:
            (kept,) = look(house, finding()).new

        code, out, _ = club.run("finding", "show", kept.reference)

        assert code == 0
        assert "Tove Testdotter" in out
        assert "move it" in out

    def test_one_is_dismissed_with_a_reason(self, club):
        with club.open() as house:
            (kept,) = look(house, finding()).new

        assert club.run("finding", "dismiss", kept.reference)[0] == 2
        code, _, err = club.run(
            "finding", "dismiss", kept.reference, "--why", "the chair agreed", "--by", "Tove"
        )

        assert (code, err) == (0, "")
        assert club.objects("finding", "list") == (0, [])
        (closed,) = club.objects("finding", "list", "--all")[1]
        assert closed["why"] == "the chair agreed"
        assert closed["dismissed_by"].startswith("Tove (")

    def test_of_several_all_are_dismissed_or_none(self, club):
        with club.open() as house:
            (kept,) = look(house, finding()).new

        code, _, err = club.run("finding", "dismiss", kept.reference, "2026-99", "--why", "x")

        assert code == 2
        assert "2026-99" in err
        assert len(club.objects("finding", "list")[1]) == 1
