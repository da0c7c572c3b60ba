"""A wash: whoever left is found however the lists are written, and only they are told."""

import io
import zipfile
from datetime import date, timedelta

import pytest

from gallra.duties import washes
from gallra.duties.findings import open_findings
from gallra.model.ledger import Deed
from gallra.model.retention import Trigger
from gallra.service import clock
from sample_share.registers import HEADINGS, as_csv, as_xlsx, people, row

OLD = "Medlemmar/Medlemsregister.csv"


@pytest.fixture
def export(club):
    """Write a fresh export outside the shares; return its path."""

    def write(content, name="uttag.xlsx"):
        path = club.folder / name
        path.write_bytes(content)
        return path

    return write


def register_of(club, rows, **form):
    club.write("gemensam", {OLD: as_csv(rows, **form)})
    return club.share("gemensam") / OLD


def told_to_have_left(club):
    with club.open() as house:
        return [each for each in house.catalogue.events() if each.kind is Trigger.MEMBER_LEFT]


def summary(objects):
    (found,) = [each for each in objects if each["what"] == "summary"]
    return found


def of(objects, what):
    return [each for each in objects if each["what"] == what]


def ten_digits(person):
    return person.number.replace("-", "")[2:]


FORMS = {
    "other order and extra columns": lambda all_: as_xlsx(
        [["x", each.email_text, each.surname, each.given_name, each.number] for each in all_],
        headings=("Roll", "E-post", "Efternamn", "Förnamn", "Personnr"),
    ),
    "one column of names, last name first": lambda all_: as_xlsx(
        [[f"{each.surname}, {each.given_name}", ten_digits(each)] for each in all_],
        headings=("Namn", "Person-nr"),
    ),
    "numbers that a spreadsheet took for numbers": lambda all_: as_xlsx(
        [[each.given_name, each.surname, int(ten_digits(each))] for each in all_],
        headings=("Förnamn", "Efternamn", "Personnummer"),
    ),
    "a title and a date above, a total below": lambda all_: as_xlsx(
        [row(each) for each in all_],
        headings=HEADINGS["en"],
        before=(("Medlemsförteckning",), ("Uttag 2026-03-02",), ()),
        after=((), (f"Antal: {len(all_)}",)),
    ),
    "no headings at all": lambda all_: as_xlsx(
        [row(each)[:5] for each in all_[1:]], headings=row(all_[0])[:5]
    ),
}


@pytest.mark.parametrize("form", FORMS, ids=FORMS)
def test_who_left_is_found_however_the_new_list_is_written(club, export, form):
    all_ = people(12)
    old = register_of(club, [row(each) for each in all_], encoding="cp1252")
    new = export(FORMS[form]([each for each in all_ if each is not all_[4]]))

    code, objects = club.objects("register", "wash", old, new)

    assert code == 0
    assert [each["row"] for each in of(objects, "left")] == [6]
    assert of(objects, "doubtful") == of(objects, "joined") == []
    assert summary(objects)["same"] == 11
    assert told_to_have_left(club) == []


@pytest.mark.parametrize(
    ("language", "encoding", "delimiter"),
    [("nb", "utf-8-sig", ";"), ("nn", "utf-16", "\t"), ("en", "utf-8", ","), ("sv", "cp1252", ";")],
)
def test_lists_in_each_language_and_encoding_are_understood(
    club, export, language, encoding, delimiter
):
    all_ = people(6, country="no")
    old = register_of(club, [row(each) for each in all_], headings=HEADINGS["sv"])
    new = export(
        as_csv(
            [row(each, number=each.number.lstrip("0")) for each in all_[1:]],
            headings=HEADINGS[language],
            encoding=encoding,
            delimiter=delimiter,
        ),
        "uttrekk.csv",
    )

    code, objects = club.objects("register", "wash", old, new)

    assert code == 0
    assert [each["row"] for each in of(objects, "left")] == [2]
    assert summary(objects)["same"] == 5


def test_what_changed_and_who_joined_is_reported(club, export):
    all_ = people(6)
    old = register_of(club, [row(each) for each in all_[:5]])
    rows = [row(each) for each in all_]
    rows[1][4] = "ny.adress@example.org"
    rows[2][1] = "Giftasdotter"
    rows[3][6] = "Kontoret"
    new = export(as_xlsx(rows, headings=HEADINGS["sv"]))

    code, objects = club.objects("register", "wash", old, new)

    assert code == 0
    changes = [
        (each["heading"], each["after"])
        for one in of(objects, "changed")
        for each in one["changes"]
    ]
    assert changes == [
        ("email", "ny.adress@example.org"),
        ("name", f"{all_[2].given_name} Giftasdotter"),
        ("Avdelning", "Kontoret"),
    ]
    assert [each["row"] for each in of(objects, "joined")] == [7]


def test_a_name_alone_is_never_taken_for_the_same_person(club, export):
    old = register_of(
        club,
        [("Kim Påhittad", "kim@example.org"), ("Robin Påhittad", "robin@example.org")],
        headings=("Namn", "E-post"),
    )
    new = export(
        as_xlsx(
            [("Kim Påhittad", "annan@example.com"), ("Robin Påhittad", "robin@example.org")],
            headings=("Namn", "E-post"),
        )
    )

    code, objects = club.objects("register", "wash", old, new, "--apply")

    assert code == 1
    assert [each["old"]["row"] for each in of(objects, "doubtful")] == [2]
    assert of(objects, "left") == []
    assert told_to_have_left(club) == []


def test_one_number_with_two_names_is_doubtful(club, export):
    old = register_of(club, [("Kim Påhittad", "4711001")], headings=("Namn", "Medlemsnummer"))
    new = export(as_xlsx([("Ylva Testdotter", "4711001")], headings=("Namn", "Medlemsnummer")))

    _, objects = club.objects("register", "wash", old, new)

    assert len(of(objects, "doubtful")) == 1
    assert of(objects, "left") == of(objects, "joined") == []


def test_who_left_is_told_by_digests_and_the_wash_is_recorded(club, export):
    all_ = people(10)
    gone = all_[3]
    old = register_of(club, [row(each) for each in all_])
    club.write("arenden", {"Sak 7/brev.txt": f"Ärende för {gone.number}, {gone.email_text}."})
    club.scan()
    new = export(as_xlsx([row(each) for each in all_ if each is not gone]))

    code, objects = club.objects("register", "wash", old, new, "--apply")
    again = club.objects("register", "wash", old, new, "--apply")[1]

    assert code == 0
    (event,) = told_to_have_left(club)
    assert {each.entity for each in event.values} == {
        "EMAIL_ADDRESS",
        "MEMBER_NUMBER",
        gone.number_entity,
    }
    assert gone.surname not in event.reference
    assert summary(objects)["told"] == 1
    assert summary(objects)["records"] >= 2
    assert (summary(again)["told"], summary(again)["told_before"]) == (0, 1)
    _, washes = club.objects("register", "washes")
    assert [(each["left"], each["joined"]) for each in washes] == [(1, 0), (1, 0)]
    with club.open() as house:
        (first, _) = [
            each for each in house.ledger.entries() if each.entry.deed is Deed.REGISTER_WASHED
        ]
        assert dict(first.entry.clear)["left"] == 1
    kept = b"".join(path.read_bytes() for path in club.state.rglob("*") if path.is_file())
    for clear in (gone.number, ten_digits(gone), gone.email_text, gone.membership_text):
        assert clear.encode() not in kept


def test_an_address_that_somebody_who_stays_has_too_is_not_told(club, export):
    rows = [
        ("Kim Påhittad", "4711001", "familjen@example.org"),
        ("Robin Påhittad", "4711002", "familjen@example.org"),
    ]
    old = register_of(club, rows, headings=("Namn", "Medlemsnummer", "E-post"))
    new = export(as_xlsx(rows[1:], headings=("Namn", "Medlemsnummer", "E-post")))

    club.objects("register", "wash", old, new, "--apply")

    (event,) = told_to_have_left(club)
    assert {each.entity for each in event.values} == {"MEMBER_NUMBER"}


def test_an_export_that_was_cut_short_lets_nobody_leave_unless_confirmed(club, export):
    all_ = people(20)
    old = register_of(club, [row(each) for each in all_])
    new = export(as_xlsx([row(each) for each in all_[:12]]))

    refused, _, said = club.run("register", "wash", old, new, "--apply")
    wrong, _, _ = club.run("register", "wash", old, new, "--apply", "--confirm", "7")
    assert told_to_have_left(club) == []
    with club.open() as house:
        assert list(washes.register(house).all()) == []
    confirmed, _, _ = club.run("register", "wash", old, new, "--apply", "--confirm", "8")

    assert (refused, wrong, confirmed) == (3, 3, 0)
    assert "--confirm 8" in said
    assert len(told_to_have_left(club)) == 8


def with_broken(workbook, name):
    """Return a workbook of which one file inside is rubbish."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(stream, "w") as new:
        for each in old.namelist():
            new.writestr(each, b"<broken" if each.endswith(name) else old.read(each))
    return stream.getvalue()


def test_an_export_that_was_not_read_in_full_lets_nobody_leave(club, export):
    all_ = people(12)
    old = register_of(club, [row(each) for each in all_])
    workbook = as_xlsx([row(each) for each in all_[:11]], sheets=("Medlemmar", "Mer"))
    in_part = export(with_broken(workbook, "sheet2.xml"))
    damaged = export(workbook[: len(workbook) // 2], "halv.xlsx")

    refused, _, said = club.run("register", "wash", old, in_part, "--apply")
    unread, _, _ = club.run("register", "wash", old, damaged, "--apply")

    assert (refused, unread) == (3, 2)
    assert "was not read in full: lines of it may be missing" in said
    assert told_to_have_left(club) == []


def test_lines_that_tell_nobody_hold_the_wash_back(club, export):
    all_ = people(12)
    old = register_of(club, [row(each) for each in all_])
    rows = [row(each) for each in all_]
    rows[5] = ["", "", "", "", "", "070", "Lager"]
    new = export(as_xlsx(rows, headings=HEADINGS["sv"]))

    code, _, said = club.run("register", "wash", old, new, "--apply")

    assert code == 3
    assert "cannot be understood: 7" in said


def test_whom_the_export_itself_says_to_have_left_has_left(club, export):
    all_ = people(8)
    headings = (*HEADINGS["sv"], "Utträdesdatum")
    old = register_of(club, [row(each) for each in all_])
    rows = [[*row(each), ""] for each in all_]
    rows[2][-1] = "2026-01-31"
    rows[3][-1] = "2999-12-31"
    new = export(as_xlsx(rows, headings=headings))

    code, objects = club.objects("register", "wash", old, new, "--apply")

    assert code == 0
    assert [each["row"] for each in of(objects, "left")] == [4]
    (event,) = told_to_have_left(club)
    assert event.on == date(2026, 1, 31)
    assert {each.entity for each in event.values} >= {"EMAIL_ADDRESS", "MEMBER_NUMBER"}


def test_two_sheets_of_members_are_not_guessed_between(club, export):
    all_ = people(4)
    old = register_of(club, [row(each) for each in all_])
    new = export(as_xlsx([row(each) for each in all_], sheets=("Aktiva", "Tidigare")))

    refused, _, said = club.run("register", "wash", old, new)

    assert refused == 2
    assert "Aktiva, Tidigare" in said


def test_a_file_without_members_is_refused(club, export):
    old = register_of(club, [row(each) for each in people(3)])
    new = export(b"Hej!\nDet finns inga medlemmar.\n", "brev.txt")

    code, _, said = club.run("register", "wash", old, new, "--apply")

    assert code == 2
    assert "no table of members" in said


def test_the_old_list_is_told_superseded_where_the_rules_say_so(club, export):
    club.add_rules('[[register]]\npath = "gemensam:Medlemmar/*.csv"\nsuperseded = true')
    all_ = people(6)
    old = register_of(club, [row(each) for each in all_])
    club.scan()
    new = export(as_xlsx([row(each) for each in all_]))

    _, objects = club.objects("register", "wash", old, new, "--apply")

    assert summary(objects)["superseded"]
    with club.open() as house:
        (event,) = house.catalogue.events()
    assert event.kind is Trigger.SUPERSEDED
    assert event.places[0].path == OLD.encode()


def test_a_register_that_nobody_washed_for_a_month_is_a_finding(club, export, monkeypatch):
    all_ = people(6)
    old = register_of(club, [row(each) for each in all_])
    club.scan()
    start = clock.now()

    def look(days):
        at = start + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: at)
        with club.open() as house:
            assert house.catalogue is not None
            washes.remind(house, None, at)
            return [each.body.finding for each in open_findings(house)]

    assert look(5) == []
    (finding,) = look(32)
    assert (finding.clause, finding.path) == ("F9", OLD.encode())

    new = export(as_xlsx([row(each) for each in all_]))
    assert club.objects("register", "wash", old, new, "--apply")[0] == 0
    assert look(32) == []
    assert len(look(66)) == 1
    _, registers = club.objects("register", "list")
    assert [each["washed_on"] for each in registers] == [
        (start + timedelta(days=32)).date().isoformat()
    ]


def test_whoever_comes_back_is_pointed_out(club, export):
    all_ = people(8)
    old = register_of(club, [row(each) for each in all_])
    fresh = as_xlsx([row(each) for each in all_[1:]])
    club.objects("register", "wash", old, export(fresh), "--apply")

    code, out, _ = club.run(
        "register", "wash", export(fresh), export(as_xlsx([row(each) for each in all_]), "ny.xlsx")
    )

    assert code == 0
    assert "was told to have left: gallra event undo 1" in out
