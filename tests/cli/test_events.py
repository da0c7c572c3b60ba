"""Events: told by command, by a file and by a sign; what they are about; taking them back."""

import json
import os
import sqlite3
import time

import pytest

MBOX = (
    "From a@example.org Mon Jan  6 10:00:00 2025\n"
    "From: Anna Andersson <anna@example.org>\nTo: klubb@example.org\n"
    "Subject: SV: [Sommerfest 2025] deltakere\n"
    "Date: Mon, 06 Jan 2025 10:00:00 +0100\nMessage-ID: <1@example.org>\n\n"
    "Jeg kommer.\n\n"
    "From b@example.org Tue Jan  7 10:00:00 2025\n"
    "From: Berit Berg <berit@example.org>\nTo: klubb@example.org\nSubject: Lokalet\n"
    "Date: Tue, 07 Jan 2025 10:00:00 +0100\nMessage-ID: <2@example.org>\n\n"
    "Hilsen Berit Berg\n\n"
)
LIST = "Namn;E-post\nAnna Andersson;anna@example.org\nErik Eriksson;erik@example.org\n"
CASE = "Ärende om rehabilitering.\nMedlem: Maria Nilsson, 19640823-3234\n"

RULES = """\
version = 1
mode = "{mode}"

[organisation]
name = "Klubben"
language = "en"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[share.arenden]
path = "{cases}"
role = "case-area"

[share.brevlada]
path = "{mail}"
role = "shared-mailbox"

[class.activity]
title = "Aktivitet"
purpose = "Genomföra en aktivitet"
legal_basis = "GDPR 6(1)(b)"
authority = "U3"
keep = "0 days"
from = "activity-ended"
then = "destroy"

[class.case]
title = "Ärende"
purpose = "Hjälpa en medlem"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.2"
keep = "1 month"
from = "case-closed"
else_from = "case-transferred"
then = "destroy"

[class.member]
title = "Medlem"
purpose = "Företräda"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.1"
keep = "0 days"
from = "member-left"
then = "destroy"

[class.mail]
title = "Post"
purpose = "Ta emot"
legal_basis = "GDPR 6(1)(b)"
authority = "F8"
keep = "0 days"
from = "case-transferred"
then = "destroy"

[[rule]]
class = "activity"
authority = "U3"
when = {{ event = "activity-ended", personal_data = true }}

[[rule]]
class = "case"
when = {{ role = "case-area" }}

[[rule]]
class = "member"
when = {{ path = "Medlemmar/**" }}

[[rule]]
class = "mail"
when = {{ role = "shared-mailbox" }}

[[event]]
kind = "case-closed"
when = {{ file = ["AVSLUTAD", "AVSLUTAD.*"], role = "case-area" }}

[[event]]
kind = "activity-ended"
when = {{ folder = "**/* AVSLUTAD", role = "common-area" }}

[[event]]
kind = "case-transferred"
when = {{ copied_to = "case-area", role = "shared-mailbox" }}

[safety]
settle = "1 second"
dwell = "30 days"
most_of_a_share = "100 %"
"""


@pytest.fixture
def shares(club):
    """The club with three shares, and events in its rules."""
    for place in (club.share, club.folder / "cases", club.folder / "mail"):
        place.mkdir(exist_ok=True)

    def write(place, text):
        path = club.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def rules(mode="observe"):
        club.rules.write_text(
            RULES.format(
                mode=mode,
                share=club.share,
                cases=club.folder / "cases",
                mail=club.folder / "mail",
            ),
            "utf-8",
        )

    club.write = write
    club.set_rules = rules
    rules()
    write("share/Kurs i Visby/deltagare.csv", LIST)
    write("share/Annat/deltagare.csv", LIST)
    write("share/fest.mbox", MBOX)
    write("cases/Sak 17/notat.txt", CASE)
    write("cases/Sak 18/notat.txt", CASE)
    write("mail/inn.mbox", MBOX)
    code, _, err = club.run("scan")
    assert code == 0, err
    return club


def days(club):
    """When each record is due, by its path below the club's folder."""
    _, found = club.objects("list")
    root = f"{club.folder}/"
    return {
        each["path"].removeprefix(root) + (f"#{each['part']}" if each["part"] else ""): each[
            "due_on"
        ]
        for each in found
    }


def due(club):
    return {path for path, day in days(club).items() if day is not None}


def deeds(club):
    _, entries = club.objects("log")
    return [each["action"] for each in entries]


def test_an_event_on_a_folder_sets_free_what_is_in_it_and_nothing_else(shares):
    code, (told,) = shares.objects("event", "activity-ended", "gemensam/Kurs i Visby")

    assert code == 0
    assert told["records"] == told["changed"] == 1
    assert due(shares) == {"share/Kurs i Visby/deltagare.csv"}
    assert deeds(shares).count("event-told") == 1
    assert deeds(shares).count("reclassified") == 1


def test_telling_it_twice_is_telling_it_once(shares):
    shares.run("event", "case-closed", "arenden/Sak 17", "--on", "2026-03-01")
    _, (again,) = shares.objects("event", "case-closed", "arenden/Sak 17", "--on", "2026-03-01")

    assert not again["new"]
    assert again["records"] == 1
    assert deeds(shares).count("event-told") == 1
    assert days(shares)["cases/Sak 17/notat.txt"] == "2026-04-01"


def test_what_comes_into_the_folder_later_is_covered_as_well(shares):
    shares.run("event", "case-closed", "arenden/Sak 17", "--on", "2026-03-01")
    shares.write("cases/Sak 17/mer/brev.txt", CASE)
    shares.run("scan")

    assert days(shares)["cases/Sak 17/mer/brev.txt"] == "2026-04-01"


def test_a_folder_may_be_named_by_its_name_alone(shares):
    shares.run("event", "case-closed", "Sak 18", "--on", "2026-03-01")

    assert due(shares) == {"cases/Sak 18/notat.txt"}


def test_a_name_that_is_nowhere_is_refused(shares):
    code, _, err = shares.run("event", "case-closed", "Sak 99")

    assert code == 2
    assert "Sak 99" in err
    assert "--folder" in err


def test_a_subject_line_names_messages_whatever_was_put_before_it(shares):
    shares.run("event", "activity-ended", "fest", "--subject", "Sommerfest 2025")

    assert {each for each in due(shares) if each.startswith("share/")} == {"share/fest.mbox#msg:1"}


def test_an_event_on_one_message_follows_its_bytes_and_not_its_number(shares):
    path = shares.share / "fest.mbox"
    shares.run("event", "activity-ended", f"{path}#msg:2")
    assert due(shares) == {"share/fest.mbox#msg:2"}

    path.write_text(MBOX[MBOX.index("From b@") :], "utf-8")
    shares.run("scan")

    assert due(shares) == {"share/fest.mbox#msg:1"}


def spelt(text: str) -> list[str]:
    return [each for each in ("640823-3234", "6408233234") if each in text]


def test_a_person_is_told_by_number_and_never_shown_again(shares):
    shares.write("share/Medlemmar/maria.txt", CASE)
    shares.write("share/Medlemmar/alla.csv", f"{LIST}Maria Nilsson 19640823-3234;\n")
    shares.run("scan")
    code, out, _ = shares.run("event", "member-left", "640823-3234", "--on", "2026-03-01")
    _, told, _ = shares.run("event", "list")
    stored = json.dumps(shares.objects("log")) + told + out

    assert code == 0
    # Both spellings whole: four digits of it may stand in any digest or time by chance.
    assert not spelt(stored)
    assert due(shares) == {"share/Medlemmar/maria.txt", "share/Medlemmar/alla.csv"}
    _, (plan, *_) = shares.objects("plan", "--at", "2026-12-01")
    acts = {each["path"]: each["action"] for each in shares.objects("plan")[1] if "path" in each}
    assert acts[str(shares.share / "Medlemmar/alla.csv")] == "review"
    assert acts[str(shares.share / "Medlemmar/maria.txt")] == "quarantine"
    assert plan
    with sqlite3.connect(shares.folder / "state" / "catalogue.db") as catalogue:
        everything = "\n".join(catalogue.iterdump())
    assert not spelt(everything)


def test_a_name_is_no_person(shares):
    code, _, err = shares.run("event", "member-left", "alla", "--person", "Maria Nilsson")

    assert code == 2
    assert "Maria" not in err


def test_people_are_taken_from_a_list_of_them(shares):
    shares.write("share/Medlemmar/anna.csv", "Namn;E-post\nAnna Andersson;anna@example.org\n")
    shares.write("left.csv", "Namn;E-post\nAnna Andersson;anna@example.org\n")
    shares.run("scan")
    code, _, err = shares.run(
        "event", "member-left", "mars", "--people", shares.folder / "left.csv"
    )

    assert (code, err) == (0, "")
    assert due(shares) == {"share/Medlemmar/anna.csv"}


def test_taking_an_event_back_gives_every_record_its_day_and_class_again(shares):
    before = shares.objects("list")[1]
    shares.run("event", "case-closed", "arenden/Sak 17", "--on", "2026-03-01")
    shares.run("event", "activity-ended", "gemensam/Kurs i Visby")
    assert shares.objects("list")[1] != before

    assert shares.run("event", "undo", "1")[0] == 0
    assert shares.run("event", "undo", "2")[0] == 0

    assert shares.objects("list")[1] == before
    assert deeds(shares).count("event-undone") == 2
    assert shares.run("event", "undo", "1")[0] == 2


def test_what_was_quarantined_for_an_event_that_is_taken_back_is_named_and_never_destroyed(shares):
    shares.set_rules("enforce")
    shares.run("event", "activity-ended", "gemensam/Kurs i Visby")
    assert shares.run("run", "--once")[0] == 0
    path = shares.share / "Kurs i Visby/deltagare.csv"
    assert not path.exists()

    code, (undone,) = shares.objects("event", "undo", "1")

    assert code == 1
    (name,) = undone["to_restore"]
    _, plan = shares.objects("plan", "--at", "2100-01-01")
    assert [each["action"] for each in plan if each.get("quarantine_id") == name] == ["review"]
    assert shares.run("quarantine", "restore", name)[0] == 0
    assert path.read_text("utf-8") == LIST


def test_a_message_cut_out_for_an_event_is_named_too(shares):
    shares.set_rules("enforce")
    path = shares.share / "fest.mbox"
    shares.run("event", "activity-ended", f"{path}#msg:1")
    assert shares.run("run", "--once")[0] == 0
    assert "Jeg kommer" not in path.read_text("utf-8")
    _, plan = shares.objects("plan", "--at", "2100-01-01")
    assert [each["action"] for each in plan if each.get("quarantine_id")] == ["destroy"]

    code, (undone,) = shares.objects("event", "undo", "1")

    assert (code, len(undone["to_restore"])) == (1, 1)


def drop(club, name, text):
    folder = club.folder / "state" / "events.d"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    old = time.time() - 60
    os.utime(folder / name, (old, old))


def test_files_that_are_dropped_in_tell_of_events_once(shares):
    drop(
        shares,
        "a.toml",
        '[[event]]\nkind = "case-closed"\nreference = "Sak 17"\non = 2026-03-01\n'
        '[[event]]\nkind = "activity-ended"\nreference = "kurs"\non = "2026-03-02"\n'
        'folder = "gemensam/Kurs i Visby"\n',
    )
    drop(
        shares,
        "b.csv",
        "kind;reference;on;folder\ncase-closed;Sak 18;2026-03-05;arenden/Sak 18\n",
    )
    assert shares.run("run", "--once")[0] == 0
    assert shares.run("run", "--once")[0] == 0

    assert deeds(shares).count("event-told") == 3
    assert days(shares)["cases/Sak 17/notat.txt"] == "2026-04-01"
    assert days(shares)["cases/Sak 18/notat.txt"] == "2026-04-05"


def test_of_a_file_with_a_mistake_nothing_is_taken_up_and_its_line_is_told(shares):
    drop(
        shares,
        "a.toml",
        '[[event]]\nkind = "case-closed"\nreference = "Sak 17"\non = 2026-03-01\n\n'
        '[[event]]\nkind = "case-clsed"\nreference = "Sak 18"\non = 2026-03-01\n',
    )
    drop(shares, "b.csv", "kind;reference;on\ncase-closed;Sak 99;2026-03-01\n")
    code, _, err = shares.run("run", "--once")

    assert code == 1
    assert "a.toml:7: " in err
    assert "b.csv:2: " in err
    assert due(shares) == set()
    code, _, told = shares.run("event", "list")
    assert code == 1
    assert "a.toml:7: " in told


def test_a_file_in_the_folder_says_that_the_case_is_over_until_it_is_taken_away(shares):
    sign = shares.folder / "cases/Sak 17/AVSLUTAD.txt"
    sign.write_text("", "utf-8")
    (shares.folder / "cases/AVSLUTAD").write_text("", "utf-8")  # at the top it says nothing
    shares.run("run", "--once")
    assert due(shares) == {"cases/Sak 17/notat.txt", "cases/Sak 17/AVSLUTAD.txt"}

    sign.rename(sign.with_name("notat 2.txt"))
    shares.run("run", "--once")

    assert due(shares) == set()
    assert deeds(shares).count("event-undone") == 1


def test_what_a_person_took_back_is_not_told_again_by_its_sign(shares):
    (shares.folder / "cases/Sak 17/AVSLUTAD").write_text("", "utf-8")
    shares.run("run", "--once")
    shares.run("event", "undo", "1")
    shares.run("run", "--once")

    assert due(shares) == set()


def test_a_folder_that_was_renamed_says_that_the_activity_is_over(shares):
    folder = shares.share / "Kurs i Visby"
    folder.rename(shares.share / "Kurs i Visby AVSLUTAD")
    shares.run("run", "--once")

    assert due(shares) == {"share/Kurs i Visby AVSLUTAD/deltagare.csv"}


def test_mail_is_due_at_once_when_it_lies_with_its_handler_and_never_before(shares):
    shares.write("cases/Sak 17/anna.eml", MBOX.partition("\n")[2].partition("From b@")[0])
    shares.run("run", "--once")

    assert {path for path in due(shares) if path.startswith("mail/")} == {"mail/inn.mbox#msg:1"}
    assert not {path for path in due(shares) if path.startswith("cases/")}
