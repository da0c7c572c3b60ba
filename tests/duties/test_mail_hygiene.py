"""What went out wrong is found in every sort of mailbox, and nothing else is."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallra.duties.mail_hygiene import look_at_mail
from gallra.service.voice import Voice

sys.path.append(str(Path(__file__).parent))
"""The scenario lies beside."""

import mail_scenario as scenario  # noqa: E402 - found by the line above

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALL = {
    "mailings": scenario.mailings,
    "invitations": scenario.invitations,
    "disclosures": scenario.disclosures,
    "attachments": scenario.attachments,
    "passwords": scenario.passwords,
}


@pytest.fixture(name="club")
def club_with_members(club):
    """Return a club whose register and representatives are known."""
    club.add_rules(scenario.RULES)
    club.edit_rules("allowed_domains = []", 'allowed_domains = ["forbundet.example"]')
    club.edit_rules("private_domains = []", 'private_domains = ["privat.example"]')
    club.edit_rules(
        "representatives_events = []", 'representatives_events = ["Förtroendemannadagen 2026"]'
    )
    club.write("gemensam", {"Medlemmar/Medlemsregister.csv": scenario.REGISTER})
    return club


def found(club):
    code, objects = club.objects("mail-check")
    assert code == (1 if objects else 0)
    return objects


def wrong_by_name(objects):
    by_name = {}
    for each in objects:
        by_name.setdefault(Path(each["path"]).stem, []).append(each["kind"])
    return {name: sorted(kinds) for name, kinds in by_name.items()}


def expected(messages):
    return {each.name: sorted(each.wrong) for each in messages if each.wrong}


@pytest.mark.parametrize("name", ALL)
def test_exactly_what_is_wrong_is_found(club, name):
    messages = ALL[name]()
    club.write("epost", {f"{each.folder}/{each.name}.eml": each.text for each in messages})
    club.scan()

    assert wrong_by_name(found(club)) == expected(messages)


@pytest.mark.parametrize("form", ["mbox", "maildir", "both"])
def test_one_message_in_several_exports_is_one_finding(club, form):
    sent = [each for each in scenario.mailings() if each.folder == "Skickat"][:4]
    tree = {}
    if form != "maildir":
        tree["Skickat.mbox"] = scenario.mbox(sent)
    if form != "mbox":
        tree |= {f".Skickat/cur/{n}.x:2,S": each.text for n, each in enumerate(sent)}
    club.write("epost", tree)
    club.scan()

    objects = found(club)

    assert [each["kind"] for each in objects] == ["open-recipients"] * 4
    assert {each["title"] for each in objects} == {"Hej"}
    if form == "mbox":
        assert sorted(each["part"] for each in objects) == [f"msg:{n}" for n in range(1, 5)]


def test_a_finding_says_who_was_shown_to_whom(club):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat.mbox": scenario.mbox([message])})
    club.scan()

    (finding,) = found(club)

    assert sorted(finding["exposed"]) == sorted(scenario.MEMBERS)
    assert sorted(finding["exposed_to"]) == sorted(scenario.MEMBERS)
    assert (finding["persons"], finding["breach"]) == (3, True)
    assert finding["clause"] == "U1, F11"
    assert finding["gravity"] == "serious"
    assert finding["happened_at"].startswith("2026-01-12T09:00")
    code, shown, _ = club.run("finding", "show", finding["finding"])
    assert code == 0
    assert scenario.ANNA in shown


def test_many_who_were_shown_are_grave(club):
    people = [f"medlem{number}@privat.example" for number in range(12)]
    club.write("epost", {"Skickat/a.eml": scenario.mail("a", number=0, to=people)})
    club.scan()

    (finding,) = found(club)

    assert (finding["gravity"], finding["persons"]) == ("grave", 12)


def test_a_disclosure_says_whose_data_went_to_whom(club):
    message = next(each for each in scenario.disclosures() if each.name == "to-a-lawyer")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()

    (finding,) = found(club)

    assert "Anna Testberg" in finding["exposed"]
    assert finding["exposed_to"] == [scenario.LAWYER]
    assert finding["gravity"] == "grave"


def test_changed_rules_judge_without_reading_again(club):
    message = next(each for each in scenario.disclosures() if each.name == "to-a-lawyer")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()
    assert len(found(club)) == 1

    club.edit_rules('["forbundet.example"]', '["forbundet.example", "byra.example"]')

    assert found(club) == []


def test_a_consent_makes_a_disclosure_right(club):
    message = next(each for each in scenario.disclosures() if each.name == "who-is-a-member")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()
    assert [each["kind"] for each in found(club)] == ["no-consent"]

    given = ("--person", "Anna Testberg", "--id", scenario.ANNA, "--on", "2026-01-01")
    code, _, err = club.run("consent", "record", *given, "--for", "råd", "--to", "byra.example")

    assert code in {0, 1}, err
    assert found(club) == []


def test_a_file_that_the_rules_call_a_register_is_one(club):
    people = ["ny.medlem@annat.example", "annan.medlem@annat.example"]
    club.write("gemensam", {"Listor/vara.txt": "\n".join(people)})
    club.write("epost", {"Skickat/a.eml": scenario.mail("a", number=0, to=people)})
    club.scan()
    assert found(club) == []

    club.add_rules('[[register]]\npath = "gemensam:Listor/*.txt"')

    (finding,) = found(club)
    assert finding["persons"] == 2


def test_what_is_gone_is_no_finding_any_more(club):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()
    assert len(found(club)) == 1

    club.share("epost").joinpath("Skickat/a.eml").unlink()
    club.scan()

    assert found(club) == []


def test_the_daemon_looks_when_something_changed_and_only_then(club, monkeypatch):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()
    looks = []
    voice = Voice("en")
    with club.open() as house:
        every = house.catalogue.mailed
        monkeypatch.setattr(house.catalogue, "mailed", lambda: looks.append(1) or every())
        look_at_mail(house, voice, NOON)
        look_at_mail(house, voice, NOON)
        assert len(looks) == 1
    assert len(club.objects("finding", "list")[1]) == 1


def test_one_cycle_of_the_daemon_finds_it_and_opens_an_incident(club):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()

    club.run("run", "--once")

    (finding,) = club.objects("finding", "list", "--kind", "open-recipients")[1]
    assert finding["incident"]


def test_a_daemon_that_is_stopped_notes_nothing_half_done(club):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()
    with club.open() as house:
        house.goes_on = lambda: False
        look_at_mail(house, Voice("en"), NOON)
        assert club.objects("finding", "list")[1] == []
        house.goes_on = lambda: True
        look_at_mail(house, Voice("en"), NOON)
    assert len(club.objects("finding", "list")[1]) == 1


def test_nobody_is_named_outside_the_register(club):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()
    found(club)

    for path in club.state.rglob("*"):
        if path.is_file() and not path.name.startswith("registers.db"):
            assert scenario.ANNA.encode() not in path.read_bytes(), path.name


def test_ten_thousand_receivers_are_one_finding(club):
    people = [f"medlem{number}@privat.example" for number in range(10_000)]
    club.write("epost", {"Skickat/a.eml": scenario.mail("a", number=0, to=people)})
    club.scan()

    (finding,) = found(club)

    assert finding["persons"] == 10_000
    assert len(finding["exposed"]) <= 500


def test_the_list_is_read_by_people_in_their_language(club):
    message = next(each for each in scenario.mailings() if each.name == "open")
    club.write("epost", {"Skickat/a.eml": message.text})
    club.scan()

    code, out, _ = club.run("--lang", "sv", "mail-check")
    reference = out.split("\n")[1].split()[0]
    _, shown, _ = club.run("--lang", "nb", "finding", "show", reference)

    assert code == 1
    assert "Skickat/a.eml" in out
    assert "gallra finding show" in out
    assert "åpne mottakere" in shown


def test_where_nothing_is_wrong_that_is_said(club):
    club.scan()

    code, out, _ = club.run("mail-check")

    assert (code, out) == (0, "nothing is wrong with what was mailed\n")


def test_where_nothing_was_ever_read_nobody_says_that_nothing_is_wrong(club):
    for words in ((), ("--json",)):
        code, out, err = club.run("mail-check", *words)
        assert (code, out) == (1, "")
        assert "gallra scan" in err
