"""What is asked every day looks at no record that it is not about, however many there are."""

from datetime import UTC, datetime

import pytest

from gallra.cli import status
from gallra.policy.brakes import brakes
from gallra.service import disposal, reviewing
from gallra.service.house import House
from gallra.store import database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
RULES = """\
version = 1
mode = "enforce"
[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"
[share.gemensam]
path = "{0}"
role = "mail-export"
"""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Open a house of which every statement is written down."""
    (tmp_path / "share").mkdir()
    (tmp_path / "rules.toml").write_text(RULES.format(tmp_path / "share"), "utf-8")
    statements = []
    connect = database._connect

    def traced(path, *, is_reader=False):
        connection = connect(path, is_reader=is_reader)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(database, "_connect", traced)
    with House.open(tmp_path / "rules.toml", tmp_path / "state") as house:
        house.catalogue.register_shares(house.schedule.shares)
        statements.clear()
        yield house, statements


def status_of(house):
    status.figures(house)
    for share in house.schedule.shares:
        house.catalogue.coverage(share.name)
        house.catalogue.extents(share.name)
        house.catalogue.hindrances(share.name, 5)


def plan_of(house):
    found = disposal.plan_at(house, NOW)
    brakes(found, disposal.circumstances(house, NOW, found), house.schedule)


def review_list_of(house):
    found = disposal.plan_at(house, NOW)
    list(reviewing.waiting(house, found.dispositions, reviewing.reviews_of(house)))


@pytest.mark.parametrize("ask", [status_of, plan_of, review_list_of])
def test_no_question_of_every_day_goes_through_all_files_or_records(asked, ask):
    house, statements = asked

    ask(house)

    queries = {each for each in statements if each.lstrip().startswith("SELECT")}
    assert len(queries) > 3
    for query in queries:
        for *_, step in house.catalogue.database.rows(f"EXPLAIN QUERY PLAN {query}"):
            # These indexes hold what is due alone, or mailboxes.
            is_small = step.endswith(("record_due", "record_latest", "record_mailbox"))
            assert is_small or not step.startswith(("SCAN file", "SCAN record")), query
