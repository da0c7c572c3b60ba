"""A certificate names the reviewers who had approved that a record goes, and nobody else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gallra.report.attesting import attested
from gallra.service.house import House

VERIFIER = Path(__file__).parents[2] / "scripts" / "verify-ledger"
RULES = """\
version = 1
mode = "enforce"

[organisation]
name = "Klubben"
language = "en"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[class.contract]
title = "Avtal"
purpose = "Förhandla"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.6"
keep = "1 year"
from = "document-date"
then = "review"

[[rule]]
class = "contract"
when = {{ path = "Avtal/**" }}

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


@pytest.fixture
def approved(club):
    """Two files, each approved by two; of the first another approved, before it was kept."""
    paths = [club.share / f"Avtal/Avtal {year}.csv" for year in (2010, 2011)]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Namn;Personnummer\nAnna Andersson;19900118-9811\n{path.stem}\n", "utf-8")
    club.rules.write_text(RULES.format(share=club.share), "utf-8")
    assert club.run("scan")[0] == 0
    assert club.objects("status")[1][0]["reviews_waiting"] == len(club.objects("review", "list")[1])
    assert "2: gallra review list shows them" in club.run("--lang", "en", "status")[1]
    first, second = paths
    for words in (
        ("approve", first, "--why", "för tidigt", "--by", "liv"),
        ("keep", first, "--until", "2199-01-01", "--why", "tvist", "--by", "liv"),
        ("approve", first, second, "--why", "tvisten är slut", "--by", "kari"),
        ("approve", first, second, "--why", "styrelsens § 7", "--by", "ola"),
    ):
        assert club.run("review", *words)[0] == 0
    assert club.run("run", "--once")[0] in {0, 1}
    for path in paths:
        name = path.relative_to(club.share)
        assert club.run("quarantine", "destroy", f"gemensam/{name}")[0] == 0
    return club


def check(club, text):
    (club.folder / "c.json").write_text(text, "utf-8")
    key = club.folder / "state" / "ledger" / "public.vkey"
    command = [sys.executable, "-I", VERIFIER, "--key", key, "--certificate"]
    done = subprocess.run(
        [*map(str, command), str(club.folder / "c.json")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_who_approved_when_and_why_is_certified_and_proved(approved):
    code, (found,) = approved.objects("certificate", "**/*2010.csv")

    assert code == 0
    told = [(each["by"], each["why"]) for each in found["approved"]]
    assert told == [("kari", "tvisten är slut"), ("ola", "styrelsens § 7")]
    assert all(each["at"] <= found["taken_at"] for each in found["approved"])
    assert [each["role"] for each in found["entries"]].count("approved") == 2
    assert check(approved, json.dumps(found)) == (0, "")

    _, text, _ = approved.run("--lang", "en", "certificate", "**/*2010.csv")
    words = " ".join(text.split())
    assert "ola was asked as a reviewer, and approved on " in words
    assert "styrelsens § 7." in words
    assert "liv" not in words.split()
    assert "No person had to confirm" not in words
    assert check(approved, text) == (0, "")


def test_an_approval_of_another_record_or_one_that_was_not_given_is_refused(approved):
    _, (found,) = approved.objects("certificate", "**/*2010.csv")
    _, (other,) = approved.objects("certificate", "**/*2011.csv")

    def signed(changes):
        state = approved.folder / "state"
        with House.open(approved.rules, state) as house:
            rest = {key: value for key, value in (found | changes).items() if key != "signature"}
            return json.dumps(attested(rest, house.ledger.attest))

    strange = [each for each in other["entries"] if each["role"] == "approved"]
    own = [each for each in found["entries"] if each["role"] != "approved"]
    code, told = check(
        approved, signed({"approved": other["approved"], "entries": [*own, *strange]})
    )
    assert (code, "does not testify to an approval of this record" in told) == (1, True)
    for changes in (
        {"approved": []},
        {"approved": found["approved"][:1]},
        {"approved": [found["approved"][0] | {"by": "liv"}, found["approved"][1]]},
        {"approved": [found["approved"][0] | {"why": "annat"}, found["approved"][1]]},
    ):
        code, told = check(approved, signed(changes))
        assert (code, "approved is not what the entries say" in told) == (1, True)
    assert check(approved, signed({})) == (0, "")


def test_erased_texts_name_no_reviewer_any_more(approved):
    assert approved.run("log", "erase", "--path", "**/*2010.csv", "--why", "x", "--yes")[0] == 0

    assert approved.objects("status")[1][0]["reviews_waiting"] == 0
    _, found = approved.objects("certificate", "--class", "contract")

    assert [(each["erased"], len(each["approved"])) for each in found] == [(True, 0), (False, 2)]
    assert all(check(approved, json.dumps(each)) == (0, "") for each in found)
