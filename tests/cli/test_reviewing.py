"""Review: who is asked about what, approving, keeping, and what ends a decision."""

import fcntl
import json
import os
import shlex

import pytest

from gallra.cli.main import main

SALARIES = "Namn;Personnummer;Månadslön\nAnna Andersson;19900118-9811;34500\n"
MAIL = (
    "From a@example.org Mon Jan  6 10:00:00 2015\n"
    "From: Anna Andersson <a@example.org>\nTo: b@example.org\nSubject: Hej\n"
    "Date: Mon, 05 Jan 2015 10:00:00 +0100\nMessage-ID: <1@example.org>\n\nKan vi ses?\n\n"
    "From b@example.org Tue Jan  7 10:00:00 2025\n"
    "From: b@example.org\nTo: a@example.org\nSubject: Re: Hej\n"
    "Date: Tue, 06 Jan 2015 10:00:00 +0100\nMessage-ID: <2@example.org>\n\nJa.\n\n"
)
NAMES = [*(f"Löner/Lista {year}.csv" for year in range(2008, 2020)), "Fyra/Lista 2010.csv"]
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

[class.salary-list]
title = "Lönelistor"
purpose = "Förhandla"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "review"

[class.contract]
title = "Avtal"
purpose = "Förhandla"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.6"
keep = "1 year"
from = "document-date"
then = "review"

[class.mail]
title = "Post"
purpose = "Ta emot"
legal_basis = "GDPR 6(1)(b)"
authority = "F8"
keep = "0 days"
from = "first-seen"
then = "review"

[class.book]
title = "Räkenskaper"
purpose = "Bokföring"
legal_basis = "GDPR 6(1)(c)"
authority = "BFL 7:2"
then = "keep"

[[rule]]
class = "salary-list"
when = {{ path = "Löner/**" }}

[[rule]]
class = "contract"
when = {{ path = "Fyra/**" }}

[[rule]]
class = "mail"
when = {{ path = "post.mbox" }}

[[rule]]
class = "book"
when = {{ path = "Bok/**" }}

[[review]]
name = "two"
classes = ["contract"]
reviewers = ["kari", "ola", "liv"]
reviewers_needed = 2

[safety]
dwell = "0 days"
settle = "1 second"
most_of_a_share = "100 %"
new_rules_wait = "0 days"
"""


class Asked:
    """A club whose rules ask people."""

    def __init__(self, club):
        self.club = club
        self.share = club.share
        self.run, self.objects = club.run, club.objects

    def write_rules(self, mode="observe"):
        self.club.rules.write_text(RULES.format(share=self.share, mode=mode), "utf-8")

    def waiting(self, *words):
        code, found = self.objects("review", "list", *words)
        assert code == 0
        root = f"{self.share}/"
        return {
            each["path"].removeprefix(root) + (each["part"] and f"#{each['part']}"): each
            for each in found
        }

    def planned(self, name):
        _, lines = self.objects("plan", "--all")
        found = [each for each in lines if each.get("path") == f"{self.share}/{name}"]
        return found[0]["action"]


def fill(share):
    for name in [*NAMES, "Bok/Bok 2010.csv"]:
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SALARIES, "utf-8")
    (share / "post.mbox").write_text(MAIL, "utf-8")


@pytest.fixture(scope="module")
def folder_read_once(tmp_path_factory):
    """Every test here decides about a file of its own in this share."""
    folder = tmp_path_factory.mktemp("asked")
    fill(folder / "share")
    rules = RULES.format(share=folder / "share", mode="observe")
    (folder / "rules.toml").write_text(rules, "utf-8")
    state = str(folder / "state")
    assert main(["--rules", str(folder / "rules.toml"), "--state", state, "scan"]) == 0
    return folder


@pytest.fixture
def asked(read_once):
    found = Asked(read_once)
    found.write_rules()
    return found


def test_what_no_rule_decides_is_listed_with_queue_reason_age_and_what_follows(asked):
    waits = asked.waiting()

    assert waits["Fyra/Lista 2010.csv"]["queue"] == "two"
    one = waits["Löner/Lista 2008.csv"]
    assert (one["queue"], one["class"], one["needed"]) == ("review", "salary-list", 1)
    assert one["days"] > 3000
    assert "stays where it is" in one["otherwise"]
    assert one["because"]
    assert "Bok/Bok 2010.csv" not in waits
    assert asked.waiting("--queue", "two").keys() == {"Fyra/Lista 2010.csv"}
    assert "Fyra/Lista 2010.csv" not in asked.waiting("--for", "per")
    assert asked.waiting("--class", "contract").keys() == {"Fyra/Lista 2010.csv"}
    assert "Löner/Lista 2008.csv" in asked.run("review", "list")[1]


def test_what_is_approved_goes_to_quarantine_and_is_explained(asked):
    path = asked.share / "Löner/Lista 2009.csv"
    code, out, err = asked.run("review", "approve", path, "--why", "gallras", "--by", "kari")

    assert code == 0, err
    assert "the next cycle takes it to quarantine" in out
    assert "Löner/Lista 2009.csv" not in asked.waiting()
    assert asked.planned("Löner/Lista 2009.csv") == "quarantine"
    assert "kari approved" in asked.run("explain", path)[1]
    _, entries = asked.objects("log", "--action", "review-approved")
    details = json.dumps(entries[-1])
    assert "kari" in details
    code, again = asked.objects("review", "approve", path, "--why", "igen", "--by", "KARI")
    assert (code, again[0]["new"]) == (0, False)
    assert len(asked.objects("log", "--action", "review-approved")[1]) == len(entries)


def test_four_eyes_are_two_people_and_only_those_who_are_asked(asked):
    path = asked.share / "Fyra/Lista 2010.csv"

    def approve(name):
        return asked.run("review", "approve", path, "--why", "gallras", "--by", name)

    code, _, err = approve("per")
    assert code == 2
    assert "per is not asked" in err
    assert "when 1 more have approved" in approve("kari")[1]
    assert "decided that already" in approve("Kari ")[1]
    assert asked.planned("Fyra/Lista 2010.csv") == "review"
    assert asked.waiting()["Fyra/Lista 2010.csv"]["approved_by"] == ["kari"]
    assert approve("ola")[0] == 0
    assert asked.planned("Fyra/Lista 2010.csv") == "quarantine"
    assert asked.run(
        "review", "keep", path, "--why", "vänta", "--by", "liv", "--for", "1 year"
    )[0] == 0  # fmt: skip
    assert asked.planned("Fyra/Lista 2010.csv") == "retain"
    assert "when 1 more" in approve("kari")[1]


def test_what_is_kept_is_asked_about_again_after_its_day(asked):
    path = asked.share / "Löner/Lista 2010.csv"
    assert asked.run("review", "keep", path, "--until", "2090-01-01", "--why", "tvist")[0] == 0
    assert asked.planned("Löner/Lista 2010.csv") == "retain"
    explained = asked.run("explain", path)[1]
    assert "decided that it is kept until 2090-01-01" in explained
    assert "a person is asked now" not in explained
    assert "Löner/Lista 2010.csv" not in asked.waiting()
    _, later = asked.objects("plan", "--at", "2090-01-01")
    assert str(path) in {each.get("path") for each in later if each.get("action") == "review"}
    assert asked.run("review", "keep", path, "--until", "2020-01-01", "--why", "x")[0] == 2
    assert asked.run("review", "keep", path, "--why", "x")[0] == 2
    assert asked.run("review", "keep", path, "--for", "nonsense", "--why", "x")[0] == 2


def stops(asked, name):
    (told,) = asked.objects("explain", f"{asked.share}/{name}")[1]
    return {each["what"]: each["command"] for each in told["stops"]}


def test_explain_names_the_word_of_a_reviewer_that_would_stop_it_and_it_does(asked):
    name = "Löner/Lista 2016.csv"

    def command():
        return shlex.split(stops(asked, name)["review"].replace("DAY", "2090-01-01"))

    assert list(stops(asked, name)) == ["review", "hold", "rules"]
    assert asked.run("review", "approve", f"{asked.share}/{name}", "--why", "gallras")[0] == 0
    _, (told,) = asked.objects("explain", f"{asked.share}/{name}")
    assert told["action"] == "quarantine"

    assert asked.run(*command()[1:])[0] == 0

    _, (told,) = asked.objects("explain", f"{asked.share}/{name}")
    assert told["action"] == "retain"
    later = command()
    assert asked.run(*[each.replace("2090", "2091") for each in later[1:]])[0] == 0
    assert "gallra review keep" in asked.run("explain", f"{asked.share}/{name}")[1]
    message = shlex.split(stops(asked, "post.mbox#msg:2")["review"])
    assert message[3] == "gemensam/post.mbox#msg:2"


def test_explain_names_no_review_of_what_nobody_is_asked_about(asked):
    assert stops(asked, "Bok/Bok 2010.csv") == {}
    name = "Löner/Lista 2017.csv"
    placed = asked.run("hold", "place", "LISTA-17", asked.share / name, "--why", "tvist")
    assert placed[0] == 0
    assert stops(asked, name) == {}
    assert asked.run("hold", "lift", "LISTA-17", "--why", "över")[0] == 0
    assert list(stops(asked, name)) == ["review", "hold", "rules"]


def test_what_the_rules_keep_or_a_hold_keeps_is_not_approved(asked):
    book = asked.share / "Bok/Bok 2010.csv"
    code, _, err = asked.run("review", "approve", book, "--why", "x")
    assert code == 2
    assert "the rules keep it" in err

    held = asked.share / "Löner/Lista 2011.csv"
    asked.run("hold", "place", "T 1", held, "--why", "tvist")
    code, _, err = asked.run("review", "approve", held, "--why", "x")
    assert code == 2
    assert "the hold T 1 keeps it" in err
    assert asked.planned("Löner/Lista 2011.csv") == "retain"
    asked.run("hold", "lift", "T 1")


def test_a_hold_wins_over_an_approval(asked):
    path = asked.share / "Löner/Lista 2012.csv"
    asked.run("review", "approve", path, "--why", "gallras")
    assert asked.planned("Löner/Lista 2012.csv") == "quarantine"
    asked.run("hold", "place", "T 2", path, "--why", "tvist")

    assert asked.planned("Löner/Lista 2012.csv") == "retain"
    asked.run("hold", "lift", "T 2")


def test_several_are_decided_at_once_and_what_is_refused_stops_no_other(asked):
    good = asked.share / "Löner/Lista 2013.csv"
    code, out, err = asked.run("review", "approve", good, "no such file", "--why", "gallras")

    assert code == 1
    assert "no such file" in err
    assert "approved" in out
    assert asked.planned("Löner/Lista 2013.csv") == "quarantine"


def test_a_single_message_is_approved_by_its_bytes(asked):
    assert {"post.mbox#msg:1", "post.mbox#msg:2"} <= asked.waiting().keys()
    code, _, err = asked.run("review", "approve", f"{asked.share}/post.mbox#msg:1", "--why", "x")

    assert code == 0, err
    assert "post.mbox#msg:1" not in asked.waiting()
    assert "post.mbox#msg:2" in asked.waiting()


def test_a_reason_is_needed_and_nobody_decides_beside_one_who_acts(asked, monkeypatch):
    path = asked.share / "Löner/Lista 2014.csv"
    code, _, err = asked.run("review", "approve", path)
    assert code == 2
    assert "--why" in err

    monkeypatch.setattr("gallra.service.house.ACT_PATIENCE", type(
        __import__("gallra.service.house", fromlist=["ACT_PATIENCE"]).ACT_PATIENCE
    )(0))  # fmt: skip
    lock = os.open(asked.club.folder / "state" / "act.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert asked.run("review", "approve", path, "--why", "x")[0] == 4
    finally:
        os.close(lock)
    assert asked.planned("Löner/Lista 2014.csv") == "review"


@pytest.mark.parametrize(
    "words",
    [
        ["\x1b[2J"],
        ["\udcff"],
        ["x" * 100_000],
        ["../../etc/passwd"],
        ["gemensam/Löner/Lista 2015.csv", "--by", "\x1b[31mola"],
        ["gemensam/Löner/Lista 2015.csv", "--by", "\u202e"],
        ["gemensam/Löner/Lista 2015.csv", "--by", "a" * 300],
        ["gemensam/Löner/Lista 2015.csv", "--why", "a\nb\x00"],
    ],
)
def test_hostile_references_names_and_reasons_are_refused_in_a_sentence(asked, words):
    given = words if "--why" in words else [*words, "--why", "x"]
    code, out, err = asked.run("review", "approve", *given)

    assert code == 2
    assert "fault" not in err
    assert "\x1b" not in out + err
    assert asked.planned("Löner/Lista 2015.csv") == "review"


@pytest.mark.parametrize(
    ("language", "words"),
    [("sv", "väntar på"), ("nb", "venter på"), ("en", "waits for a person")],
)
def test_review_speaks_three_languages(asked, language, words):
    assert words in asked.run("--lang", language, "review", "list", "--queue", "none")[1]
    assert main(["--lang", language, "review", "approve", "--help"]) == 0


def test_an_approval_ends_with_the_version_it_is_about_and_the_rest_goes(club):
    """The whole way: approve, change one, act, destroy, and nothing that changed is gone."""
    found = Asked(club)
    fill(club.share)
    found.write_rules("enforce")
    assert found.run("scan")[0] == 0
    paths = [club.share / f"Löner/Lista {year}.csv" for year in (2008, 2009, 2010)]
    assert found.run("review", "approve", *paths, "--why", "gallras")[0] == 0

    # One gets other words of the same length and its old date back; one is only touched.
    status = paths[0].stat()
    paths[0].write_text(SALARIES.replace("34500", "99999"), "utf-8")
    os.utime(paths[0], ns=(status.st_atime_ns, status.st_mtime_ns))
    os.utime(paths[1], ns=(status.st_atime_ns, status.st_mtime_ns - 10**9))
    found.run("scan")
    assert found.planned("Löner/Lista 2008.csv") == "review"
    assert found.planned("Löner/Lista 2009.csv") == "quarantine"
    assert "counts no more" in found.run("explain", paths[0])[1]

    assert found.run("run", "--once")[0] in {0, 1}
    assert [path.exists() for path in paths] == [True, False, False]
    actions = [each["action"] for each in found.objects("log")[1]]
    assert actions.count("quarantined") == 2
    assert actions.count("review-void") == 1
    assert found.run("log", "verify")[0] == 0
    _, later = found.objects("plan", "--at", "2200-01-01")
    assert [each.get("action") for each in later].count("destroy") == 2
