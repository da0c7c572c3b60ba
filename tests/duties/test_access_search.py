"""Whoever asks is found wherever they stand, and nobody else is taken for them."""

import json

import access_scenario as scenario
import pytest

from gallra.duties import sighting
from gallra.model.ledger import Deed, Entry
from gallra.service import clock


@pytest.fixture
def planted(club):
    """The club of the scenario, scanned; what was due lies in quarantine."""
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    scenario.plant(club)
    club.scan()
    club.run("run", "--once")
    return club


def shown(club, reference, numbers):
    """Return all that is shown of records, as one text."""
    code, found = club.objects("access-request", "show", reference, *map(str, numbers))
    assert code == 0
    return "\n".join(extract["text"] for each in found for extract in each["extracts"])


def test_she_is_found_in_every_place_and_nobody_else_is(planted):
    reference = scenario.request(planted)

    found, whole = scenario.search(planted, reference)

    certain = {place: each["certainty"] for place, each in found.items()}
    assert {place: certain.get(place) for place in scenario.THEIRS} == scenario.THEIRS
    assert {place for place, sure in certain.items() if sure == "doubtful"} == scenario.DOUBTFUL
    assert not scenario.NOT_HERS & set(certain)
    assert found["gemensam/Löner/Lönelista 2009.csv"]["quarantine_id"]
    assert whole["undecided_count"] == len(scenario.DOUBTFUL)


def test_an_encrypted_file_is_said_not_to_be_searched(planted):
    reference = scenario.request(planted)

    _, whole = scenario.search(planted, reference)

    missed = {each["path"].rpartition("/")[2]: each for each in whole["not_searched"]}
    assert missed["hemligt.zip"]["encrypted"]
    assert "AES-256" in missed["hemligt.zip"]["reason"]
    assert "hemligt.zip" in planted.run("access-request", "show", reference)[1]


def test_passages_name_nobody_but_her(planted):
    reference = scenario.request(planted)
    found, _ = scenario.search(planted, reference)
    hers = [each["number"] for each in found.values() if each["theirs"]]

    text = shown(planted, reference, hers)

    assert not [name for name in scenario.OTHERS if name in text]
    for own in ("sjukskriven på halvtid", "31000", "Kan ni hjälpa mig", "M-7301945;Anna Maria"):
        assert own in text
    assert "Maria Bergström" not in text
    assert "28100" not in text


def test_a_namesake_is_shown_to_whoever_decides_and_his_number_is_not(planted):
    reference = scenario.request(planted)
    found, _ = scenario.search(planted, reference)

    text = shown(planted, reference, [found["gemensam/Löner/namne.csv"]["number"]])

    assert "Anna Åsgård" in text
    assert "640823-3234" not in text
    assert "Erik Holmberg" not in text


def test_what_was_decided_stays_when_one_searches_again_and_ends_with_the_version(planted):
    reference = scenario.request(planted)
    found, _ = scenario.search(planted, reference)
    place = "gemensam/Kontakt/initial.txt"
    number = str(found[place]["number"])
    assert planted.run("access-request", "exclude", reference, number)[0] == 2
    assert planted.run("access-request", "exclude", reference, number, "--why", "Arne")[0] == 0

    found, _ = scenario.search(planted, reference)
    assert (found[place]["stance"], str(found[place]["number"])) == ("excluded", number)

    planted.write("gemensam", {"Kontakt/initial.txt": "A. Åsgård har bokat om, till i juni.\n"})
    planted.scan()
    found, _ = scenario.search(planted, reference)
    assert (found[place]["stance"], str(found[place]["number"])) == ("undecided", number)


def test_the_log_is_searched_too(planted):
    with planted.open() as house:
        house.ledger.append(
            [
                Entry(deed=Deed.DESTROYED, clear=(("path", "Brev/Åsgård_Anna_Maria.txt"),)),
                Entry(deed=Deed.DESTROYED, clear=(("path", "Brev/Åsgård_Lars.txt"),)),
            ],
            at=clock.now(),
        )
    reference = scenario.request(planted)

    _, whole = scenario.search(planted, reference)

    destroyed = [each for each in whole["remembered"] if each["action"] == "destroyed"]
    assert len(destroyed) == 1


def test_what_is_not_there_any_more_is_said_and_stops_nothing(planted):
    (planted.share("gemensam") / "Kontakt/telefon.txt").unlink()
    rules = planted.rules.read_text("utf-8")
    start = rules.index("[share.arenden]")
    end = rules.index("[share.", start + 1)
    planted.rules.write_text(rules[:start] + rules[end:], "utf-8")
    reference = scenario.request(planted)

    found, whole = scenario.search(planted, reference)

    assert "gemensam/Register/medlemmar.csv" in found
    missed = {each["path"].rpartition("/")[2] for each in whole["not_searched"]}
    assert {"telefon.txt", "anteckning.txt", "beslut.docx"} <= missed


def test_registers_are_searched_too(planted):
    with planted.open() as house:
        for name in ("Anna Åsgård", "Lars Åsgård"):
            house.registers.add(
                "consent",
                json.dumps({"person": [{"name": name}]}).encode(),
                year=2026,
                opened_at=clock.now(),
                due_at=None,
            )
    reference = scenario.request(planted)

    _, whole = scenario.search(planted, reference)

    assert whole["registered"] == [{"register": "consent", "reference": "2026-1"}]


def test_of_a_large_mailbox_only_the_messages_in_question_are_read(planted, monkeypatch):
    reference = scenario.request(planted)
    before, _ = scenario.search(planted, reference)
    monkeypatch.setattr(sighting, "_LARGE_BYTES", 0)

    after, _ = scenario.search(planted, reference)

    assert {place: each["certainty"] for place, each in after.items()} == {
        place: each["certainty"] for place, each in before.items()
    }


def test_every_file_is_read_where_that_is_asked_for(planted):
    reference = scenario.request(planted)
    led_to, _ = scenario.search(planted, reference)

    read, whole = scenario.search(planted, reference, "--every-file")

    assert set(read) == set(led_to)
    assert whole["searched_every_file"]


def test_no_name_and_no_number_reaches_the_log(planted):
    reference = scenario.request(planted)
    found, _ = scenario.search(planted, reference)
    planted.run(
        "access-request", "confirm", reference, str(min(e["number"] for e in found.values()))
    )

    _, entries = planted.objects("log")

    ours = [each for each in entries if each["action"].startswith("request-")]
    assert [each["action"] for each in ours] == [
        "request-opened", "request-searched", "request-decided",
    ]  # fmt: skip
    assert not [word for word in (*scenario.ANNA, scenario.NUMBER) if word in str(ours)]
