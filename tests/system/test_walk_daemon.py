"""The daemon as it lives: files come and go, rules are edited, its children die, it is stopped."""

import os
import signal

import pytest


@pytest.fixture
def daemon(club, start, eventually):
    """The daemon, observing, after its first look."""
    club.write_rules(mode="observe")
    found = start()
    eventually(found.has_looked)
    return found


def save_as_an_office_does(path, content):
    """Write beside the file, then put it in its place; the old one goes."""
    draft = path.with_name(f"~${path.name}.tmp")
    draft.write_text(content, "utf-8")
    draft.replace(path)


def states(club):
    """Return name in the share to state, of all records that are files."""
    told = [each for state in ("present", "gone") for each in listed(club, state)]
    return {os.path.relpath(each["path"], club.share): each["state"] for each in told}


def listed(club, state):
    return club.objects("list", "--state-is", state)


def test_what_arrives_is_saved_moved_and_deleted_is_known(club, daemon, eventually):
    # a file arrives
    new = club.share / "Löner/Lönelista 2015.csv"
    new.write_text("Namn;Personnummer\nAnna Andersson;19900118-9811\n", "utf-8")
    (told, *_) = eventually(lambda: daemon.read("Löner/Lönelista 2015.csv"))
    assert told["class"] == "salary-list"
    assert told["due_on"] == "2019-12-31"
    assert told["entities"]["SE_PERSONNUMMER"] == 1

    # it is saved as an office program saves
    save_as_an_office_does(new, "Namn;Personnummer\nAnna;19900118-9811\nErik;19811228-9874\n")
    eventually(
        lambda: any(
            each["entities"].get("SE_PERSONNUMMER") == 2
            for each in daemon.read("Löner/Lönelista 2015.csv")
        )
    )

    # it is changed in place, which no directory's time shows
    with new.open("a", encoding="utf-8") as file:
        file.write("Maria;19640823-3234\n")
    eventually(
        lambda: any(
            each["entities"].get("SE_PERSONNUMMER") == 3
            for each in daemon.read("Löner/Lönelista 2015.csv")
        )
    )

    # a whole folder is moved in
    outside = club.folder / "outside"
    (outside / "inre").mkdir(parents=True)
    for number in range(5):
        (outside / f"inre/{number}.txt").write_text(f"hej {number}\n", "utf-8")
    outside.rename(club.share / "Flyttad")
    eventually(lambda: all(daemon.read(f"Flyttad/inre/{number}.txt") for number in range(5)))

    # one of them, and a folder, are deleted
    (club.share / "Flyttad/inre/0.txt").unlink()
    eventually(lambda: states(club).get("Flyttad/inre/0.txt") in {"gone", None})
    (club.share / "Flyttad").rename(club.folder / "moved away")
    eventually(
        lambda: (
            not any(
                name.startswith("Flyttad/") and state == "present"
                for name, state in states(club).items()
            )
        )
    )
    assert states(club)["Mallar/dagordning.txt"] == "present"
    assert daemon.process.poll() is None
    assert daemon.stop() == 0
    assert not daemon.err


def test_edited_rules_are_taken_up_and_bad_ones_are_not(club, daemon, eventually):
    good = club.rules.read_text("utf-8")
    club.rules.write_text(good.replace('keep = "4 years"', 'keep = "4 yaers"'), "utf-8")
    daemon.send(signal.SIGHUP)

    eventually(lambda: "old ones stay in force" in daemon.err)
    assert f"{club.rules}:" in daemon.err
    assert "4 yaers" in daemon.err
    arrived = club.share / "Löner/Lönelista 2016.csv"
    arrived.write_text("Lön;1\n", "utf-8")
    (told, *_) = eventually(lambda: daemon.read("Löner/Lönelista 2016.csv"))
    assert (told["class"], told["due_on"]) == ("salary-list", "2020-12-31")

    club.rules.write_text(good.replace('keep = "4 years"', 'keep = "40 years"'), "utf-8")
    # No signal: an edited file is noticed by itself, too.
    eventually(lambda: "new rules are in force" in daemon.err)
    eventually(
        lambda: (
            {each["due_on"] for each in club.objects("list", "--class", "salary-list")}
            == {"2059-12-31", "2056-12-31"}
        )
    )

    assert club.salaries.exists()
    club.write_rules(mode="enforce")
    daemon.send(signal.SIGHUP)
    eventually(lambda: not club.salaries.exists())
    eventually(lambda: not arrived.exists())
    assert daemon.stop() == 0
    assert club.log_holds()
    assert club.actions().count("rules-loaded") == 3


def test_it_ends_at_once_in_the_middle_of_work_and_goes_on_later(club, start, eventually):
    club.write({f"Skräp/{number}.txt": f"Anna Andersson {number}\n" * 2000 for number in range(60)})
    first = start()
    eventually(lambda: first.child("service.worker"))

    assert first.stop(signal.SIGTERM) == 0

    assert not first.has_looked()
    assert not first.err
    second = start()
    eventually(second.has_looked, seconds=300)
    assert second.stop(signal.SIGINT) == 0
    told = club.objects("list")
    assert {each["outcome"] for each in told} == {"read in full"}
    assert len([each for each in told if "/Skräp/" in each["path"]]) == 60


def test_the_death_of_a_child_stops_nothing(club, daemon, eventually):
    observer = eventually(lambda: daemon.child("watch.observing"))
    os.kill(observer, signal.SIGKILL)
    (club.share / "efter observatören.txt").write_text("hej\n", "utf-8")
    eventually(lambda: daemon.read("efter observatören.txt"))
    worker = eventually(lambda: daemon.child("service.worker"))
    os.kill(worker, signal.SIGKILL)
    (club.share / "efter läsaren.txt").write_text("hej\n", "utf-8")
    (told, *_) = eventually(lambda: daemon.read("efter läsaren.txt"))
    assert told["outcome"] in {"read in full", "unreadable"}

    assert daemon.process.poll() is None
    # With patience: one that dies at once is not started again and again.
    eventually(lambda: daemon.child("watch.observing") not in {None, observer}, seconds=300)
    (club.share / "efter båda.txt").write_text("hej\n", "utf-8")
    eventually(lambda: daemon.read("efter båda.txt"))
    assert daemon.stop() == 0


def test_killed_with_its_children_it_leaves_nobody_behind_and_starts_again(
    club, daemon, start, eventually
):
    (club.share / "ny.txt").write_text("hej\n", "utf-8")
    eventually(lambda: daemon.child("service.worker"))
    children = tuple(daemon.children())
    assert children

    assert daemon.stop(signal.SIGKILL) == -signal.SIGKILL

    eventually(lambda: not any(_is_alive(pid) for pid in children))
    again = start()
    eventually(again.has_looked)
    assert again.stop() == 0
    assert states(club)["ny.txt"] == "present"


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1] != b"Z"
    except OSError:
        return False
