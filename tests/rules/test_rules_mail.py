"""``[mail]``: how what the club mailed is judged."""

from pathlib import Path

from gallra.model.retention import MailTerms, Period, RetentionSchedule
from gallra.rules.loading import parse

SHIPPED = (Path(__file__).parents[2] / "rules.toml").read_text("utf-8")
BEFORE, _, REST = SHIPPED.partition("[mail]\n")
AFTER = REST[REST.index("\n\n") :]


def parsed(table):
    return parse((BEFORE + table + AFTER).encode(), path="rules.toml")


def complaints(table):
    found = parsed(f"[mail]\n{table}")
    return () if isinstance(found, RetentionSchedule) else [x.message.in_english() for x in found]


def test_every_key_is_read():
    found = parsed(
        '[mail]\nallowed_domains = ["Forbundet.example"]\nprivate_domains = "privat.example"\n'
        'representatives_events = ["Förtroendemannadagen"]\npassword_within = "2 weeks"\n'
    )

    assert isinstance(found, RetentionSchedule)
    assert found.mail == MailTerms(
        allowed_domains=("forbundet.example",),
        private_domains=("privat.example",),
        representatives_events=("Förtroendemannadagen",),
        password_within=Period(weeks=2),
    )


def test_rules_without_the_table_go_on_working():
    found = parsed("")

    assert isinstance(found, RetentionSchedule)
    assert found.mail == MailTerms()
    assert found.mail.password_within == Period(days=14)


def test_what_is_no_domain_is_told():
    assert complaints('allowed_domains = ["nothing at all"]') == [
        'mail: allowed_domains: "nothing at all" is not a domain; write it as "example.org"'
    ]


def test_a_misspelt_key_is_told_with_what_was_meant():
    (complaint,) = complaints('alowed_domains = ["example.org"]')
    assert 'did you mean "allowed_domains"?' in complaint
