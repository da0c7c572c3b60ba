"""Notes in folders, end to end: no record, no loop, in three languages, and gone in the end."""

import os
import select
import textwrap
from datetime import timedelta

import pytest

from gallra.model.record import Act
from gallra.report.folder_notes import MOST_NAMES, Absent, Gone, text_of
from gallra.service import clock, disposal
from gallra.service.cycle import run_cycle
from gallra.service.folder_notes import tend_notes
from gallra.service.house import House
from gallra.service.returning import restore
from gallra.service.shares import look_at_shares, reconciler_of
from gallra.watch.observer import Notice, Observer, Watched

RULES = """
    version = 1
    mode = "{mode}"
    [organisation]
    name = "Klubben vid Exempelbolaget"
    language = "sv"
    timezone = "Europe/Stockholm"
    data_protection_officer = {{ name = "Dataskyddsombudet", email = "dataskydd@example.org" }}
    [share.gemensam]
    path = "{share}"
    role = "common-area"
    notes = {notes}
    language = "{language}"
    [class.salary-list]
    title = {{ sv = "Lönelistor", nb = "Lønnslister", en = "Salary lists" }}
    purpose = "Förhandla"
    legal_basis = ["GDPR 6(1)(b)"]
    authority = "F15.5"
    keep = "4 years"
    from = "document-date"
    then = "destroy"
    [[rule]]
    class = "salary-list"
    when = {{ path = "Löner/**" }}
    [safety]
    settle = "1 second"
    most_of_a_share = "100 %"
"""
STEMS = {
    "sv": "GALLRA - bortflyttade filer",
    "nb": "GALLRA - bortflyttede filer",
    "en": "GALLRA - files moved away",
}
PATIENCE = 60


def write_rules(path, *, language="sv", notes="true", mode="enforce"):
    text = RULES.format(share=path / "share", language=language, notes=notes, mode=mode)
    (path / "rules.toml").write_text(textwrap.dedent(text), "utf-8")


@pytest.fixture
def house(tmp_path):
    (tmp_path / "share" / "Löner").mkdir(parents=True)
    for year in (2018, 2019):
        (tmp_path / "share" / "Löner" / f"lista {year}.csv").write_text("Namn;Lön\nA;1\n", "utf-8")
    write_rules(tmp_path)
    with House.open(tmp_path / "rules.toml", tmp_path / "state") as found:
        yield found


def names(house):
    folder = os.path.join(house.schedule.shares[0].path, "Löner".encode())
    return sorted(os.fsdecode(name) for name in os.listdir(folder))


def note(house, name=f"{STEMS['sv']}.txt"):
    folder = os.path.join(house.schedule.shares[0].path, "Löner".encode())
    with open(os.path.join(folder, os.fsencode(name)), "rb") as file:
        return file.read()


def scan(house):
    reconciler = reconciler_of(house, look_at_shares(house))
    return reconciler.full_pass(house.schedule.shares[0], clock.now())


def test_a_note_is_no_record_and_follows_what_can_be_had_back(house, tmp_path):
    summary = run_cycle(house, worker_count=1)
    assert not summary.problems
    text = note(house)
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\n") == text.count(b"\r\n")
    for told in ("lista 2018.csv", "lista 2019.csv", "Lönelistor", "dataskydd@example.org"):
        assert told in text.decode("utf-8")
    days = {item.destroy_on - timedelta(days=1) for item in house.catalogue.quarantine_items()}
    assert all(day.isoformat() in text.decode("utf-8") for day in days)

    found = scan(house)
    assert (found.new, found.changed, found.gone) == (0, 0, 0)
    assert house.catalogue.file_count("gemensam") == 0
    assert house.catalogue.backlog_count() == 0
    plan = disposal.plan_at(house, clock.now(), is_whole=True)
    assert not [each for each in plan.dispositions if b"GALLRA" in each.item.record.path]

    first, second = list(house.catalogue.quarantine_items())
    restore(house, first.quarantine_id, to=None, by="tester")
    assert first.path.rpartition(b"/")[2] not in note(house)
    write_rules(tmp_path, language="nb")
    house.reload()
    tend_notes(house)
    tend_notes(house)
    assert names(house) == sorted(
        [f"{STEMS['nb']}.txt", os.fsdecode(first.path.rpartition(b"/")[2])]
    )
    assert "Lønnslister" in note(house, f"{STEMS['nb']}.txt").decode("utf-8")
    restore(house, second.quarantine_id, to=None, by="tester")
    assert names(house) == ["lista 2018.csv", "lista 2019.csv"]


@pytest.mark.parametrize("change", [{"notes": "false"}, {"mode": "observe"}])
def test_where_none_is_asked_for_no_note_is_left(house, tmp_path, change):
    write_rules(tmp_path, **change)
    house.reload()
    run_cycle(house, worker_count=1)
    assert not [name for name in names(house) if name.startswith("GALLRA")]


def test_what_a_person_does_to_a_note_makes_it_a_file_like_every_other(house):
    run_cycle(house, worker_count=1)
    folder = os.path.join(house.schedule.shares[0].path, "Löner".encode())
    path = os.path.join(folder, f"{STEMS['sv']}.txt".encode())
    status = os.stat(path)
    with open(path, "r+b") as file:
        file.seek(10)
        file.write(b"X")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    found = scan(house)
    assert (found.new, house.catalogue.file_count("gemensam")) == (1, 1)
    with open(os.path.join(folder, b"GALLRA - mine.txt"), "wb") as file:
        file.write(note(house))
    assert scan(house).new == 1


def test_notes_do_not_set_the_observer_going_round(house):
    share = house.schedule.shares[0]
    run_cycle(house, worker_count=1)
    (item, _) = list(house.catalogue.quarantine_items())
    observer = Observer()
    try:
        observer.start([share])
        wait_for(observer, Watched)
        restore(house, item.quarantine_id, to=None, by="tester")  # the note is written anew
        wait_for(observer, Notice)
        scan(house)
        for _ in range(3):
            assert tend_notes(house) == ()
            found = scan(house)
            assert (found.new, found.changed, found.gone) == (0, 0, 0)
        marker = os.path.join(share.path, b"marker")
        drained = [each for each in observer.read() if isinstance(each, Notice)]
        tend_notes(house)
        os.mkdir(marker)  # the next that is heard is this, and not a note
        heard = [each.directory for each in wait_for(observer, Notice)]
        assert heard[0] in {b"", *[each.directory for each in drained]}
        assert "Löner".encode() not in heard
    finally:
        observer.stop()


def wait_for(observer, kind):
    """Return the hints up to the first of a kind, with all that came along with it."""
    heard = []
    for _ in range(PATIENCE):
        select.select([observer.fileno()], [], [], 1)
        heard += observer.read()
        if any(isinstance(each, kind) for each in heard):
            break
    found = [each for each in heard if isinstance(each, kind)]
    assert found
    return found


def test_a_note_goes_when_all_was_destroyed(house, monkeypatch):
    run_cycle(house, worker_count=1)
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    disposal.note_clock(house, later, is_trusted=True)
    found = disposal.plan_at(house, later)
    doomed = [each for each in found.dispositions if each.act is Act.DESTROY]
    assert len(doomed) == 2
    with house.acting():
        list(disposal.hand_of(house).destroy(doomed))
    assert tend_notes(house) == ()
    assert names(house) == []


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_a_note_is_short_and_says_nothing_twice(house, language):
    absent = Absent(
        gone=[
            Gone(name=b"lista %d.csv" % number, until=clock.now().date())
            for number in range(MOST_NAMES)
        ],
        more_count=120,
        class_codes={"salary-list", "gone from the rules"},
        is_more_unsaid=True,
    )
    text = text_of(absent, house.schedule, language).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert "120" in text
    assert max(map(len, lines)) <= 80
    assert len(lines) < MOST_NAMES + 30
    filled = [line for line in lines if line]
    assert len(filled) == len(set(filled))
    assert not [line for line in lines if "{" in line or line.endswith(" ")]
    if language != "en":
        assert "folder" not in text


def test_hostile_names_stay_on_their_line(house):
    names_ = (b"a\r\nUp to 2099.txt", b"\xff\xfe", "\u202egnp.exe".encode(), b"{name}", b"x" * 255)
    absent = Absent(gone=[Gone(name=name, until=None) for name in names_])
    text = text_of(absent, house.schedule, "en").decode("utf-8-sig")
    assert "\r\nUp to 2099" not in text
    assert "\u202e" not in text
    assert "  {name}\r\n" in text
    assert "\\xff\\xfe" in text


def test_messages_of_a_mailbox_are_counted_and_not_named(house):
    absent = Absent(gone=[Gone(name=b"in.mbox", until=None, message_count=3)])
    assert "  3 messages from in.mbox\r\n" in text_of(absent, house.schedule, "en").decode()
