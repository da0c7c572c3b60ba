"""The self-audit: a year in figures, answers, and a signature for exactly what was read."""

import hashlib
import json
import re
import stat
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gallra.duties.audit_figures import (
    incident_figures,
    register_figures,
    request_figures,
    start_of,
)
from gallra.duties.findings import open_findings
from gallra.duties.incidents import register as incidents
from gallra.duties.self_audits import audit_of, remind_of_audit
from gallra.model.access import Person, Request, RequestKind
from gallra.model.duty import FindingKind
from gallra.model.incident import Decision, Incident, Receiver, Told
from gallra.model.ledger import Deed, Entry
from gallra.model.self_audit import Question
from gallra.report.audit_questions import QUESTIONS
from gallra.service import clock
from gallra.service.notifications import outbox_of
from gallra.service.voice import Voice
from gallra.store.registers import Dossier

ALL_YES = [word for each in Question for word in ("--answer", f"{each}=yes")]
ZONE = ZoneInfo("Europe/Stockholm")
FEBRUARY = datetime(2027, 2, 10, 12, tzinfo=UTC)


NOW = clock.now


def at(monkeypatch, moment):
    """Let it be ``moment``, and let the time go on from there: files settle in it."""
    ahead = moment - NOW()
    monkeypatch.setattr(clock, "now", lambda: NOW() + ahead)


@pytest.fixture
def year(club, monkeypatch):
    """A club of which the ledger tells a little of 2026, and of the days around it."""
    club.write("gemensam", {"Protokoll 2026.txt": "Mötet öppnades.\n"})
    at(monkeypatch, datetime(2026, 5, 4, 12, tzinfo=UTC))
    club.scan()
    with club.open() as house:
        for moment, deed in (
            ("2026-12-31T22:59:59+00:00", Deed.QUARANTINED),  # still the old year in Stockholm
            ("2026-12-31T22:59:59+00:00", Deed.DESTROYED),
            ("2026-12-31T23:00:00+00:00", Deed.DESTROYED),  # already the new one
        ):
            entry = Entry(deed=deed, act="destroy", class_code="salary-list", authority="F15.5")
            house.ledger.append((entry,), at=datetime.fromisoformat(moment))
    at(monkeypatch, FEBRUARY)
    return club


def told_of(house):
    spool = outbox_of(house)
    kept = [json.loads(spool.content(name)) for name in spool.names()]
    return [each for each in kept if "self-audit" in each["key"]]


def test_every_question_is_asked():
    assert set(QUESTIONS) == set(Question)


def test_a_year_is_counted_where_the_organisation_is(year):
    code, (found,) = year.objects("self-audit", "2026")

    assert code == 0
    assert found["log"]["destroyed"] == 1
    assert found["classes"] == {"salary-list": {"quarantined": 1, "destroyed": 1}}
    assert found["rules"][0]["rules"]
    assert found["ledger"]["verified"] is True
    assert year.objects("self-audit", "2027")[1][0]["log"]["destroyed"] == 1


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_the_report_is_whole_in_each_language(year, language):
    code, out, err = year.run("self-audit", "2026", "--in", language)

    assert (code, err) == (0, "")
    assert "{" not in out
    assert all(f"[{each}]" in out for each in Question)
    assert "2027-03-31" in out
    assert {"sv": "Lönelistor", "nb": "Lønnslister", "en": "Salary lists"}[language] in out


def test_a_year_that_is_none_is_refused(year):
    for word in ("2028", "1066", "last"):
        assert year.run("self-audit", word)[0] == 2


class TestAnswers:
    def test_they_are_kept_with_who_and_when_and_the_last_one_counts(self, year):
        year.run("self-audit", "2026", "--answer", "gifts=no:they will be handed out at a stand")
        year.run("self-audit", "2026", "--answer", "gifts=yes:at a stand", "--by", "Tove")

        (found,) = year.objects("self-audit", "2026")[1]
        (gifts,) = (each for each in found["answers"] if each["question"] == "gifts")
        assert (gifts["answer"], gifts["text"]) == ("yes", "at a stand")
        assert gifts["by"].startswith("Tove (")
        with year.open() as house:
            deeds = [each.entry.deed for each in house.ledger.entries()]
        assert deeds.count(Deed.SELF_AUDIT_ANSWERED) == 2

    @pytest.mark.parametrize(
        "text", ["gifts", "gifts=maybe", "flowers=yes", "gifts=no", "gifts=no: "]
    )
    def test_what_is_no_answer_is_refused_and_nothing_is_kept(self, year, text):
        code, _, _ = year.run("self-audit", "2026", "--answer", "rules=yes", "--answer", text)

        assert code == 2
        with year.open() as house:
            assert audit_of(house, 2026) is None


class TestSigning:
    def test_nothing_is_signed_before_all_is_answered(self, year):
        code, _, err = year.run("self-audit", "2026", "--sign", "--why", "gone through")
        assert code == 2
        assert "gifts" in err

        year.run("self-audit", "2026", *ALL_YES)
        assert year.run("self-audit", "2026", "--sign")[0] == 2  # why is needed
        assert year.run("self-audit", "2026", "--sign", "--why", "gone through")[0] == 0

    def test_a_year_that_is_not_over_cannot_be_signed(self, year, monkeypatch):
        at(monkeypatch, datetime(2026, 12, 31, 22, 59, tzinfo=UTC))

        assert year.run("self-audit", "2026", *ALL_YES, "--sign", "--why", "x")[0] == 2

    def test_the_signature_stands_in_the_log_for_what_was_read(self, year):
        words = ("self-audit", "2026", *ALL_YES, "--sign", "--why", "gone through", "--by", "Tove")
        code, (found,) = year.objects(*words)

        assert code == 0
        with year.open() as house:
            signature = audit_of(house, 2026).body.signature
            (entry,) = house.ledger.entries(deeds=(Deed.SELF_AUDIT_SIGNED,))
        digest = hashlib.sha256(signature.report.encode()).hexdigest()
        assert dict(entry.entry.clear)["digest"] == digest == found["signed"]["digest"]
        signed = json.loads(signature.report)
        assert signed["self_audit"] == 2026
        assert {each["answer"] for each in signed["answers"]} == {"yes"}
        _, out, _ = year.run("self-audit", "2026", "--in", "en")
        assert "gone through" in out
        assert digest in re.sub(r"\s+", "", out)

    def test_an_answer_that_changes_takes_the_signature_away(self, year):
        year.run("self-audit", "2026", *ALL_YES, "--sign", "--why", "gone through")
        year.run("self-audit", "2026", "--answer", "gifts=no:a member complained")

        (found,) = year.objects("self-audit", "2026")[1]
        assert found["signed"] is None

    def test_it_goes_to_a_new_file_that_nobody_else_reads(self, year):
        out = year.folder / "audit.txt"

        assert year.run("self-audit", "2026", "--in", "sv", "--out", out)[0] == 0
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert "EGENKONTROLL" in out.read_text("utf-8")
        assert year.run("self-audit", "2026", "--out", out)[0] == 2


class TestReminders:
    @pytest.fixture(autouse=True)
    def _reached(self, club):
        club.add_rules('[notifications]\nfrom = "gallra@example.org"\nport = 1')

    def remind(self, club, day):
        """Do the chore at noon of ``day``; return what was announced so far, and the findings."""
        with club.open() as house:
            remind_of_audit(house, Voice("en"), datetime.fromisoformat(f"{day}T12:00:00+01:00"))
            kinds = [each.body.finding.kind for each in open_findings(house)]
            return len(told_of(house)), kinds.count(FindingKind.AUDIT_OVERDUE)

    def test_it_is_recalled_in_the_first_quarter_and_overdue_after_it(self, year):
        assert [self.remind(year, day) for day in ("2026-12-31", "2027-01-01", "2027-01-02")] == [
            (0, 0),
            (2, 0),
            (2, 0),
        ]
        assert self.remind(year, "2027-02-03") == (4, 0)
        assert self.remind(year, "2027-03-31") == (6, 0)
        assert self.remind(year, "2027-04-01") == (8, 1)
        assert self.remind(year, "2027-04-30") == (8, 1)
        assert self.remind(year, "2027-05-01") == (10, 1)

    def test_the_year_turns_where_the_organisation_is(self, year):
        with year.open() as house:
            remind_of_audit(house, Voice("en"), datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
            assert told_of(house) == []
            remind_of_audit(house, Voice("en"), datetime(2026, 12, 31, 23, 1, tzinfo=UTC))
            assert len(told_of(house)) == 2

    def test_once_it_is_signed_nobody_is_reminded_and_the_finding_is_gone(self, year, monkeypatch):
        assert self.remind(year, "2027-04-01")[1] == 1
        at(monkeypatch, datetime(2027, 4, 2, 12, tzinfo=UTC))
        assert year.run("self-audit", "2026", *ALL_YES, "--sign", "--why", "late")[0] == 0

        with year.open() as house:
            assert open_findings(house) == ()
        count, _ = self.remind(year, "2027-04-03")
        assert self.remind(year, "2027-12-31") == (count, 0)

    def test_a_club_that_began_this_year_is_asked_for_no_earlier_one(self, club, monkeypatch):
        at(monkeypatch, FEBRUARY)
        club.scan()

        assert self.remind(club, "2027-02-11") == (0, 0)
        assert self.remind(club, "2027-05-11") == (0, 0)


class TestFigures:
    def test_what_was_closed_late_and_took_longest_is_told(self):
        def dossier(opened, closed, due):
            return Dossier(
                kind="request",
                reference="2026-1",
                opened_at=opened,
                due_at=due,
                closed_at=closed,
                version=1,
                body=b"",
            )

        day, since = timedelta(days=1), start_of(2026, ZONE)
        until = start_of(2027, ZONE)
        found = register_figures(
            "request",
            [
                dossier(since, since + 10 * day, since + 30 * day),
                dossier(since, since + 31 * day, since + 30 * day),
                dossier(since - 5 * day, since + day, None),
                dossier(until - day, None, until + 29 * day),
                dossier(until, until + day, None),
            ],
            since,
            until,
        )

        assert (found.opened_count, found.closed_count, found.late_count) == (3, 3, 1)
        assert (found.longest_days, found.open_count) == (31, 1)

    def test_requests_are_told_with_the_times_they_took(self):
        def request(received, answered=None, deadline="2026-12-31"):
            return Request(
                kind=RequestKind.ACCESS,
                person=Person(names=("Tove Testdotter",)),
                language="sv",
                received_on=date.fromisoformat(received),
                deadline_on=date.fromisoformat(deadline),
                answered_on=answered and date.fromisoformat(answered),
                opened_by="x",
            )

        found = request_figures(
            [
                (request("2026-01-02", "2026-01-05"), NOW()),
                (request("2026-03-01", "2026-04-02", "2026-03-31"), NOW()),
                (request("2025-12-20", "2026-01-10"), NOW()),
                (request("2026-12-20"), None),
                (request("2026-05-01"), NOW()),  # withdrawn
                (request("2027-01-02", "2027-01-03"), NOW()),
            ],
            2026,
        )

        assert (found.received_count, found.answered_count, found.late_count) == (4, 3, 1)
        assert (found.shortest_days, found.median_days, found.longest_days) == (3, 21, 32)
        assert found.open_count == 1

    def test_breaches_are_told_by_how_they_ended(self, club):
        known = datetime(2026, 3, 1, 12, tzinfo=UTC)
        hour = timedelta(hours=1)

        def told(hours):
            phase = Told(receiver=Receiver.AUTHORITY, at=known + hours * hour, by="x")
            return Incident(known_at=known, told=(phase,))

        no = Decision(receiver=Receiver.AUTHORITY, is_to_be_told=False, why="x", by="x", at=known)
        bodies = [
            told(72),
            told(73),
            Incident(known_at=known, decisions=(no,)),
            Incident(known_at=known, is_breach=False),
            Incident(known_at=known - timedelta(days=365)),
        ]
        with club.open() as house:
            for body in bodies:
                incidents(house).open(body, deed=Deed.INCIDENT_OPENED, is_closed=True)
            found = incident_figures(
                ((each.body, each.closed_at) for each in incidents(house).all()),
                start_of(2026, ZONE),
                start_of(2027, ZONE),
            )

        counts = (found.known_count, found.in_time_count, found.late_count)
        assert counts == (4, 1, 1)
        assert (found.not_told_count, found.none_count, found.open_count) == (1, 1, 0)
