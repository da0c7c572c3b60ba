"""Declarations of confidentiality: who has one is known by account, on a day."""

import os
from datetime import date

import pytest

from gallra.duties.declarations import Declarations, has_declaration
from gallra.model.ledger import Deed

DAY = date(2026, 6, 1)
KARI = """
[[representative]]
name = "Kari Eksempelsen"
account = ["kari", "kari.e"]
office = "nomination committee"
"""


@pytest.fixture
def signed(club):
    """A club whose nomination committee signed on 1 March."""
    club.add_rules(KARI)
    club.write("gemensam", {"Valg/taushetserklæring.txt": "Taushetserklæring\nKari Eksempelsen\n"})
    club.scan()
    proof = ("--proof", "gemensam/Valg/taushetserklæring.txt", "--until", "2027-12-31")
    code, (given,) = club.objects(
        "declaration", "record", "Kari Eksempelsen", "--on", "2026-03-01", *proof
    )
    assert code == 0
    assert given["proof"]["sha256"]
    return club


def test_whoever_signed_is_known_by_every_account_of_theirs(signed):
    with signed.open() as house:
        known = Declarations(house)
        assert known.has("kari", DAY)
        assert known.has("KARI.E", DAY)
        assert not known.has("ola", DAY)
        assert not known.has("kari", date(2026, 2, 28))
        assert not known.has("kari", date(2028, 1, 1))


def test_an_account_that_only_the_declaration_names_counts_by_its_number_too(signed):
    signed.run("declaration", "record", "Rota", "--account", "root", "--on", "2026-03-01")

    with signed.open() as house:
        assert has_declaration(house, "root", DAY)
        assert has_declaration(house, 0, DAY)
        assert not has_declaration(house, 54321, DAY)


def test_what_was_withdrawn_does_not_hold_from_that_day(signed):
    (given,) = signed.objects("declaration", "list")[1]
    code, _, _ = signed.run(
        "declaration", "withdraw", given["reference"], "--on", "2026-05-01", "--why", "avgått"
    )

    assert code == 0
    with signed.open() as house:
        assert has_declaration(house, "kari", date(2026, 4, 30))
        assert not has_declaration(house, "kari", DAY)
        deeds = [each.entry.deed for each in house.ledger.entries()]
    assert Deed.DECLARATION_RECORDED in deeds
    assert Deed.DECLARATION_WITHDRAWN in deeds
    assert signed.objects("declaration", "list")[1] == []


def test_the_proof_is_held_while_the_declaration_stands(signed):
    (held,) = [each["hold"] for each in signed.objects("list")[1]]

    assert held.startswith("declaration ")


def test_a_list_of_declarations_is_taken_in(club):
    path = club.folder / "erklæringer.csv"
    path.write_text(
        "Navn;Konto;Dato;Gjelder til\nKari Eksempelsen;kari;01.03.2026;31.12.2027\n"
        "Ola Eksempelsen;ola;2026-03-02;\n",
        "utf-8",
    )

    code, taken = club.objects("declaration", "import", path)

    assert code == 0
    assert [(each["accounts"], each["until"]) for each in taken] == [
        (["kari"], "2027-12-31"),
        (["ola"], None),
    ]


def test_somebody_of_whom_no_account_is_known_is_pointed_out(club):
    code, _, said = club.run("declaration", "record", "Ola Eksempelsen")

    assert code == 0
    assert "no account is known of Ola Eksempelsen" in said
    assert os.path.isfile(club.state / "registers.db")
