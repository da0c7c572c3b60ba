"""F19 from end to end: a mailing went out open, and the whole way to a closed incident follows."""

import csv
import re
import sys
from pathlib import Path

import pytest

from gallra.duties.chores import CHORES
from gallra.service import clock
from gallra.service.chores import do_chores
from gallra.service.voice import Voice

sys.path.append(str(Path(__file__).parent))
"""The scenario lies beside."""

import mail_scenario as scenario  # noqa: E402 - found by the line above


@pytest.fixture(name="club")
def club_with_a_mailing(club):
    """Return a club that mailed its members openly, and others rightly."""
    club.add_rules(scenario.RULES)
    club.edit_rules("allowed_domains = []", 'allowed_domains = ["forbundet.example"]')
    club.edit_rules("private_domains = []", 'private_domains = ["privat.example"]')
    club.write("gemensam", {"Medlemmar/Medlemsregister.csv": scenario.REGISTER})
    messages = scenario.mailings()
    club.write("epost", {f"{each.folder}/{each.name}.eml": each.text for each in messages})
    return club


def test_an_open_mailing_becomes_an_incident_with_its_letters_and_its_members(club):
    club.scan()
    wrong = [each for each in club.objects("mail-check")[1] if each["kind"] == "open-recipients"]
    assert wrong

    (incident,) = club.objects("incident", "list")[1]
    reference = incident["incident"]
    assert incident["kind"] == "open-recipients"
    assert len(incident["files"]) == len(wrong)
    assert 70 <= incident["hours_left"] <= 72
    noted = [each for each in club.objects("finding", "list")[1] if each["incident"]]
    assert {each["incident"] for each in noted} == {reference}

    out = club.folder / "concerned.csv"
    assert club.run("incident", "members", reference, "--out", out)[0] == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        listed = " ".join(" ".join(row) for row in csv.reader(file, delimiter=";")).casefold()
    exposed = {name for each in noted for name in each["exposed"]}
    assert exposed
    for name in exposed:
        address = re.search(r"[\w.+-]+@[\w.-]+", name)
        assert (address[0] if address else name).casefold() in listed

    _, draft, _ = club.run("incident", "letter", reference, "--to", "authority", "--in", "nb")
    assert f"ca. {incident['persons']}" in draft or f"omtrent: {incident['persons']}" in draft
    for name in exposed:
        assert name not in draft

    for words in (
        ("notify", "--to", "officer"),
        ("assess", "--risk", "high", "--why", "it shows who is a member", "--taken", "recalled"),
        ("decide", "--authority", "tell", "--members", "tell", "--why", "the risk is high"),
        ("notify", "--to", "authority"),
        ("notify", "--to", "members"),
        ("close", "--why", "all were told"),
    ):
        code, _, err = club.run("incident", words[0], reference, *words[1:])
        assert (code, err) == (0, "")
    assert club.objects("incident", "list") == (0, [])
    # looking again opens no second one: it is the same finding
    club.objects("mail-check")
    assert club.objects("incident", "list") == (0, [])
    assert club.run("log", "verify")[0] == 0


def test_the_daemons_round_finds_it_without_being_asked(club):
    club.scan()
    with club.open() as house:
        do_chores(house, Voice("en"), CHORES, clock.now())

    assert len(club.objects("incident", "list")[1]) == 1
