"""A catalogue that is gone, damaged, an older copy or another's, seen from inside one process."""

import contextlib
import dataclasses
import os
import random
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallra.cli.main import main
from gallra.model.errors import GallraError, LostCatalogueError
from gallra.model.event import Event, EventSource, Place
from gallra.model.finding import ValueDigest
from gallra.model.holding import About
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.record import Hold
from gallra.model.retention import Trigger
from gallra.service.disposal import plan_at, recover
from gallra.service.house import REBUILDING, House
from gallra.service.rebuilding import finish, rebuild_if_lost, unfinished
from gallra.service.testifying import event_entry, event_of, hold_entry, hold_of
from gallra.store.aside import CATALOGUE

IS_FULL = bool(os.environ.get("GALLRA_TEST_FULL"))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

RULES = """\
version = 1
mode = "enforce"

[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[class.salary-list]
title = {{ sv = "Lönelistor", nb = "Lønnslister", en = "Salary lists" }}
purpose = "Förhandla"
categories = ["name", "salary"]
legal_basis = ["GDPR 6(1)(b)"]
source = "Arbetsgivaren"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "destroy"

[class.activity]
title = {{ sv = "Aktiviteter", nb = "Aktiviteter", en = "Activities" }}
purpose = "Ordna"
categories = ["name"]
legal_basis = ["GDPR 6(1)(f)"]
source = "Deltagarna"
authority = "U3"
keep = "0 days"
from = "activity-ended"
then = "destroy"

[[rule]]
class = "salary-list"
when = {{ path = "Löner/**" }}

[[rule]]
class = "activity"
when = {{ path = "Resor/**" }}

[safety]
dwell = "30 days"
settle = "1 second"
most_of_a_share = "100 %"
"""


def state_of(folder):
    return folder / "state"


def run(folder, *words):
    return main(["--rules", str(folder / "rules.toml"), "--state", str(state_of(folder)), *words])


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A club of which the catalogue knows what nothing on the share tells."""
    folder = tmp_path_factory.mktemp("club")
    share = folder / "share"
    for name in ("Löner/Lönelista 2019.csv", "Löner/Lönelista 2018.csv", "Resor/lista.txt",
                 "Mallar/dagordning.txt"):  # fmt: skip
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n", "utf-8")
        os.utime(path, (1_790_000_000, 1_790_000_000))
    (folder / "rules.toml").write_text(RULES.format(share=share), "utf-8")
    assert run(folder, "run", "--once") == 0
    assert run(folder, "hold", "place", "TVIST-1", "gemensam/Resor", "--reason", "Tvist") == 0
    assert run(folder, "hold", "place", "TVIST-2", "--class", "activity", "--reason", "Tvist") == 0
    assert run(folder, "hold", "lift", "TVIST-2", "--reason", "Slut") == 0
    assert run(folder, "event", "activity-ended", "gemensam/Resor") == 0
    assert run(folder, "event", "case-closed", "gemensam/Mallar") == 0
    assert run(folder, "event", "undo", "2") == 0
    with contextlib.closing(sqlite3.connect(state_of(folder) / CATALOGUE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def club(origin, tmp_path):
    """The same club's state, to be damaged; the share itself is only looked at."""
    shutil.copy(origin / "rules.toml", tmp_path)
    shutil.copytree(state_of(origin), state_of(tmp_path))
    return tmp_path


def opened(folder):
    return House.open(folder / "rules.toml", state_of(folder))


def decisions(catalogue):
    """Return all that only the catalogue knew."""
    return (
        catalogue.holds(),
        tuple(dataclasses.replace(each, sign_file_id=None)
              for each in catalogue.events(is_whole=True)),
        [
            (each.quarantine_id, each.path, each.part, each.object_name, each.class_code,
             each.quarantined_at, each.destroy_on, each.signature.inode)
            for each in catalogue.quarantine_items()
        ],
    )  # fmt: skip


def rebuilt(folder):
    """Return what is known after the next run has begun, and what it said."""
    with opened(folder) as house, house.working():
        told = rebuild_if_lost(house)
        return decisions(house.catalogue), [each.in_english() for each in told]


@pytest.fixture
def known(origin):
    with opened(origin) as house:
        return decisions(house.catalogue)


def test_the_club_has_something_to_lose(known):
    holds, events, items = known
    assert [hold.reference for hold in holds] == ["TVIST-1"]
    assert [event.undone_at is None for event in events] == [True, False]
    assert len(items) == 2


def test_a_catalogue_that_was_deleted_is_no_empty_share(club, known, capsys):
    for path in state_of(club).glob(f"{CATALOGUE}*"):
        path.unlink()

    for words in (["list"], ["plan"], ["status"], ["hold", "list"], ["quarantine", "list"]):
        assert run(club, *words) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert "gallra scan" in said.err
    assert not (state_of(club) / CATALOGUE).exists()
    found, told = rebuilt(club)
    assert found == known
    assert "is gone" in told[0]
    assert "holds 1, events 1, files in quarantine 2" in told[-1]


def test_before_anything_was_ever_done_there_is_nothing_to_miss(tmp_path, capsys):
    (tmp_path / "share").mkdir()
    (tmp_path / "rules.toml").write_text(RULES.format(share=tmp_path / "share"), "utf-8")

    assert run(tmp_path, "list") == 0
    assert "scan brings the catalogue up to date" in "".join(capsys.readouterr())


def test_until_the_share_was_read_through_it_says_so_and_nothing_is_destroyed(club, capsys):
    (state_of(club) / CATALOGUE).unlink()
    rebuilt(club)

    assert run(club, "list") == 1
    assert run(club, "plan") == 1
    assert run(club, "status") == 1
    assert capsys.readouterr().err.count("being built anew") >= 3
    with opened(club) as house:
        assert unfinished(house) is not None
        assert not finish(house, frozenset())
        assert house.catalogue.meta(REBUILDING) is not None


def test_a_folder_in_its_place_is_kept_aside_with_all_that_is_in_it(club, known):
    path = state_of(club) / CATALOGUE
    path.unlink()
    path.mkdir()
    (path / "note.txt").write_text("mine", "utf-8")

    found, told = rebuilt(club)

    (kept,) = state_of(club).glob(f"{CATALOGUE}.damaged-*")
    assert (kept / "note.txt").read_text("utf-8") == "mine"
    assert any(str(kept) in each for each in told)
    assert found == known


def test_another_installations_catalogue_is_not_taken_for_ours(club, known, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "share").mkdir()
    (other / "rules.toml").write_text(RULES.format(share=other / "share"), "utf-8")
    assert run(other, "run", "--once") == 0
    shutil.copy(state_of(other) / CATALOGUE, state_of(club) / CATALOGUE)

    with pytest.raises(LostCatalogueError) as refusal, opened(club) as house:
        assert house.catalogue
    found, _ = rebuilt(club)

    assert "another installation's" in refusal.value.messages[0].in_english()
    assert found == known


@pytest.mark.parametrize("size", [0, 1, 15, 16, 99, 100, 4095, 4096, 4097, 0.1, 0.3, 0.5, 0.9, -1])
def test_a_catalogue_that_was_cut_off_is_built_anew(club, known, size):
    path = state_of(club) / CATALOGUE
    whole = path.stat().st_size
    os.truncate(path, int(size * whole) if isinstance(size, float) else size % whole)

    found, told = rebuilt(club)

    assert found == known
    # Of the last byte of a page nothing may depend; what is noticed is kept aside.
    assert told or size == -1
    assert len(list(state_of(club).glob(f"{CATALOGUE}.damaged-*"))) == bool(told)


def test_an_older_copy_is_told_what_happened_since(club, known):
    with opened(club) as house, house.catalogue.atomic():
        # As it was when nothing had been decided or done.
        for table in ("quarantine", "record", "file", "hold", "event_place", "event", "act"):
            house.catalogue.database.run(f"DELETE FROM {table}")  # noqa: S608 - names above
        for key in ("decisions_noted", "ledger_noted", "events_waiting",
                    "holds_seal", "events_seal"):  # fmt: skip
            house.catalogue.set_meta(key, None)

    with opened(club) as house:
        holds, events, _ = decisions(house.catalogue)
    assert (holds, events) == known[:2], "whoever only looks knows the holds"
    with opened(club) as house, house.working(), house.acting():
        recover(house)
        assert decisions(house.catalogue) == known


def pages_of(path):
    """Return the numbers of the pages of each kind, from 0."""
    content = path.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    free, trunk = [], int.from_bytes(content[32:36], "big")
    while trunk:
        free.append(trunk - 1)
        at = (trunk - 1) * size
        trunk, count = (int.from_bytes(content[at + 4 * k : at + 4 * k + 4], "big") for k in (0, 1))
        free += [int.from_bytes(content[at + 8 + 4 * k :][:4], "big") - 1 for k in range(count)]
    kinds = {"header": [0], "freelist": free}
    names = {2: "inner index", 5: "inner table", 10: "index", 13: "table"}
    for page in range(1, len(content) // size):
        name = names.get(content[page * size])
        if page not in free and name:
            kinds.setdefault(name, []).append(page)
    return size, kinds


@pytest.mark.parametrize("seed", range(200 if IS_FULL else 5))
@pytest.mark.parametrize("kind", ["header", "freelist", "table", "index", "wal", "wal index"])
def test_flipped_bytes_lose_no_decision_and_nothing_that_lies_in_quarantine(club, kind, seed):
    chance = random.Random(f"{kind} {seed}")
    path = state_of(club) / CATALOGUE
    with contextlib.ExitStack() as stack:
        if kind.startswith("wal"):
            # A process that was killed: what it wrote last stands beside the database.
            house = stack.enter_context(opened(club))
            house.catalogue.set_meta("kept", "x" * 9_000)
            for name in (f"{CATALOGUE}-wal", f"{CATALOGUE}-shm"):
                shutil.copy(state_of(club) / name, state_of(club) / f"{name}.copy")
            shutil.copy(path, state_of(club) / "copy")
    if kind.startswith("wal"):
        shutil.copy(state_of(club) / "copy", path)
        for name in (f"{CATALOGUE}-wal", f"{CATALOGUE}-shm"):
            shutil.copy(state_of(club) / f"{name}.copy", state_of(club) / name)
        target = state_of(club) / (f"{CATALOGUE}-wal" if kind == "wal" else f"{CATALOGUE}-shm")
        begin, end = 0, target.stat().st_size
    else:
        if kind == "freelist":
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute("CREATE TABLE bulk (x BLOB)")
                connection.execute("INSERT INTO bulk VALUES (zeroblob(40000))")
                connection.commit()
                connection.execute("DROP TABLE bulk")
                connection.commit()
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target = path
        size, kinds = pages_of(path)
        page = chance.choice(kinds[kind])
        begin, end = page * size, (page + 1) * size if kind != "header" else 100
    content = bytearray(target.read_bytes())
    for _ in range(chance.choice([1, 4, 64])):
        content[chance.randrange(begin, end)] ^= chance.randrange(1, 256)
    target.write_bytes(content)

    is_usable = _look_and_rebuild(club)

    if is_usable:
        with opened(club) as house:
            holds, _, items = decisions(house.catalogue)
            assert [hold.reference for hold in holds] == ["TVIST-1"]
            assert len(items) == 2


def _look_and_rebuild(folder):
    """Open it as runs do, again after each damage that is met; return whether it can be used."""
    for _ in range(3):
        try:
            with opened(folder) as house, house.working():
                rebuild_if_lost(house)
                decisions(house.catalogue)
                plan_at(house, NOW + timedelta(days=1), is_whole=True)
        except LostCatalogueError:
            continue
        except GallraError:
            # A header that says it is of a newer version, or a disk that may not be written.
            return False
        return True
    pytest.fail("it was built anew, and is damaged again")


@pytest.mark.parametrize(
    "bending",
    [
        "UPDATE hold SET path = 'gemensam/Rosor' WHERE lifted_us IS NULL",
        "UPDATE hold SET lifted_us = 0 WHERE lifted_us IS NULL",
        "DELETE FROM hold WHERE lifted_us IS NULL",
        "UPDATE event SET on_day = '2016-11-22' WHERE undone_us IS NULL",
        "UPDATE event SET undone_us = NULL",
        "UPDATE event_place SET path = X'526573617A'",
        "DELETE FROM event",
        "UPDATE meta SET value = 'x' WHERE key = 'events_seal'",
    ],
)
def test_a_decision_that_is_bent_and_still_parses_is_damage_and_comes_back(club, known, bending):
    with contextlib.closing(sqlite3.connect(state_of(club) / CATALOGUE)) as connection:
        connection.execute(bending)
        connection.commit()

    with pytest.raises(LostCatalogueError), opened(club) as house:
        decisions(house.catalogue)
    found, told = rebuilt(club)

    assert found == known
    assert "is damaged" in told[0]


def test_decisions_of_a_version_that_kept_no_seal_are_sealed_with_the_next_one(club, known):
    seals = "SELECT count(*) FROM meta WHERE key IN ('holds_seal', 'events_seal')"
    with opened(club) as house:
        house.catalogue.set_meta("holds_seal", None)
        house.catalogue.set_meta("events_seal", None)
        assert decisions(house.catalogue)[:2] == known[:2]
        assert house.catalogue.database.number(seals) == 0
    assert run(club, "hold", "place", "TVIST-3", "gemensam/Mallar", "--reason", "Tvist") == 0
    assert run(club, "event", "case-closed", "gemensam/Mallar/dagordning.txt") == 0
    with opened(club) as house:
        holds, events, _ = decisions(house.catalogue)
        assert house.catalogue.database.number(seals) == 2
    assert (len(holds), len(events)) == (2, 3)


def test_what_cannot_be_read_back_puts_everything_on_hold(club):
    with opened(club) as house:
        erased = [
            entry.sequence
            for entry in house.ledger.entries()
            if entry.entry.deed is Deed.HOLD_PLACED
        ]
        house.ledger.erase(erased)
    (state_of(club) / CATALOGUE).unlink()

    (holds, _, _), _ = rebuilt(club)

    (hold,) = [each for each in holds if each.reference.startswith("catalogue-")]
    assert hold.path == "**"
    again, _ = rebuilt(club)
    assert len([each for each in again[0] if each.path == "**"]) == 1


def test_an_object_that_nobody_knows_is_told_and_left_alone(club):
    with opened(club) as house:
        place = Path(os.fsdecode(house.share("gemensam").quarantine))
    stranger = place / "0123456789abcdef0123456789abcdef"
    stranger.write_text("?", "utf-8")
    (state_of(club) / CATALOGUE).unlink()
    try:
        _, told = rebuilt(club)
        assert any("known neither to the catalogue nor to the ledger" in each for each in told)
        assert stranger.exists()
    finally:
        stranger.unlink()


def test_which_folder_is_the_share_outlives_the_catalogue(club):
    rebuilt(club)
    with opened(club) as house:
        before = house.catalogue.share_identity("gemensam")
    (state_of(club) / CATALOGUE).unlink()
    with opened(club) as house, house.working():
        rebuild_if_lost(house)
        assert house.catalogue.share_identity("gemensam") == before


def _entry_of(entry, at):
    return LedgerEntry(sequence=7, at=at, entry=entry)


def test_every_field_of_a_hold_comes_back_from_its_entry():
    about = About(cases=("A-1",),
                  places=(Place(share="s", path=b"a/\xff", part="msg:3", sha256="ab"),),
                  values=(ValueDigest(entity="EMAIL_ADDRESS", digest="00" * 16),))  # fmt: skip
    hold = Hold(reference="R", path="a/**", class_code="c", reason="why", placed_by="who",
                placed_at=NOW, about=about, until=NOW.date())  # fmt: skip
    for field in dataclasses.fields(Hold):
        assert getattr(hold, field.name), f"{field.name} is to be tried, too"
    entry = hold_entry(Deed.HOLD_PLACED, hold, by=hold.placed_by, why=hold.reason)

    assert hold_of(_entry_of(entry, NOW)) == hold


def test_every_field_of_an_event_comes_back_from_its_entry():
    event = Event(
        event_id=3,
        kind=Trigger.CASE_CLOSED,
        reference="A-1",
        on=NOW.date(),
        places=(Place(share="s", path=b"a/\xff", part="msg:3", sha256="ab"),),
        values=(ValueDigest(entity="EMAIL_ADDRESS", digest="00" * 16),),
        source=EventSource.FILE,
        told_by="who",
        told_at=NOW,
    )

    assert event_of(_entry_of(event_entry(Deed.EVENT_TOLD, event, "who"), NOW)) == event
