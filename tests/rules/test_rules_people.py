"""Rules name who acts for the club, and which files are its registers."""

from datetime import date
from pathlib import Path

from gallra.model.retention import Period, RetentionSchedule
from gallra.rules.loading import parse

SHIPPED = (Path(__file__).parents[2] / "rules.toml").read_text("utf-8")
REPRESENTATIVE = """
[[representative]]
name = "Kari Eksempelsen"
account = "kari"
mail = ["Kari@Example.org", "kari.eksempelsen@example.com"]
office = ["chair", "case handler"]
from = 2026-03-01
until = 2028-02-29
"""
REGISTER = """
[[register]]
path = ["gemensam:Medlemmar/Register*.xlsx", "gemensam:Medlemmar/*.csv"]
wash_every = "2 weeks"
superseded = true
most_leavers = "10 %"
"""


def complaints(text):
    found = parse((SHIPPED + text).encode(), path="rules.toml")
    return () if isinstance(found, RetentionSchedule) else [x.message.in_english() for x in found]


def schedule(text):
    found = parse((SHIPPED + text).encode(), path="rules.toml")
    assert isinstance(found, RetentionSchedule), found
    return found


def test_a_representative_has_accounts_addresses_and_days_of_office():
    (kari,) = schedule(REPRESENTATIVE).representatives

    assert (kari.name, kari.accounts) == ("Kari Eksempelsen", ("kari",))
    assert kari.addresses == ("kari@example.org", "kari.eksempelsen@example.com")
    assert kari.offices == ("chair", "case handler")
    assert not kari.is_in_office(date(2026, 2, 28))
    assert kari.is_in_office(date(2026, 3, 1))
    assert kari.is_in_office(date(2028, 2, 29))
    assert not kari.is_in_office(date(2028, 3, 1))


def test_an_office_that_ends_before_it_begins_is_refused():
    assert complaints(REPRESENTATIVE.replace("2028", "2020")) == [
        "representative: until: lies before 2026-03-01"
    ]


def test_a_register_has_places_and_a_rhythm():
    (terms,) = schedule(REGISTER).registers

    assert terms.places == (
        ("gemensam", "Medlemmar/Register*.xlsx"),
        ("gemensam", "Medlemmar/*.csv"),
    )
    assert (terms.wash_every, terms.is_superseded, terms.most_leavers) == (
        Period(weeks=2),
        True,
        0.10,
    )


def test_a_register_in_no_share_is_refused():
    (complaint,) = complaints(REGISTER.replace("gemensam:Medlemmar/*.csv", "nowhere:*.csv"))

    assert complaint == 'register: path: there is no share "nowhere"'


def test_a_register_without_a_share_before_its_path_is_refused():
    (complaint,) = complaints('[[register]]\npath = "Medlemmar/Register.xlsx"\n')

    assert "is not a file in a share" in complaint


def test_the_commented_tables_of_the_shipped_rules_hold():
    lines = SHIPPED.splitlines()
    found = []
    for index, line in enumerate(lines):
        if line.startswith(("# [[representative]]", "# [[register]]")):
            end = next(at for at in range(index, len(lines)) if not lines[at].strip())
            found += [each.removeprefix("# ") for each in lines[index:end]]

    filled = schedule("\n" + "\n".join(found) + "\n")

    assert len(filled.representatives) == len(filled.registers) == 1
