"""Consents are taken from mail, shown by their message, asked for, withdrawn and run out."""

from datetime import date, timedelta

import pytest

from gallra.detect.digests import Digester
from gallra.detect.mailing import MailReader
from gallra.duties import consents
from gallra.model.finding import ValueDigest
from gallra.model.ledger import Deed
from gallra.model.retention import Trigger
from gallra.service import clock
from gallra.service.notifications import outbox_of

ANNA = "anna.testberg@example.com"
CONSENT = f"""\
From: Anna Testberg <{ANNA}>
To: klubben@example.org
Subject: Samtycke
Date: Mon, 02 Mar 2026 10:00:00 +0100
Message-ID: <samtycke-1@example.com>
Content-Type: text/plain; charset=utf-8

Hej!

Jag samtycker härmed till att ni lämnar ut att jag är medlem till försäkringsbolaget.

Anna Testberg
"""
OTHER = """\
From: Robin Påhittad <robin@example.com>
To: klubben@example.org
Subject: Möte
Date: Tue, 03 Mar 2026 10:00:00 +0100
Message-ID: <annat@example.com>

Vi ses klockan 15.
"""
DAY = date(2026, 3, 5)


def mbox(*messages):
    return "".join(f"From a@example.com Mon Mar  2 10:00:00 2026\n{each}\n" for each in messages)


def person(house, text=ANNA, entity="EMAIL_ADDRESS"):
    digest = Digester(house.keys.digest_keys()).digest(entity, text)
    return {ValueDigest(entity=entity, digest=digest)}


def record(club, *more, proof=True):
    given = ("--proof", "epost/inkorg.mbox#msg:2") if proof else ()
    words = ("--for", "Försäkring", "--to", "forsakring.example.net", *given, *more)
    return club.objects("consent", "record", *words)


@pytest.fixture
def mail(club):
    club.add_rules('[notifications]\nfrom = "gallra@example.org"\nport = 1')
    club.write("epost", {"inkorg.mbox": mbox(OTHER, CONSENT)})
    club.scan()
    return club


def test_a_consent_in_mail_is_proposed_and_nothing_else_is(mail):
    code, found = mail.objects("consent", "find")

    assert code == 0
    assert [(each["person"], each["address"], each["on"]) for each in found] == [
        ("Anna Testberg", ANNA, "2026-03-02")
    ]
    assert "samtycker härmed" in found[0]["text"]
    assert mail.objects("consent", "list") == (0, [])


def test_what_the_message_says_of_itself_is_recorded_with_it(mail):
    code, (consent,) = record(mail)

    assert code == 0
    assert (consent["person"], consent["identifiers"]) == ("Anna Testberg", [ANNA])
    assert consent["given_on"] == "2026-03-02"
    assert consent["proof"]["message_id"] == "<samtycke-1@example.com>"
    assert consent["proof"]["part"] == "msg:2"
    assert mail.objects("consent", "find")[1] == []


def test_whether_somebody_consented_is_asked_by_digests(mail):
    record(mail, "--until", "2026-12-31")
    with mail.open() as house:
        known = consents.Consents(house)
        facts = MailReader(house.keys.digest_keys())
        receiver = {
            *facts.digests_of("kundtjanst@forsakring.example.net"),
            facts.domain("forsakring.example.net"),
        }

        assert known.has(person(house), receiver, DAY)
        assert known.has(person(house), "kundtjanst@forsakring.example.net", DAY)
        assert known.has(person(house), "a@mail.forsakring.example.net", DAY)
        assert consents.has_consent(house, person(house), "forsakring.example.net", DAY)
        assert not known.has(person(house), "a@example.net", DAY)
        assert not known.has(person(house, "robin@example.com"), receiver, DAY)
        assert not known.has(person(house), receiver, date(2026, 3, 1))
        assert not known.has(person(house), receiver, date(2027, 1, 1))
        name = person(house, "Anna Testberg", "PERSON")
        assert not known.has(name, receiver, DAY)
        assert known.has(name, receiver, DAY, is_name_enough=True)


def test_the_proof_is_held_while_the_consent_stands(mail):
    _, (consent,) = record(mail)
    (held,) = [each for each in mail.objects("list")[1] if each["hold"]]
    code, _, _ = mail.run("consent", "withdraw", consent["reference"], "--why", "mail från Anna")

    assert held["part"] == "msg:2"
    assert held["hold"] == f"consent {consent['reference']}"
    assert code == 0
    assert [each for each in mail.objects("list")[1] if each["hold"]] == []
    with mail.open() as house:
        (event,) = house.catalogue.events()
        assert event.kind is Trigger.CONSENT_WITHDRAWN
        assert event.places[0].part == "msg:2"
        deeds = [each.entry.deed for each in house.ledger.entries()]
        assert Deed.CONSENT_RECORDED in deeds
        assert Deed.CONSENT_WITHDRAWN in deeds
        told = b"".join(each.read_bytes() for each in outbox_of(house).folder.iterdir())
    assert consent["reference"].encode() in told
    assert ANNA.encode() not in told


def test_what_was_withdrawn_does_not_hold_from_that_day(mail):
    _, (consent,) = record(mail)
    mail.run("consent", "withdraw", consent["reference"], "--on", "2026-03-10", "--why", "brev")

    with mail.open() as house:
        known = consents.Consents(house)
        assert known.has(person(house), "forsakring.example.net", date(2026, 3, 9))
        assert not known.has(person(house), "forsakring.example.net", date(2026, 3, 10))
    assert mail.objects("consent", "list") == (0, [])
    (shown,) = mail.objects("consent", "list", "--all")[1]
    assert shown["state"] == "withdrawn"
    assert mail.run("consent", "withdraw", consent["reference"], "--why", "igen")[0] == 2


def test_a_consent_that_runs_out_is_told_before_and_closed_after(mail, monkeypatch):
    now = clock.now()
    until = now.date() + timedelta(days=60)
    _, (consent,) = record(mail, "--until", until.isoformat())

    def look(at):
        monkeypatch.setattr(clock, "now", lambda: at)
        with mail.open() as house:
            assert house.catalogue is not None
            consents.remind(house, None, at)
            return len(outbox_of(house).names())

    assert look(now) == 0
    assert look(now + timedelta(days=31)) == 1
    assert look(now + timedelta(days=32)) == 1
    assert len(mail.objects("consent", "list")[1]) == 1
    look(now + timedelta(days=62))
    assert mail.objects("consent", "list")[1] == []
    (shown,) = mail.objects("consent", "list", "--all")[1]
    assert (shown["reference"], shown["state"]) == (consent["reference"], "over")
    assert [each for each in mail.objects("list")[1] if each["hold"]] == []


def test_a_consent_of_somebody_who_is_only_named_is_refused(mail):
    words = ("consent", "record", "--person", "Anna Testberg", "--for", "x", "--to", "example.net")

    code, _, said = mail.run(*words)

    assert code == 2
    assert "a name can be somebody else's too" in said


@pytest.mark.parametrize("receiver", ["Tryggis", "the insurer", "a@b.example, c", "@", "net"])
def test_a_receiver_that_no_message_can_go_to_is_refused(mail, receiver):
    words = ("consent", "record", "--person", "Anna Testberg", "--id", ANNA, "--for", "x")

    code, _, said = mail.run(*words, "--to", "example.net", "--to", receiver)

    assert (code, mail.objects("consent", "list")) == (2, (0, []))
    assert "a domain or an address" in said


@pytest.mark.parametrize("receiver", ["*", "@example.net", "Å <a@example.net>", "blåbär.example"])
def test_a_receiver_is_a_domain_an_address_or_anybody(mail, receiver):
    words = ("consent", "record", "--person", "Anna Testberg", "--id", ANNA, "--for", "x")

    assert mail.run(*words, "--to", receiver)[0] == 0


def test_a_proof_that_is_not_there_is_refused(mail):
    words = ("--for", "x", "--to", "example.net", "--proof", "epost/inkorg.mbox#msg:9")

    assert mail.run("consent", "record", *words)[0] == 2
    assert mail.objects("consent", "list")[1] == []


def test_a_list_is_taken_in_whole_or_not_at_all(mail):
    good = mail.folder / "samtycken.csv"
    good.write_text(
        "Namn;E-post;Ändamål;Mottagare;Datum;Gäller till;Bevis\n"
        f"Anna Testberg;{ANNA};Försäkring;example.net;2026-03-02;2027-03-02;"
        "epost/inkorg.mbox#msg:2\n"
        "Robin Påhittad;robin@example.com;Försäkring;example.net;2026-03-03;;\n",
        "utf-8",
    )
    bad = mail.folder / "fel.csv"
    bad.write_text(good.read_text("utf-8") + "Alex;;Försäkring;example.net;i våras;;\n", "utf-8")

    refused, _, said = mail.run("consent", "import", bad)
    assert mail.objects("consent", "list")[1] == []
    code, taken = mail.objects("consent", "import", good)

    assert (refused, code) == (2, 0)
    assert "line 4" in said
    assert [each["until"] for each in taken] == ["2027-03-02", None]
    assert taken[0]["proof"]["message_id"] == "<samtycke-1@example.com>"


def test_nothing_of_a_consent_stands_in_the_open_half_of_the_ledger(mail):
    record(mail)
    with mail.open() as house:
        assert house.ledger.verify().is_good
    leaves = [path.read_bytes() for path in mail.state.glob("ledger/leaves*")]
    assert leaves
    assert not any(ANNA.encode() in each or b"Testberg" in each for each in leaves)


def sent(name, day, to):
    return f"""\
From: Kari Eksempelsen <kari@example.org>
To: {to}
Subject: Medlemskap
Date: {day} 10:00:00 +0100
Message-ID: <{name}@example.org>
Content-Type: text/plain; charset=utf-8

Hej! Anna Testberg är medlem i Unionen.
"""


def test_a_disclosure_without_a_consent_is_a_finding_and_with_one_is_none(mail):
    mail.add_rules('[[representative]]\nname = "Kari Eksempelsen"\nmail = "kari@example.org"')
    insurer = "kundtjanst@forsakring.example.net"
    mail.write(
        "gemensam",
        {
            "Medlemmar/Medlemsregister.csv": "Medlemsnummer;Förnamn;Efternamn;E-post\n"
            f"5120001;Anna;Testberg;{ANNA}\n5120002;Robin;Påhittad;robin@example.com\n"
        },
    )
    mail.write(
        "epost",
        {
            "Skickat/med.eml": sent("med", "Tue, 10 Mar 2026", insurer),
            "Skickat/annan.eml": sent("annan", "Tue, 10 Mar 2026", "a@annan.example"),
            "Skickat/efter.eml": sent("efter", "Wed, 01 Apr 2026", insurer),
        },
    )
    mail.scan()

    def lapses():
        found = mail.objects("mail-check")[1]
        return sorted(each["path"].rpartition("/")[2] for each in found)

    assert lapses() == ["annan.eml", "efter.eml", "med.eml"]
    _, (consent,) = record(mail)
    assert lapses() == ["annan.eml"]
    words = ("--on", "2026-03-31", "--why", "mail från Anna")
    mail.run("consent", "withdraw", consent["reference"], *words)
    assert lapses() == ["annan.eml", "efter.eml"]
