"""What is said and done after an event: taken back too late, in archives, to be told only."""

import io
import os
import time
import zipfile
from datetime import timedelta

import pytest

from gallra.service import clock

RULES = """\
version = 1
mode = "enforce"

[organisation]
name = "Klubben"
language = "en"
timezone = "Europe/Oslo"

[share.felles]
path = "{share}"
role = "common-area"

[share.postkasse]
path = "{mail}"
role = "shared-mailbox"

[class.activity]
title = "Aktivitet"
purpose = "Gjennomføre"
legal_basis = "GDPR 6(1)(b)"
authority = "U3"
keep = "0 days"
from = "activity-ended"
then = "destroy"

[class.mail]
title = "Post"
purpose = "Ta imot"
legal_basis = "GDPR 6(1)(b)"
authority = "F8"
keep = "0 days"
from = "case-transferred"
then = "destroy"

[class.salary]
title = "Lønn"
purpose = "Forhandle"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "destroy"

[class.told]
title = "Si fra"
purpose = "Si fra"
legal_basis = "GDPR 6(1)(b)"
authority = "the board"
keep = "0 days"
from = "document-date"
then = "alert"

[class.archived]
title = "Arkiv"
purpose = "Ta vare på"
legal_basis = "GDPR 6(1)(b)"
authority = "the board"
keep = "0 days"
from = "document-date"
then = "move"
to = "felles:Arkiv"

[class.accounting]
title = "Bilag"
purpose = "Regnskap"
legal_basis = "GDPR 6(1)(c)"
authority = "bokføringsloven § 13"
keep_at_least = "5 years"
from = "document-date"
then = "destroy"

[class.at-most]
title = "Lister"
purpose = "Lister"
legal_basis = "GDPR 6(1)(b)"
authority = "the routine"
keep_at_most = "4 years"
from = "document-date"
then = "destroy"

[[rule]]
class = "accounting"
when = {{ path = "**/*bilag*" }}

[[rule]]
class = "at-most"
when = {{ path = "**/*liste 20*" }}

[[rule]]
class = "activity"
when = {{ event = "activity-ended" }}

[[rule]]
class = "mail"
when = {{ role = "shared-mailbox" }}

[[rule]]
class = "salary"
when = {{ kind = "salary-list" }}

[[rule]]
class = "told"
when = {{ path = "Si fra/**" }}

[[rule]]
class = "archived"
when = {{ path = "Flyttes/**" }}

[safety]
settle = "1 second"
most_of_a_share = "100 %"
"""

MESSAGES = [
    f"From a@example.org Mon Jan  6 10:00:0{number} 2025\n"
    "From: Anna Andersson <anna@example.org>\nTo: klubb@example.org\n"
    f"Subject: SV: [Sak 4{number}] spørsmål\n"
    f"Date: Mon, 06 Jan 2025 10:00:00 +0100\nMessage-ID: <{number}@example.org>\n\n"
    "Hei.\n\n"
    for number in range(1, 4)
]
SALARIES = (
    "Lønnsliste 2019-12-31\nNavn;Fødselsnummer;Månedslønn\n"
    "Kari Nordmann;19900118-9811;34500\nOla Nordmann;19811228-9874;41200\n"
)


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return content.getvalue()


@pytest.fixture
def office(club):
    """A club with a common area and a shared mailbox, whose rules are in force."""
    mail = club.folder / "mail"
    mail.mkdir()
    club.rules.write_text(RULES.format(share=club.share, mail=mail), "utf-8")
    (mail / "inn.mbox").write_text("".join(MESSAGES), "utf-8")
    for name in ("Fest/liste.txt", "Annet/notat.txt", "Annet/enda et.txt"):
        path = club.share / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name}\n", "utf-8")
    code, _, err = club.run("run", "--once")
    assert code == 0, err
    return club


@pytest.fixture
def later(monkeypatch):
    """Return what lets days pass on both clocks."""
    wall, boot = clock.now, clock.boot_seconds

    def pass_by(days):
        monkeypatch.setattr(clock, "now", lambda: wall() + timedelta(days=days))
        monkeypatch.setattr(clock, "boot_seconds", lambda: boot() + days * 86_400)

    return pass_by


def days_in_quarantine(club):
    """Return what quarantine list says of each item: its path, its day, and whether it stays."""
    return {each["part"] or each["path"]: each for each in club.objects("quarantine", "list")[1]}


def test_taking_back_what_has_been_destroyed_says_so_whatever_tied_it(office, later):
    office.run("event", "activity-ended", "Fest")
    office.run("event", "case-transferred", "Sak 42")
    office.run("run", "--once")
    later(40)
    office.run("run", "--once")
    assert not days_in_quarantine(office)

    folder_code, (folder,) = office.objects("event", "undo", "1")
    subject_code, (subject,) = office.objects("event", "undo", "2")

    assert (folder_code, folder["destroyed"], folder["to_restore"]) == (1, 1, [])
    assert (subject_code, subject["destroyed"], subject["to_restore"]) == (1, 1, [])


def test_what_went_for_another_reason_is_not_laid_at_the_events_door(office, later):
    office.run("event", "activity-ended", "Fest")
    office.run("run", "--once")
    later(40)
    office.run("run", "--once")
    (office.share / "Fest").mkdir(exist_ok=True)
    office.run("event", "activity-ended", "et annet", "--folder", "felles/Fest")

    code, (undone,) = office.objects("event", "undo", "2")

    assert (code, undone["destroyed"]) == (0, 0)


def test_explain_tells_of_what_was_destroyed_that_it_was(office, later):
    office.run("event", "activity-ended", "Fest")
    office.run("run", "--once")
    later(40)
    office.run("run", "--once")

    _, out, _ = office.run("explain", office.share / "Fest/liste.txt")

    assert "it was destroyed" in out
    assert "would be" not in out


def test_quarantine_list_says_what_is_not_destroyed_any_more(office):
    office.run("event", "activity-ended", "Fest")
    office.run("event", "case-transferred", "Sak 42")
    office.run("run", "--once")
    assert not any(each["stays"] for each in days_in_quarantine(office).values())

    office.run("event", "undo", "2")

    found = days_in_quarantine(office)
    assert {name for name, each in found.items() if each["stays"]} == {"msg:2"}
    assert found["msg:2"]["because"]
    assert "not destroyed" in office.run("quarantine", "list")[1]


def test_a_folder_in_the_place_of_dropped_in_files_stops_nothing(office):
    folder = office.folder / "state" / "events.d"
    folder.mkdir(exist_ok=True)
    (folder / "a.toml").mkdir()
    (folder / "b.toml").symlink_to("/etc/hostname")
    os.mkfifo(folder / "c.csv")
    (folder / "d.toml").write_text(
        '[[event]]\nkind = "activity-ended"\nreference = "Fest"\non = 2026-01-02\n', "utf-8"
    )
    old = time.time() - 60
    for each in folder.iterdir():
        os.utime(each, (old, old), follow_symlinks=False)

    code, _, err = office.run("run", "--once")

    assert code == 1
    assert err.count("this is no regular file") == 3
    assert [each["reference"] for each in office.objects("event", "list")[1]] == ["Fest"]


def test_a_list_of_people_that_is_not_there_is_a_wrong_use_and_tells_nothing(office):
    missing = office.folder / "borte.csv"
    code, _, err = office.run("event", "member-left", "mars", "--people", missing)

    assert code == 2
    assert "borte.csv" in err
    assert office.objects("event", "list")[1] == []


def test_an_archive_of_which_only_a_part_is_due_goes_to_a_person(office):
    (office.share / "arkiv 2019.zip").write_bytes(zipped(lønn=SALARIES, annet="Annet\n"))
    (office.share / "Lønnsliste 2019.csv").write_text(SALARIES, "utf-8")
    (office.share / "Fest/bilder.zip").write_bytes(zipped(a="Annet\n", b="Annet\n"))
    office.run("scan")
    office.run("event", "activity-ended", "Fest")

    acts = {
        each["path"].rpartition("/")[2]: each["action"]
        for each in office.objects("plan")[1]
        if "path" in each
    }

    assert acts["arkiv 2019.zip"] == "review"
    assert acts["Lønnsliste 2019.csv"] == "quarantine"
    assert acts["bilder.zip"] == "quarantine"  # it lies in the folder of the activity
    _, out, _ = office.run("explain", office.share / "arkiv 2019.zip")
    assert "a part of it" in out


def test_a_class_that_only_tells_is_told_of_and_a_move_is_counted(office):
    for folder in ("Si fra", "Flyttes"):
        path = office.share / folder / "Notat 2020-01-02.txt"
        path.parent.mkdir()
        path.write_text("Notat\n", "utf-8")

    code, out, _ = office.run("run", "--once")

    assert code == 0
    assert "class told (the board) asks for it to be said" in out
    assert "moved to where they belong: 1" in out
    assert (office.share / "Si fra/Notat 2020-01-02.txt").exists()
    assert (office.share / "Arkiv/Flyttes/Notat 2020-01-02.txt").exists()
    _, (summary,) = office.objects("run", "--once")
    assert [each["class"] for each in summary["tellings"]] == ["told"]


def test_the_log_of_a_moved_file_is_found_by_where_it_lies_now(office):
    path = office.share / "Flyttes/Notat 2020-01-02.txt"
    path.parent.mkdir()
    path.write_text("Notat\n", "utf-8")
    office.run("run", "--once")
    now = office.share / "Arkiv/Flyttes/Notat 2020-01-02.txt"

    for each in (path, now):
        _, entries = office.objects("log", "--action", "moved", "--path", each)
        assert [(entry["path"], entry["to"]) for entry in entries] == [(str(path), str(now))]
    assert str(now) in office.run("log", "--action", "moved")[1]
    _, out, _ = office.run("explain", now)
    assert "it lies where records of its class are moved to" in out
    assert "would be moved" not in out


def test_a_minimum_that_outlasts_a_maximum_is_written_into_the_ledger_once(office):
    path = office.share / "bilag liste 2025-06-01.txt"
    path.write_text("Bilag\n", "utf-8")
    office.run("run", "--once")
    path.write_text("Bilag, og mer\n", "utf-8")
    office.run("run", "--once")

    (entry,) = office.objects("log", "--action", "kept-longer")[1]

    assert entry["path"] == str(path)
    assert entry["class"] == "accounting"
    assert entry["details"]["due_on"] == "2030-06-01"
    assert entry["details"]["latest_on"] == "2029-06-01"
    assert "the routine" in entry["reason"]
    assert any("bokføringsloven § 13" in each for each in entry["because"])


def test_a_message_that_came_back_is_held_alone_and_the_others_go_when_they_are_due(office):
    office.run("event", "case-transferred", "Sak 42")
    office.run("run", "--once")
    item = days_in_quarantine(office)["msg:2"]
    assert office.run("quarantine", "restore", item["quarantine_id"])[0] == 0
    mailbox = office.folder / "mail" / "inn.mbox"
    assert mailbox.read_text("utf-8") == "".join(MESSAGES)
    office.run("event", "case-transferred", "Sak 41")

    assert office.run("run", "--once")[0] == 0

    assert mailbox.read_text("utf-8") == "".join(MESSAGES[1:])
    (hold,) = office.objects("hold", "list")[1]
    assert office.run("hold", "lift", hold["hold"], "--reason", "done")[0] == 0
    office.run("run", "--once")
    assert mailbox.read_text("utf-8") == MESSAGES[2]


def test_a_day_to_come_and_a_day_long_past_are_remarked_upon(office):
    _, ahead, _ = office.run("event", "activity-ended", "Fest", "--on", "2099-01-01")
    (office.share / "Kurs").mkdir()
    (office.share / "Kurs/liste.txt").write_text("Liste\n", "utf-8")
    office.run("scan")
    _, past, _ = office.run("event", "activity-ended", "Kurs", "--on", "2001-01-01")
    _, (told,) = office.objects("event", "activity-ended", "Annet", "--on", "2001-01-01")

    assert "still to come" in ahead
    assert "still to come" not in past
    assert "the day of 1 of them has come" in past
    assert told["due"] == 2


def test_explain_says_of_a_minimum_beyond_a_maximum_that_a_person_is_told(office):
    path = office.share / "bilag liste 2022-06-01.txt"
    path.write_text("Bilag\n", "utf-8")
    office.run("scan")

    _, out, _ = office.run("explain", path)

    assert "something keeps it: a person is told" in out
    assert "it is due" not in out
