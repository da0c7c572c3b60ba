"""From what the daemon says to a mail in somebody's inbox: with the real commands."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gallra.duties.digest import tell_digest
from gallra.model.message import said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.service.heralding import Herald
from gallra.service.notifications import announce, outbox_of
from gallra.service.voice import Voice, Weight

NOW = datetime(2026, 3, 3, 11, tzinfo=UTC)
WAY = """
[notifications]
from = "gallra@example.org"
port = 1

[[receiver]]
email = "chair@example.org"
as = ["club", "admin"]
"""


@pytest.fixture
def reached(club):
    """A club whose rules say how people are reached."""
    club.add_rules(WAY)
    return club


def notification(**changed):
    given = {
        "kind": "incident",
        "audience": Audience.OFFICER,
        "urgency": Urgency.NOW,
        "key": "incident 2026-1 opened",
        "subject": said("nothing waits to be told"),
        "lines": (),
        "at": NOW,
    }
    return Notification(**{**given, **changed})


def waiting(house):
    spool = outbox_of(house)
    return [json.loads(spool.content(name)) for name in spool.names()]


def test_the_same_is_announced_once(reached):
    with reached.open() as house:
        assert announce(house, notification())
        assert not announce(house, notification())
        assert announce(house, notification(key="incident 2026-2 opened"))
        assert len(waiting(house)) == 2


def test_without_a_way_to_anybody_nothing_piles_up(club):
    with club.open() as house:
        assert announce(house, notification())
        assert waiting(house) == []


def test_what_weighs_little_is_not_told(reached):
    with reached.open() as house:
        herald = Herald(house, Voice("en"))
        herald.hear("rules", said("new rules are in force"), Weight.NOTICE)
        assert waiting(house) == []


def test_a_brake_is_told_to_club_and_admin_once_a_week(reached):
    with reached.open() as house:
        herald = Herald(house, Voice("en"))
        for count in range(3):
            herald.hear("brake count", said("{count} records", count=count), Weight.ALERT)
        assert sorted(each["audience"] for each in waiting(house)) == ["admin", "club"]


def test_the_name_of_a_hold_is_not_sent(reached):
    with reached.open() as house:
        late = said(
            "AT THE LATEST on {day}: records of class {code} ({authority}), {count}, are still"
            " there, held by {reference}",
            day="2026-01-01",
            code="salary-list",
            authority="F15.5",
            count=2,
            reference="Anna Påhittsson",
        )
        Herald(house, Voice("en")).hear("latest x", late, Weight.ALERT)
        told = waiting(house)
        assert told
        assert "Påhittsson" not in json.dumps(told, ensure_ascii=False)
        assert "salary-list" in json.dumps(told)


def test_an_outbox_that_cannot_be_written_does_not_stop_the_daemon(reached, capsys):
    with reached.open() as house:
        outbox_of(house).folder.write_bytes(b"not a folder")
        Herald(house, Voice("en")).hear("brake count", said("a brake"), Weight.ALERT)
    assert "outbox cannot be written" in capsys.readouterr().err


def test_the_digest_tells_figures_once_for_each_of_its_times(reached):
    reached.write(
        "gemensam", {"Löner/Lönelista 2019.csv": "Namn;Månadslön\nAnna Andersson;34500\n" * 3}
    )
    reached.scan()
    with reached.open() as house:
        for hours in range(3):
            tell_digest(house, Voice("en"), NOW + timedelta(hours=hours))
        (told,) = waiting(house)
        tell_digest(house, Voice("en"), NOW + timedelta(days=7))
        assert len(waiting(house)) == 2
    assert (told["kind"], told["audience"], told["urgency"]) == ("digest", "club", "soon")
    assert "Anna" not in json.dumps(told)
    assert any("come to their day" in line[0] for line in told["lines"])


def test_a_quiet_week_has_no_digest(reached):
    reached.scan()
    with reached.open() as house:
        tell_digest(house, Voice("en"), NOW)
        assert waiting(house) == []


def test_what_waits_is_shown_and_a_dead_server_is_said(reached):
    with reached.open() as house:
        announce(house, notification())

    code, waits = reached.objects("notify", "--list")
    assert (code, len(waits)) == (0, 1)
    assert waits[0]["is_due"]

    code, _, err = reached.run("notify")
    assert code == 1
    assert "localhost:1 cannot be used" in err
    assert reached.objects("notify", "--list")[1] == waits


def test_trying_it_out_needs_somebody_to_tell(club):
    code, _, err = club.run("notify", "--test")
    assert code == 2
    assert "[notifications]" in err


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        ('[notifications]\nfrom = "a@example.org"\nserver = "smtp.example.org"', "protected"),
        ('[[receiver]]\nemail = "a@example.org"', "no mail is sent without from"),
        (WAY + '[[receiver]]\nemail = "Chair@example.org"', "is a receiver already"),
        ('[notifications]\nquiet = "21-07"', "no span of a day"),
        ('[notifications]\ndigest = "fredag 8"', "no time for a digest"),
    ],
)
def test_rules_that_would_tell_nobody_or_strangers_are_refused(club, added, complaint):
    club.add_rules(added)
    code, _, err = club.run("check")
    assert code == 2
    assert complaint in err


def test_a_way_without_anybody_at_its_end_is_no_way(club):
    def verdict():
        return {each["check"]: each["gravity"] for each in club.objects("doctor")[1]}

    club.add_rules('[notifications]\nfrom = "gallra@example.org"')
    assert verdict()["notifications"] == "warning"

    club.add_rules('[[receiver]]\nemail = "chair@example.org"')
    assert verdict()["notifications"] == "good"
