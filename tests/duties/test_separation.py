"""Who reads what they should not, what lies where it should not: found, told, and gone again."""

import os

import pytest
from tests.duties.exposure_scenario import (
    ANNA,
    BERTIL,
    CASE,
    mixed_mail,
    set_up,
)

from gallra.duties.separation import look_at_separation
from gallra.service import clock

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files somebody's")


def findings(club, kind=None):
    code, found = club.objects("finding", "list", *(("--kind", kind) if kind else ()))
    assert code == 0
    return found


def exposure(club, *words):
    code, found = club.objects("exposure", *words)
    assert code == 0
    return found


@pytest.fixture
def open_club(club):
    """A club with wrong modes, wrong lists and wrong places."""
    set_up(club)
    return club


def folders(found, club, share):
    root = f"{club.share(share)}/"
    return {each["path"].removeprefix(root) for each in found}


def test_case_documents_that_others_can_read_are_found(open_club):
    exposure(open_club)

    found = findings(open_club, "readable-by-others")

    assert folders(found, open_club, "arenden") == {"anna/Öppen", "anna/Lista"}
    assert {each["clause"] for each in found} == {"F6"}
    by_folder = {each["path"].rpartition("/")[2]: each for each in found}
    assert by_folder["Lista"]["exposed_to"] == [str(BERTIL)]
    assert "everybody" in by_folder["Öppen"]["what"]


def test_a_case_document_in_the_common_area_is_found_though_nobody_else_reads_it(open_club):
    exposure(open_club)

    (found,) = findings(open_club, "case-in-common-area")

    assert found["path"].endswith("gemensam/Möten")


def test_what_was_put_right_is_closed(open_club):
    exposure(open_club)
    assert findings(open_club, "readable-by-others")
    arenden = open_club.share("arenden") / "anna"
    (arenden / "Öppen").chmod(0o700)
    (arenden / "Lista").chmod(0o700)
    (open_club.share("gemensam") / "Möten" / "notat.txt").unlink()
    open_club.scan()
    exposure(open_club)

    assert findings(open_club, "readable-by-others") == []
    assert findings(open_club, "case-in-common-area") == []


def test_a_group_larger_than_the_handler_is_named_by_its_members(open_club, monkeypatch):
    from gallra.duties import separation  # noqa: PLC0415 - to put another host in its place

    monkeypatch.setattr(separation, "members", lambda group: frozenset({ANNA, BERTIL, group}))
    notes = open_club.share("arenden") / "anna" / "Rätt" / "notat.txt"
    notes.chmod(0o640)
    open_club.scan()
    exposure(open_club)

    found = findings(open_club, "readable-by-others")

    by_folder = {each["path"].rpartition("/")[2]: each for each in found}
    assert by_folder["Rätt"]["exposed_to"] == [str(BERTIL)]


def test_the_report_tells_who_reads_what_by_share_and_class(open_club):
    found = exposure(open_club, "--share", "arenden")

    cases = [each for each in found if each["class"] == "individual-case"]
    assert sum(each["records"] for each in cases) == 5
    assert {each["share"] for each in found} == {"arenden"}
    assert [each["everybody"] for each in cases].count(True) == 1
    assert [ANNA, BERTIL] in [each["users"] for each in cases]
    code, out, _ = open_club.run("exposure")
    assert code == 0
    assert "everybody" in out
    assert open_club.run("exposure", "--share", "nowhere")[0] == 2


def test_who_reads_members_data_without_a_declaration_is_named(open_club):
    exposure(open_club)
    before = {tuple(each["exposed_to"]) for each in findings(open_club, "no-declaration")}

    code, _, err = open_club.run("declaration", "record", "Anna Ansvarig", "--on", "2026-01-01")
    assert code == 0, err
    exposure(open_club)
    after = {tuple(each["exposed_to"]) for each in findings(open_club, "no-declaration")}

    assert {(str(ANNA),), (str(BERTIL),), ()} <= before  # () is everybody
    assert after == before - {(str(ANNA),)}


def test_union_mail_outside_its_folders_is_found(club):
    set_up(club)
    club.write("epost", mixed_mail())
    club.scan()

    exposure(club)
    found = findings(club, "union-mail-outside")
    listed = exposure(club, "--mail")

    assert [each["path"].rpartition("epost/")[2] for each in found] == ["anna/Inkorg.mbox"]
    assert [each["part"] for each in listed] == ["msg:2", "msg:3"]


def test_where_no_folders_are_declared_nothing_is_said_of_mail(club):
    club.write("epost", mixed_mail())
    club.scan()

    exposure(club)
    code, _, err = club.run("exposure", "--mail")

    assert findings(club, "union-mail-outside") == []
    assert code == 1
    assert "mail_folders" in err


def test_a_rule_moves_a_case_out_of_the_common_area(club):
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    club.add_rules("""
[class.misplaced-case]
title = "Felplacerade ärenden"
purpose = "Skilja ärenden från det gemensamma"
legal_basis = "GDPR 6(1)(b)"
authority = "F6"
keep = "0 days"
from = "first-seen"
then = "move"
to = "arenden:Felplacerat"

[[rule]]
class = "misplaced-case"
authority = "F6"
when = { role = "common-area", kind = "case" }
""")
    set_up(club, handler_only='["individual-case", "misplaced-case"]')
    exposure(club)
    assert findings(club, "case-in-common-area")

    code, _, err = club.run("run", "--once")

    assert code == 0, err
    moved = club.share("arenden") / "Felplacerat" / "Möten" / "notat.txt"
    assert moved.read_text("utf-8") == CASE
    club.scan()
    exposure(club)
    assert findings(club, "case-in-common-area") == []


def test_the_daemon_looks_once_a_day(open_club):
    with open_club.open() as house:
        look_at_separation(house, None, clock.now())
        version = house.ledger.size
        look_at_separation(house, None, clock.now())
        assert house.ledger.size == version
    assert findings(open_club)
