"""What a rules.toml that holds becomes."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from gallra.model.retention import Action, Mode, Period, RetentionSchedule, Safety, Trigger
from gallra.model.share import ShareRole
from gallra.rules.loading import load, parse

SHIPPED = Path(__file__).parents[2] / "rules.toml"


def test_the_shipped_rules_hold_as_they_are():
    schedule = load(str(SHIPPED))

    assert schedule.mode is Mode.OBSERVE
    assert schedule.digest == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


def test_the_shipped_rules_hold_with_windows_line_ends_and_a_byte_order_mark():
    content = b"\xef\xbb\xbf" + SHIPPED.read_bytes().replace(b"\n", b"\r\n")

    assert isinstance(parse(content, path="x"), RetentionSchedule)


@pytest.mark.parametrize("each", load(str(SHIPPED)).classes, ids=lambda each: each.code)
def test_every_shipped_class_says_all_that_the_record_of_processing_needs(each):
    for text in (each.title, each.purpose, each.source):
        assert [language for language, _ in text] == ["sv", "nb", "en"]
    assert each.authority
    assert each.then is Action.KEEP or (each.keep and each.legal_basis and each.categories)


@pytest.mark.parametrize(
    ("code", "keep", "start", "then"),
    [
        ("salary-list", "P4Y", Trigger.NEGOTIATION_ENDED, Action.DESTROY),
        ("hiring-committee", "P5Y", Trigger.POSITION_FILLED, Action.DESTROY),
        ("activity-participants", "P0D", Trigger.ACTIVITY_ENDED, Action.DESTROY),
        ("shared-mailbox-mail", "P0D", Trigger.CASE_TRANSFERRED, Action.DESTROY),
        ("individual-case", "P1M", Trigger.CASE_CLOSED, Action.DESTROY),
        ("recruiting-list", "P3M", Trigger.LIST_USED, Action.DESTROY),
        ("member-register", "P1M", Trigger.MEMBER_LEFT, Action.REVIEW),
        ("accounting-se", "P9Y", Trigger.DOCUMENT_DATE, Action.REVIEW),
        ("accounting-no", "P6Y6M", Trigger.DOCUMENT_DATE, Action.REVIEW),
    ],
)
def test_the_shipped_periods_are_those_of_the_clauses(code, keep, start, then):
    each = load(str(SHIPPED)).class_of(code)

    assert each.keep is not None
    assert (each.keep.as_iso8601(), each.counted_from, each.then) == (keep, start, then)


def test_what_is_missing_takes_the_careful_value(good, schedule_of):
    schedule = schedule_of(good)

    assert schedule.mode is Mode.OBSERVE
    assert schedule.safety == Safety()
    assert schedule.organisation.timezone == "Europe/Stockholm"
    assert schedule.organisation.controller == "Klubben"


def test_everything_that_is_given_is_there(good, schedule_of):
    schedule = schedule_of(
        good.replace("version = 1", 'version = 1\nmode = "enforce"').replace(
            'name = "Klubben"',
            'name = "K"\ncontroller = "F"\nlanguage = "nb"\ntimezone = "Europe/Oslo"\n'
            'own_domains = ["Exempel.SE", "åå.no"]\n'
            'data_protection_officer.name = "O"\ndata_protection_officer.email = "o@example.org"',
        )
        + '\n[safety]\ndwell = "6 veckor"\nmost_per_day = 7\nmost_of_a_share = "2,5 %"\n'
        'most_bytes_per_day = "1,5 GB"\nsettle = "2 minutter"\n'
    )

    assert schedule.mode is Mode.ENFORCE
    assert schedule.organisation.own_domains == ("exempel.se", "åå.no")
    assert schedule.organisation.data_protection_officer.email == "o@example.org"
    assert schedule.classes[0].title == (("nb", "Lönelistor"),)
    assert schedule.safety == Safety(
        dwell=Period(weeks=6),
        most_per_day=7,
        most_of_a_share=0.025,
        most_bytes_per_day=1_500_000_000,
        settle=timedelta(minutes=2),
    )


def test_a_share_has_its_quarantine_beside_it_unless_told(good, schedule_of):
    share = schedule_of(good).shares[0]

    assert share.path == b"/srv/klubb/gemensam"
    assert share.role is ShareRole.COMMON_AREA
    assert share.quarantine == b"/srv/klubb/.gallra-quarantine-gemensam"


def test_the_quarantine_of_a_share_within_others_lies_beside_the_outermost(good, schedule_of):
    inner = '[share.{name}]\npath = "{path}"\nrole = "case-area"\n'
    schedule = schedule_of(
        good
        + inner.format(name="innermost", path="/srv/klubb/gemensam/arenden/slutna")
        + inner.format(name="inner", path="/srv/klubb/gemensam/arenden")
        + inner.format(name="next", path="/srv/klubb/gemensamt/arenden")
    )

    assert [share.quarantine for share in schedule.shares] == [
        b"/srv/klubb/.gallra-quarantine-gemensam",
        b"/srv/klubb/.gallra-quarantine-innermost",
        b"/srv/klubb/.gallra-quarantine-inner",
        b"/srv/klubb/gemensamt/.gallra-quarantine-next",
    ]


def test_a_condition_may_be_a_table_of_its_own(good, schedule_of):
    inline = schedule_of(
        good.replace('{ kind = "salary-list" }', '{ path = "*.csv", entities = { PERSON = 5 } }')
    )
    table = schedule_of(
        good.replace('when = { kind = "salary-list" }', "[rule.when]\npath = ['*.csv']")
        + "[rule.when.entities]\nPERSON = 5\n"
    )

    assert inline.rules[0].when == table.rules[0].when


def test_rules_are_numbered_in_file_order(good, schedule_of):
    schedule = schedule_of(good + '[[rule]]\nclass = "salary-list"\nwhen.type = "pdf"\n')

    assert [(rule.number, rule.line) for rule in schedule.rules] == [(1, 20), (2, 23)]


@pytest.mark.parametrize("written", ["0 days", "P0D", "0 dagar"])
def test_no_dwell_at_all_has_to_be_said_in_words(good, schedule_of, written):
    said = schedule_of(f'{good}\n[safety]\ndwell = "{written}"\n')

    assert said.safety.dwell == Period()
    assert schedule_of(good).safety.dwell == Period(days=30)


def test_neither_a_class_nor_a_rule_can_set_the_dwell(good, complaints_of):
    told = complaints_of(
        good.replace('then = "destroy"', 'then = "destroy"\ndwell = "0 days"')
        + '[[rule]]\nclass = "salary-list"\nwhen = { type = "pdf" }\ndwell = "0 days"\n'
    )

    assert [each.partition("unknown key")[1:2] for each in told] == [("unknown key",)] * 2
