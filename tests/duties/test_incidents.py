"""Incidents: the clock runs from when it became known, everybody is told in time, all is noted."""

import csv
import json
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest

from gallra.duties.findings import note_findings, open_findings
from gallra.duties.incident_clock import remind_of_incidents
from gallra.duties.incidents import register
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.incident import Authority, Incident, Nature, Place, Receiver, Risk
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.policy.incidents import authority_of
from gallra.report.duty_words import AUTHORITIES, NATURES, RECEIVERS, RISKS
from gallra.service import clock
from gallra.service.notifications import outbox_of
from gallra.service.voice import Voice

FRIDAY = datetime(2026, 3, 27, 11, tzinfo=UTC)
"""Noon in Stockholm; in the night to Sunday the clocks go forward."""
SECRET = "Ingeborg Påhittsdotter"
MAILING = (
    "From: Kari Eksempelsen <kari@example.org>\n"
    "To: Tove Testdotter <tove.testdotter@example.com>, Ola Nordmann <ola.nordmann@example.com>\n"
    "Subject: Medlemsmöte\nDate: Thu, 26 Mar 2026 09:00:00 +0100\nMessage-ID: <7@example.org>\n\n"
    "Välkomna till medlemsmötet.\n"
)


@pytest.fixture
def club(club):
    """A club whose rules say how people are reached."""
    club.add_rules('[notifications]\nfrom = "gallra@example.org"\nport = 1')
    return club


@pytest.fixture
def house(club):
    with club.open() as opened_house:
        yield opened_house


def breach(key="a", **changes):
    given = {
        "kind": FindingKind.OPEN_RECIPIENTS,
        "gravity": Gravity.GRAVE,
        "clause": "U1",
        "share": "epost",
        "path": b"Skickat/7.eml",
        "key": key,
        "what": said("a mailing to {count} receivers", count=2),
        "advice": said("write to them"),
        "exposed": (SECRET, "ola.nordmann@example.com"),
        "exposed_to": ("Ola Nordmann", "Tove Testdotter"),
        "categories": ("UNION_MEMBERSHIP", "EMAIL_ADDRESS"),
        "happened_at": FRIDAY - timedelta(days=1),
        "is_breach": True,
    }
    return Finding(**{**given, **changes})


def found(house, *findings, at=FRIDAY):
    assert house.catalogue is not None
    note_findings(house, (FindingKind.OPEN_RECIPIENTS, FindingKind.NO_CONSENT), findings, at)
    return list(register(house).all())


def told_of(house):
    spool = outbox_of(house)
    return [json.loads(spool.content(name)) for name in spool.names()]


def deeds(house):
    return [each.entry.deed for each in house.ledger.entries() if "incident" in each.entry.deed]


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: moment)


def opened(club, *words):
    code, found = club.objects("incident", "open", "En pärm blev kvar på tåget", *words)
    assert code == 0
    return found[0]


def test_every_code_has_a_word():
    assert set(AUTHORITIES) == set(Authority)
    assert set(NATURES) == set(Nature)
    assert set(RECEIVERS) == set(Receiver)
    assert set(RISKS) == set(Risk)


@pytest.mark.parametrize(
    ("timezone", "language", "authority"),
    [
        ("Europe/Stockholm", "sv", Authority.IMY),
        ("Europe/Stockholm", "nb", Authority.IMY),
        ("Europe/Oslo", "nb", Authority.DATATILSYNET),
        ("Europe/Oslo", "en", Authority.DATATILSYNET),
        ("UTC", "nb", Authority.DATATILSYNET),
        ("UTC", "sv", Authority.IMY),
    ],
)
def test_the_authority_is_that_of_the_country(timezone, language, authority):
    assert authority_of(timezone=timezone, language=language) is authority


class TestFromAFinding:
    def test_a_breach_opens_an_incident_with_its_facts_and_its_clock(self, house):
        (kept,) = found(house, breach())

        assert kept.body.known_at == FRIDAY
        assert kept.due_at == FRIDAY + timedelta(hours=72)
        assert kept.body.person_count == 2
        assert kept.body.places == (Place(share="epost", path=b"Skickat/7.eml"),)
        assert kept.body.happened_from == FRIDAY - timedelta(days=1)
        assert [each.body.incident for each in open_findings(house)] == [kept.reference]
        assert deeds(house) == [Deed.INCIDENT_OPENED]

    def test_breaches_of_one_kind_in_one_look_are_one_incident(self, house):
        kept = found(
            house,
            *(breach(str(number), exposed=(f"Test {number}",)) for number in range(20)),
            breach("c", kind=FindingKind.NO_CONSENT, exposed=(), person_count=5),
        )

        assert [each.body.person_count for each in kept] == [20, 5]
        assert len(kept[0].body.findings) == 20

    def test_what_is_no_breach_opens_none_and_what_is_known_no_second_one(self, house):
        assert found(house, breach(is_breach=False)) == []
        found(house, breach("b"))

        assert len(found(house, breach("b"))) == 1

    def test_the_officer_and_the_club_are_told_at_once_and_without_names(self, house, state):
        found(house, breach())

        told = [each for each in told_of(house) if each["kind"] == "incident"]
        assert {each["audience"] for each in told} == {"officer", "club"}
        assert {each["urgency"] for each in told} == {"now"}
        for path in [*outbox_of(house).folder.iterdir(), *state.glob("ledger/leaves*")]:
            text = path.read_text("utf-8")
            assert SECRET not in text
            assert "example.com" not in text
            assert "Skickat" not in text


class TestReminders:
    def remind(self, house, hours):
        remind_of_incidents(house, Voice("en"), FRIDAY + timedelta(hours=hours))
        return [each for each in told_of(house) if each["kind"] == "deadline"]

    def test_each_is_said_once_to_both(self, house):
        found(house, breach())
        counts = [len(self.remind(house, hours)) for hours in (1, 23, 24, 25, 48, 66, 71, 72)]

        assert counts == [0, 0, 2, 2, 4, 6, 6, 8]

    def test_a_machine_that_was_off_says_only_the_last_one(self, house):
        found(house, breach())

        told = self.remind(house, 67)

        assert len(told) == 2
        template, values, _ = told[0]["subject"]
        assert "hours are left" in template
        assert dict(values)["hours"] == 5

    def test_after_the_time_it_is_said_every_day(self, house):
        found(house, breach())

        assert len(self.remind(house, 73)) == 2
        assert len(self.remind(house, 95)) == 2
        told = self.remind(house, 97)
        assert len(told) == 4
        assert "the 72 hours are over" in told[-1]["subject"][0]

    def test_it_falls_silent_once_the_clock_has_stopped(self, club, monkeypatch):
        with club.open() as house:
            (kept,) = found(house, breach())
        at(monkeypatch, FRIDAY + timedelta(hours=2))
        assert club.run("incident", "notify", kept.reference, "--to", "authority")[0] == 0

        with club.open() as house:
            assert self.remind(house, 80) == []

    def test_facts_that_were_promised_are_recalled_each_week(self, club, monkeypatch):
        with club.open() as house:
            (kept,) = found(house, breach())
        at(monkeypatch, FRIDAY + timedelta(hours=2))
        club.run("incident", "notify", kept.reference, "--to", "authority", "--more-follows")

        with club.open() as house:
            assert self.remind(house, 6 * 24) == []
            assert len(self.remind(house, 8 * 24)) == 1
            assert len(self.remind(house, 9 * 24)) == 1
            assert len(self.remind(house, 15 * 24)) == 2


class TestByHand:
    def test_the_clock_runs_from_when_it_became_known_across_the_change_of_clocks(
        self, club, monkeypatch
    ):
        at(monkeypatch, FRIDAY + timedelta(hours=30))

        one = opened(club, "--known-at", "2026-03-27 12:00", "--persons", "12")

        assert one["known_at"] == FRIDAY.isoformat()
        assert one["tell_authority_by"] == (FRIDAY + timedelta(hours=72)).isoformat()
        assert one["hours_left"] == 42
        _, out, _ = club.run("incident", "list")
        assert "42 hours left" in out
        _, out, _ = club.run("incident", "show", one["incident"])
        assert "2026-03-30 13:00 CEST" in out

    def test_a_time_that_is_none_or_still_to_come_is_refused(self, club):
        for text in ("yesterday", "2026-03-27", "9999-01-01 12:00"):
            assert club.run("incident", "open", "x", "--known-at", text)[0] == 2
        assert club.objects("incident", "list") == (0, [])

    def test_a_file_is_named_as_everywhere(self, club):
        club.write("epost", {"Skickat/7.eml": MAILING})
        club.scan()

        one = opened(club, "--file", "epost/Skickat/7.eml", "--category", "union membership")

        assert one["files"][0]["path"] == "Skickat/7.eml"
        assert one["categories"] == ["UNION_MEMBERSHIP"]
        assert club.run("incident", "open", "x", "--file", "epost/nothing.eml")[0] == 2

    def test_it_can_be_opened_though_the_catalogue_is_lost(self, club):
        opened(club)
        for path in club.state.glob("catalogue.db*"):
            path.unlink()

        opened(club)

        assert len(club.objects("incident", "list")[1]) == 2
        with club.open() as house:
            assert len(told_of(house)) == 4


class TestSteps:
    @pytest.fixture
    def reference(self, club, monkeypatch):
        at(monkeypatch, FRIDAY)
        return opened(club, "--known-at", "2026-03-27 12:00")["incident"]

    def step(self, club, reference, verb, *words):
        return club.run("incident", verb, reference, *words)

    def test_nothing_is_closed_while_something_remains(self, club, reference):
        code, _, err = self.step(club, reference, "close", "--why", "x")

        assert code == 1
        assert "--to officer" in err
        assert "--risk" in err
        assert "--authority" in err
        assert "--members" in err

    def test_the_authority_must_be_told_unless_harm_is_unlikely(self, club, reference):
        no = ("decide", "--authority", "not", "--why", "nobody saw it")
        assert self.step(club, reference, *no)[0] == 2
        self.step(club, reference, "assess", "--risk", "risk", "--why", "it was public")
        code, _, err = self.step(club, reference, *no)
        assert code == 2
        assert "Art. 33" in err

        self.step(club, reference, "assess", "--risk", "unlikely", "--why", "it was encrypted")
        assert self.step(club, reference, *no)[0] == 0

        (one,) = club.objects("incident", "list")[1]
        assert one["clock"] is None
        assert one["decisions"][0]["why"] == "nobody saw it"

    def test_a_decision_needs_a_reason(self, club, reference):
        assert self.step(club, reference, "decide", "--authority", "tell")[0] == 2
        assert self.step(club, reference, "decide", "--why", "x")[0] == 2
        assert self.step(club, reference, "assess", "--risk", "high")[0] == 2

    def test_of_two_decisions_none_is_taken_where_one_may_not_be(self, club, reference):
        self.step(club, reference, "assess", "--risk", "high", "--why", "health")
        words = ("--members", "tell", "--authority", "not", "--why", "x")

        assert self.step(club, reference, "decide", *words)[0] == 2

        (one,) = club.objects("incident", "list")[1]
        assert one["decisions"] == []

    def test_members_may_be_left_untold_at_high_risk_with_a_warning(self, club, reference):
        self.step(club, reference, "assess", "--risk", "high", "--why", "health")

        code, _, err = self.step(club, reference, "decide", "--members", "not", "--why", "locked")

        assert code == 0
        assert "Art. 34(3)" in err

    def test_telling_late_needs_the_reasons(self, club, reference, monkeypatch):
        at(monkeypatch, FRIDAY + timedelta(hours=72, seconds=1))
        code, _, err = self.step(club, reference, "notify", "--to", "authority")
        assert code == 2
        assert "--why-late" in err

        late = ("--to", "authority", "--why-late", "the machine was off over Easter")
        assert self.step(club, reference, "notify", *late)[0] == 0
        code, out, _ = self.step(club, reference, "letter", "--to", "authority")
        assert "the machine was off over Easter" in re.sub(r"\s+", " ", out)

    def test_at_the_very_hour_it_is_in_time(self, club, reference, monkeypatch):
        at(monkeypatch, FRIDAY + timedelta(hours=72))

        assert self.step(club, reference, "notify", "--to", "authority")[0] == 0

    def test_nobody_is_told_before_it_is_known_or_in_the_future(self, club, reference):
        for text in ("2026-03-27 11:59", "2026-03-27 12:01"):
            words = ("notify", "--to", "officer", "--at", text)
            assert self.step(club, reference, *words)[0] == 2

    def test_the_whole_way_is_noted_in_the_log(self, club, reference, monkeypatch):
        steps = (
            ("notify", "--to", "officer", "--by", "Tove"),
            ("assess", "--risk", "high", "--why", "health", "--persons", "3", "--taken", "locked"),
            ("decide", "--authority", "tell", "--members", "tell", "--why", "as the law says"),
            ("notify", "--to", "authority", "--more-follows", "--reference", "IMY-2026-77"),
            ("notify", "--to", "members"),
        )
        for number, words in enumerate(steps):
            at(monkeypatch, FRIDAY + timedelta(hours=number + 1))
            code, _, err = self.step(club, reference, *words)
            assert (code, err) == (0, "")
        assert self.step(club, reference, "close", "--why", "done")[0] == 1  # more follows
        _, draft, _ = self.step(club, reference, "letter", "--to", "authority")
        assert "IMY-2026-77" in draft
        self.step(club, reference, "notify", "--to", "authority")
        code, _, err = self.step(club, reference, "close", "--why", "all is done")

        assert (code, err) == (0, "")
        assert club.objects("incident", "list") == (0, [])
        (one,) = club.objects("incident", "list", "--all")[1]
        assert one["closed_why"] == "all is done"
        assert one["told"][0]["by"].startswith("Tove (")
        with club.open() as house:
            assert deeds(house) == [
                Deed.INCIDENT_OPENED,
                Deed.INCIDENT_TOLD,
                Deed.INCIDENT_ASSESSED,
                *[Deed.INCIDENT_DECIDED] * 2,
                *[Deed.INCIDENT_TOLD] * 3,
                Deed.INCIDENT_CLOSED,
            ]
            assert house.ledger.verify().is_good

    def test_a_false_alarm_is_closed_at_once_with_its_reason(self, club, reference):
        words = ("close", "--no-breach", "--why", "the binder was empty")

        assert self.step(club, reference, *words)[0] == 0

        (one,) = club.objects("incident", "list", "--all")[1]
        assert (one["breach"], one["clock"]) == (False, None)
        with club.open() as house:
            assert any(each["subject"][0].endswith("is closed") for each in told_of(house))

    def test_what_is_closed_stays_as_it_is_until_it_is_opened_again(self, club, reference):
        self.step(club, reference, "close", "--no-breach", "--why", "the binder was empty")
        assert self.step(club, reference, "assess", "--persons", "3")[0] == 2

        assert self.step(club, reference, "reopen", "--why", "it was not")[0] == 0

        (one,) = club.objects("incident", "list")[1]
        assert one["hours_left"] == 72
        assert self.step(club, reference, "reopen", "--why", "again")[0] == 2

    def test_the_time_it_became_known_is_put_right_with_a_reason(self, club, reference):
        earlier = ("assess", "--known-at", "2026-03-26 12:00")
        assert self.step(club, reference, *earlier)[0] == 2

        assert self.step(club, reference, *earlier, "--why", "Tove knew already")[0] == 0

        assert club.objects("incident", "list")[1][0]["hours_left"] == 48


class TestLetters:
    @pytest.mark.parametrize("language", ["sv", "nb", "en"])
    @pytest.mark.parametrize("receiver", list(Receiver))
    def test_each_is_whole_in_each_language_and_names_nobody(self, club, receiver, language):
        with club.open() as house:
            (kept,) = found(house, breach(), at=clock.now())

        code, out, err = club.run(
            "incident", "letter", kept.reference, "--to", receiver.value, "--in", language
        )

        assert (code, err) == (0, "")
        assert "dataskydd@example.org" in out or receiver is Receiver.OFFICER
        assert "{" not in out
        for name in (SECRET, "ola.nordmann@example.com", "Ola Nordmann", "Skickat/7.eml"):
            assert name not in out
        assert max(map(len, out.splitlines())) <= 88

    def test_the_draft_for_the_authority_has_the_facts(self, club):
        with club.open() as house:
            (kept,) = found(house, breach(), at=clock.now())

        _, out, _ = club.run("incident", "letter", kept.reference, "--to", "authority")
        text = re.sub(r"\s+", " ", out)

        assert "Integritetsskyddsmyndigheten (IMY)" in text
        assert "UTKAST" in text  # the language is the organisation's, not the terminal's
        assert "Den inträffade: 2026-03-26 12:00 CET" in text
        assert "Antal registrerade, ungefär: 2" in text
        assert "Därav känsliga uppgifter (art. 9): medlemskap i fackförening" in text
        assert "Dataskyddsombudet, dataskydd@example.org" in text

    def test_a_norwegian_club_writes_to_datatilsynet(self, club):
        club.edit_rules('timezone = "Europe/Stockholm"', 'timezone = "Europe/Oslo"')
        reference = opened(club)["incident"]

        _, out, _ = club.run("incident", "letter", reference, "--to", "members", "--in", "nb")
        assert "Datatilsynet" in out
        _, out, _ = club.run(
            "incident", "letter", reference, "--to", "authority", "--authority", "imy"
        )
        assert "IMY" in out

    def test_a_letter_goes_to_a_new_file_that_nobody_else_reads(self, club):
        reference = opened(club)["incident"]
        out = club.folder / "letter.txt"
        words = ("incident", "letter", reference, "--to", "officer", "--out", out)

        assert club.run(*words)[0] == 0
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert club.run(*words)[0] == 2  # nothing is ever replaced


class TestMembers:
    def listed(self, club, *places, exposed=()):
        incident = Incident(known_at=clock.now(), title="x", places=places, exposed=exposed)
        with club.open() as house:
            kept = register(house).open(incident, deed=Deed.INCIDENT_OPENED)
        out = club.folder / "members.csv"
        code, _, err = club.run("incident", "members", kept.reference, "--out", out)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        with out.open(encoding="utf-8-sig", newline="") as file:
            return code, err, list(csv.reader(file, delimiter=";"))[1:]

    def test_the_receivers_of_a_mailing_are_listed(self, club):
        club.write("epost", {"Skickat/7.eml": MAILING})

        code, err, rows = self.listed(club, Place(share="epost", path=b"Skickat/7.eml"))

        assert (code, err) == (0, "")
        addresses = {row[1] for row in rows}
        assert {"tove.testdotter@example.com", "ola.nordmann@example.com"} <= addresses
        assert not any("tove" in row[1] and "ola" in row[1] for row in rows)

    def test_whom_a_file_names_is_not_listed_again_in_pieces(self, club):
        club.write(
            "gemensam",
            {"r.csv": "Medlemsnummer;Namn;E-post\n5120001;Tove Testdotter;tove@example.com\n"},
        )

        _, _, rows = self.listed(
            club,
            Place(share="gemensam", path=b"r.csv"),
            exposed=("5120001", "Tove Testdotter", "tove@example.com", "Kim <kim@example.com>"),
        )

        assert [row[:2] for row in rows] == [
            ["Kim", "kim@example.com"],
            ["Tove Testdotter", "tove@example.com"],
        ]

    def test_one_row_of_a_register_is_one_person_however_often_it_is_found(self, club):
        table = (
            "Namn;Personnummer;E-post\nTove Testdotter;19900101-2385;tove@example.com\n"
            "Ola Nordmann;19850315-2382;ola@example.com\n"
        )
        club.write("gemensam", {"register.csv": table, "kopia.csv": table})

        _, _, rows = self.listed(
            club,
            Place(share="gemensam", path=b"register.csv"),
            Place(share="gemensam", path=b"kopia.csv"),
        )

        assert [row[1] for row in rows] == ["tove@example.com", "ola@example.com"]
        assert "19900101-2385" in rows[0][3]
        assert "register.csv" in rows[0][4]
        assert "kopia.csv" in rows[0][4]

    def test_what_lies_in_quarantine_by_now_is_read_there(self, club):
        club.edit_rules('mode = "observe"', 'mode = "enforce"')
        club.edit_rules('most_of_a_share = "5 %"', 'most_of_a_share = "100 %"')
        table = "Namn;Lön 2009\nAnna Åsgård;24 100\nMaria Bergström;25 200\nErik Holmberg;26 300\n"
        club.write("gemensam", {"Löner/Lönelista 2009.csv": table})
        club.scan()
        club.run("run", "--once")
        code, lying = club.objects("quarantine", "list")
        assert (code, len(lying)) == (0, 1)

        path = "Löner/Lönelista 2009.csv".encode()
        code, err, rows = self.listed(club, Place(share="gemensam", path=path))

        assert (code, err) == (0, "")
        assert [row[0] for row in rows] == ["Anna Åsgård", "Maria Bergström", "Erik Holmberg"]

    def test_only_the_message_that_got_out_is_read(self, club):
        other = MAILING.replace("tove.testdotter", "someone.else").replace("<7@", "<8@")
        box = "".join(f"From x Thu Mar 26 09:00:00 2026\n{each}\n" for each in (MAILING, other))
        club.write("epost", {"sent.mbox": box})

        _, _, rows = self.listed(club, Place(share="epost", path=b"sent.mbox", part="msg:1"))

        assert not any("someone.else" in row[1] for row in rows)
        assert any("tove.testdotter" in row[1] for row in rows)

    def test_names_that_the_finding_knows_are_listed_too(self, club):
        _, _, rows = self.listed(club, exposed=(SECRET, "=cmd@example.com"))

        assert rows[0][0] == SECRET
        assert rows[1][1] == "'=cmd@example.com"

    def test_what_cannot_be_read_is_said(self, club):
        code, err, rows = self.listed(
            club, Place(share="epost", path=b"gone.eml"), Place(share="nowhere", path=b"x")
        )

        assert code == 1
        assert "gone.eml" in err
        assert "nowhere/x" in err
        assert rows == []

    def test_that_a_list_was_written_stands_in_the_log_and_the_names_do_not(self, club):
        club.write("epost", {"Skickat/7.eml": MAILING})
        self.listed(club, Place(share="epost", path=b"Skickat/7.eml"))

        with club.open() as house:
            assert deeds(house)[-1] is Deed.INCIDENT_LISTED
        for path in [club.state / "registers.db", *club.state.glob("ledger/*")]:
            assert b"tove.testdotter" not in path.read_bytes()


def test_everything_is_written_out_for_whoever_looks_into_it_later(club):
    with club.open() as house:
        (kept,) = found(house, breach(), at=clock.now())
    out = club.folder / "incident.json"

    assert club.run("incident", "export", kept.reference, "--out", out)[0] == 0

    whole = json.loads(out.read_text("utf-8"))
    assert whole["persons"] == 2
    assert set(whole["letters"]) == {"sv", "nb", "en"}
    assert [each["action"] for each in whole["log"]] == ["incident-opened"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
