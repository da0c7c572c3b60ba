"""Erasure: what can go goes through quarantine; what a law, a hold or somebody else keeps stays."""

import access_scenario as scenario
import pytest

from gallra.model.ledger import Deed, Entry
from gallra.service import clock

PLACE = "gemensam/Kontakt/telefon.txt"
OTHERS = "gemensam/Register/medlemmar.csv"
HELD = "gemensam/Kontakt/bara namnet.txt"
LEGAL = "gemensam/Bokföring/faktura 2026-02-01.txt"


@pytest.fixture
def asked(club):
    """The club of the scenario and a request for erasure, searched and decided about."""
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    scenario.plant(club)
    club.write(
        "gemensam",
        {
            "Bokföring/faktura 2026-02-01.txt": (
                "Faktura 2026-02-01, bokföring\nFakturanummer 12\nUtlägg till 19811218-9876\n"
            )
        },
    )
    club.scan()
    with club.open() as house:
        house.ledger.append(
            [Entry(deed=Deed.DESTROYED, clear=(("path", "Brev/Anna Åsgård.txt"),))],
            at=clock.now(),
        )
    reference = scenario.request(club, "--kind", "erasure", "--letter", "en")
    found, _ = scenario.search(club, reference)
    doubtful = [str(each["number"]) for each in found.values() if each["certainty"] == "doubtful"]
    club.run("access-request", "exclude", reference, *doubtful, "--why", "somebody else")
    assert club.run("hold", "place", "tvist", "--path", "gemensam/Kontakt/bara namnet.txt",
                    "--why", "a dispute")[0] == 0  # fmt: skip
    return club, reference


def becomes(club, *words):
    """Return the exit code, and what becomes of each record, by its place."""
    code, found = club.objects("access-request", "erase", *words)
    return code, {scenario.place_of(club, each): each for each in found}


def test_what_is_kept_is_said_with_the_reason_and_nothing_goes_unasked(asked):
    club, reference = asked

    code, found = becomes(club, reference)

    assert code == 1
    assert "kept" not in found[PLACE]
    assert "kept" not in found["epost/inkorg.mbox!msg:1"]
    assert "others" in found[OTHERS]["kept"]
    assert "under way" in found[HELD]["kept"]
    assert "at least" in found[LEGAL]["kept"]
    assert (club.share("gemensam") / "Kontakt/telefon.txt").exists()
    assert club.run("access-request", "erase", reference, "--yes")[0] == 2


def test_what_can_go_lies_in_quarantine_and_the_log_forgets_the_name(asked):
    club, reference = asked

    code, _ = becomes(club, reference, "--yes", "--why", "left the club")

    assert code == 1
    assert not (club.share("gemensam") / "Kontakt/telefon.txt").exists()
    assert (club.share("gemensam") / "Kontakt/bara namnet.txt").exists()
    assert (club.share("gemensam") / "Register/medlemmar.csv").read_text() == scenario.REGISTER
    taken = {each["path"].rpartition("/")[2] for each in club.objects("quarantine", "list")[1]}
    assert "telefon.txt" in taken
    mailbox = (club.share("epost") / "inkorg.mbox").read_bytes()
    assert b"Subject: Nyckeln" in mailbox  # her husband's
    assert b"anna.asgard@example.org>" not in mailbox.partition(b"Content-Disposition")[0]
    # the rules do not want it back
    assert club.run("run", "--once")[0] in {0, 1}
    assert not (club.share("gemensam") / "Kontakt/telefon.txt").exists()
    assert "Brev/Anna Åsgård.txt" not in club.run("log")[1]
    assert club.run("log", "verify")[0] == 0
    out = club.run("access-request", "letter", reference)[1]
    assert "What is erased" in out
    assert "What is not erased, and why" in out


def test_what_a_person_let_go_is_shown_as_going_whatever_its_class_waits_for(club):
    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
    club.write("arenden", {"Sak 9/notat.txt": "Medlemmen 19811218-9876 är sjukskriven\n"})
    club.scan()
    reference = scenario.request(club, "--kind", "erasure")
    scenario.search(club, reference)

    assert becomes(club, reference, "--yes", "--why", "left the club")[0] == 0

    (taken,) = club.objects("quarantine", "list")[1]
    assert taken["class"] == "individual-case"
    assert not taken["stays"]
    out = club.run("explain", "arenden/Sak 9/notat.txt")[1]
    assert "no longer let it go" not in out
    assert f"destroyed on {taken['destroy_on']}" in out


def test_nothing_is_erased_while_the_rules_only_observe(asked):
    club, reference = asked
    club.edit_rules('mode = "enforce"', 'mode = "observe"')

    code, _ = becomes(club, reference, "--yes", "--why", "left the club")

    assert code == 1
    assert (club.share("gemensam") / "Kontakt/telefon.txt").exists()


def test_a_limit_of_a_day_holds_an_erasure_as_well(asked):
    club, reference = asked
    club.edit_rules("most_per_day = 200", "most_per_day = 1")
    number = str(becomes(club, reference)[1][OTHERS]["number"])
    words = ("--whole", "--why", "it is an old copy")
    assert club.run("access-request", "confirm", reference, number, *words)[0] == 0

    code, _ = becomes(club, reference, "--yes", "--why", "left the club")

    assert code == 3
    assert (club.share("gemensam") / "Kontakt/telefon.txt").exists()
    said = club.run("access-request", "erase", reference, "--yes", "--why", "left the club")[2]
    digest = said.rpartition("--confirm ")[2].split()[0]
    other = ("--yes", "--why", "left the club", "--confirm", digest[::-1])
    assert becomes(club, reference, *other)[0] == 3
    assert (club.share("gemensam") / "Kontakt/telefon.txt").exists()
    meant = ("--yes", "--why", "left the club", "--confirm", digest)
    assert becomes(club, reference, *meant)[0] in {0, 1}
    assert not (club.share("gemensam") / "Kontakt/telefon.txt").exists()
    assert "plan-confirmed" in club.run("log", "--json")[1]


def test_a_request_for_access_erases_nothing_and_what_was_put_right_is_noted(club):
    club.write("gemensam", {"telefon.txt": "Nummer 070-174 06 05\n"})
    club.scan()
    reference = scenario.request(club, "--kind", "rectification", "--letter", "en")
    scenario.search(club, reference)

    assert club.run("access-request", "erase", reference)[0] == 2
    assert club.run("access-request", "correct", reference, "9", "--why", "typo")[0] == 2
    assert club.run("access-request", "correct", reference, "1", "--why", "typo",
                    "--told", "Förbundet")[0] == 0  # fmt: skip

    out = club.run("access-request", "letter", reference)[1]
    assert "on 1 occasion" in out
    assert "Förbundet" in out
