"""Mailboxes of a club in which every way of sending stands once: right ones and wrong ones.

Everybody here is invented; domains end in ``.example``, or are those that are kept for examples.
"""

import base64
import io
import struct
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from pypdf import PdfWriter

RULES = """
[[representative]]
name = "Kari Eksempelsen"
mail = ["kari@example.org", "kari.eksempelsen@privat.example"]

[[representative]]
name = "Per Tillitsson"
mail = "per@example.org"

[[representative]]
name = "Siv Förtroende"
mail = "siv.fortroende@privat.example"
"""
ANNA, BO, CILLA = "anna.testberg@privat.example", "bo.provsson@example.org", "cilla@annat.example"
REGISTER = f"""Medlemsnummer;Förnamn;Efternamn;E-post;Arbetsplats
5120001;Anna;Testberg;{ANNA};Visby
5120002;Bo;Provsson;{BO};Visby
5120003;Cilla;Exempelsdotter;{CILLA};Hemse
5120004;Kari;Eksempelsen;kari@example.org;Visby
"""
LIST = """Medlemsregister klubben

Medlemsnummer;Förnamn;Efternamn;E-post
5120001;Anna;Testberg;anna.testberg@privat.example
5120002;Bo;Provsson;bo.provsson@example.org
5120003;Cilla;Exempelsdotter;cilla@annat.example
"""
KARI = "Kari Eksempelsen <kari@example.org>"
BEGIN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
NOTICE = "Observera att deltagarna kommer att se varandra."
CASE = (
    "Läkarintyg\n\nAnna Testberg, personnummer 19850101-9809, är sjukskriven på grund av"
    " utmattning.\nHon är medlem i Unionen.\n"
)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One message, and what is wrong with it."""

    name: str
    text: bytes
    wrong: tuple[str, ...] = ()

    @property
    def folder(self):
        """Where a mail program keeps it."""
        return "Inkorg" if b"\nReceived:" in self.text else "Skickat"


def mail(name, *, number, to=(), cc=(), bcc=(), sender=KARI, subject="Hej", body="Hej!",
         attachments=(), headers=(), days=None, identifier=None):  # fmt: skip
    """Return the bytes of one message."""
    at = BEGIN + timedelta(days=number * 40 if days is None else days)
    lines = [
        f"From: {sender}",
        *(
            f"{field}: {', '.join(who)}"
            for field, who in (("To", to), ("Cc", cc), ("Bcc", bcc))
            if who
        ),
        f"Subject: {subject}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: {identifier or f'<{name}@example.org>'}",
        "MIME-Version: 1.0",
        *headers,
    ]
    if not attachments:
        lines += ["Content-Type: text/plain; charset=utf-8", "", body, ""]
        return "\n".join(lines).encode()
    lines += ['Content-Type: multipart/mixed; boundary="=b="', "", "--=b=",
              "Content-Type: text/plain; charset=utf-8", "", body]  # fmt: skip
    for file, content in attachments:
        kind = (
            "text/calendar; method=REQUEST" if file.endswith(".ics") else "application/octet-stream"
        )
        lines += [
            "--=b=", f'Content-Type: {kind}; name="{file}"', "Content-Transfer-Encoding: base64",
            f'Content-Disposition: attachment; filename="{file}"', "",
            base64.encodebytes(content).decode(),
        ]  # fmt: skip
    return "\n".join([*lines, "--=b=--", ""]).encode()


def meeting(*attendees, organizer="kari@example.org", note=""):
    """Return a calendar file with its participants."""
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:1@example.org",
            "SUMMARY:Medlemsmöte", f"DESCRIPTION:{note}", "DTSTART:20260301T160000Z",
            f"ORGANIZER;CN=Kari:mailto:{organizer}",
            *(f"ATTENDEE;ROLE=REQ-PARTICIPANT;CN={each.partition('@')[0]}:mailto:{each}"
              for each in attendees),
            "END:VEVENT", "END:VCALENDAR", "",
        ]
    ).encode()  # fmt: skip


def locked_zip(method):
    """Return an archive that says it is locked: ``ZipCrypto`` or ``AES``; nobody can open it."""
    info = zipfile.ZipInfo("lista.csv")
    flags, code = 0x1, 8
    if method == "AES":
        info.extra, code = b"\x01\x99\x07\x00\x01\x00AE\x03\x08\x00", 99
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "nothing that could be read")
    content = bytearray(stream.getvalue())
    for at in (6, content.index(b"PK\x01\x02") + 8):
        struct.pack_into("<HH", content, at, flags, code)
    return bytes(content)


def locked_pdf(algorithm):
    """Return a PDF file that needs a password."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("hemligt", "mer-hemligt", algorithm=algorithm)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def plain_zip(name, text):
    """Return an archive that anybody opens."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, text)
    return stream.getvalue()


MEMBERS = (ANNA, BO, CILLA)
LAWYER = "advokat@byra.example"
UNION = "ombud@forbundet.example"


def mailings():
    """Return every mailing: open, hidden, to the club's own, to one, to representatives."""
    given = [
        ("open", {"to": MEMBERS}, ["open-recipients"]),
        ("open-copies", {"to": [KARI], "cc": [ANNA, CILLA]}, ["open-recipients"]),
        ("open-unknown", {"to": ["x1@privat.example", "x2@privat.example"]}, ["open-recipients"]),
        ("open-plus", {"to": ["Anna.Testberg+klubb@PRIVAT.example", f"<{BO.upper()}>"]},
         ["open-recipients"]),
        ("open-group", {"to": [f"Medlemmar: {ANNA}, {CILLA};"]}, ["open-recipients"]),
        ("open-folded", {"to": [f"=?utf-8?q?=C3=85sa?=\n <{ANNA}>,\n\t{CILLA}"]},
         ["open-recipients"]),
        ("hidden", {"to": [KARI], "bcc": MEMBERS}, []),
        ("hidden-nobody", {"to": ["undisclosed-recipients:;"], "bcc": MEMBERS}, []),
        ("hidden-one-open", {"to": [ANNA], "bcc": [BO, CILLA]}, []),
        ("internal", {"to": ["chef@example.org", "hr@example.org"], "cc": ["lon@example.org"]}, []),
        ("internal-list", {"to": ["medlemmar@example.org"]}, []),
        ("list-with-a-name", {"to": [f'"{ANNA}" <lista@example.org>',
                                     f'"{CILLA}" <b@example.org>']}, []),
        ("single", {"to": [ANNA]}, []),
        ("single-and-us", {"to": [ANNA], "cc": ["per@example.org"]}, []),
        ("same-twice", {"to": [ANNA], "cc": [f"Anna <{ANNA.upper()}>"]}, []),
        ("representatives", {"to": ["per@example.org", "siv.fortroende@privat.example"]}, []),
        ("representatives-private", {"to": ["kari.eksempelsen@privat.example",
                                            "siv.fortroende@privat.example"]}, []),
        ("union", {"to": [UNION, "kansli@forbundet.example"]}, []),
        ("malformed", {"to": ["anna@", "@privat.example", "<>", ", ,", "hej hej"]}, []),
        ("a-members-own", {"to": MEMBERS, "sender": ANNA,
                           "headers": ("Received: from x by y",)}, []),
        ("resent", {"to": ["a@privat.example", "b@privat.example"], "sender": "x@utanfor.example",
                    "headers": ("Received: from x by y", f"Resent-From: {KARI}",
                                f"Resent-To: {ANNA}, {CILLA}")}, ["open-recipients"]),
        ("resent-to-one", {"to": ["a@privat.example", "b@privat.example"],
                           "sender": "x@utanfor.example",
                           "headers": ("Received: from x by y", f"Resent-From: {KARI}",
                                       f"Resent-To: {ANNA}")}, []),
    ]  # fmt: skip
    return _made(given)


def invitations():
    """Return invitations of all kinds, by mail and by calendar."""
    hello = "Välkommen på medlemsmöte i fackklubbens lokal."
    online = "Mötet hålls digitalt: https://teams.microsoft.com/l/meetup-join/1"
    given = [
        ("invite-open", {"to": MEMBERS, "subject": "Inbjudan till medlemsmöte", "body": hello},
         ["open-recipients"]),
        ("invite-hidden", {"bcc": MEMBERS, "subject": "Inbjudan till medlemsmöte", "body": hello},
         []),
        ("invite-online", {"bcc": MEMBERS, "subject": "Inbjudan: medlemsmöte", "body": online},
         ["missing-notice"]),
        ("invite-notice", {"bcc": MEMBERS, "subject": "Inbjudan: medlemsmöte",
                           "body": f"{online}\n\n{NOTICE}"}, []),
        ("invite-norwegian", {"bcc": MEMBERS, "subject": "Invitasjon til medlemsmøte",
                              "body": "Møtet holdes på Teams.\n\nVed påmelding blir identiteten din"
                                      " gjort kjent for de øvrige deltakerne."}, []),
        ("invite-representatives", {"to": ["per@example.org", "siv.fortroende@privat.example"],
                                    "subject": "Inbjudan", "body": online}, []),
        ("invite-their-event", {"to": MEMBERS, "subject": "Inbjudan: Förtroendemannadagen 2026",
                                "body": online}, []),
        ("calendar-open", {"to": [KARI], "subject": "Medlemsmöte",
                           "attachments": [("mote.ics", meeting(*MEMBERS))]}, ["open-attendees"]),
        ("calendar-open-notice", {"to": [KARI], "subject": "Medlemsmöte", "body": NOTICE,
                                  "attachments": [("mote.ics", meeting(*MEMBERS))]},
         ["open-attendees"]),
        ("calendar-one", {"to": [ANNA], "attachments": [("mote.ics", meeting(ANNA))]}, []),
        ("calendar-ours", {"to": ["per@example.org"], "attachments": [
            ("mote.ics", meeting("per@example.org", "kari@example.org", "hr@example.org"))]}, []),
    ]  # fmt: skip
    return _made(given, first=40)


def disclosures():
    """Return members' data that went somewhere, and data that went where they may."""
    secret = "Vår medlem i Unionen, Anna Testberg (medlemsnummer 5120001), är sjukskriven."
    given = [
        ("to-a-lawyer", {"to": [LAWYER], "body": secret}, ["third-party-disclosure"]),
        ("to-a-lawyer-hidden", {"to": [KARI], "bcc": [LAWYER], "body": secret},
         ["third-party-disclosure"]),
        ("who-is-a-member", {"to": [LAWYER], "body": "Anna Testberg är medlem i Unionen."},
         ["no-consent"]),
        ("to-the-union", {"to": [UNION], "body": secret}, []),
        ("to-the-employer", {"to": ["hr@example.org"], "body": secret}, []),
        ("to-herself", {"to": [f"Anna Testberg <{ANNA}>"], "body": secret}, []),
        ("to-herself-elsewhere", {"to": ["Anna Testberg <anna.ny@privat.example>"],
                                  "body": secret}, []),
        ("nothing-in-it", {"to": [LAWYER], "body": "Kan vi ses på torsdag?"}, []),
        ("our-signature", {"to": [LAWYER], "body":
            "Kan vi ses?\n\nKari Eksempelsen\nordförande, Unionenklubben\nkari@example.org"}, []),
        ("came-in", {"to": [KARI], "sender": LAWYER, "body": secret,
                     "headers": ("Received: from x by y",)}, []),
    ]  # fmt: skip
    return _made(given, first=60)


def attachments():
    """Return sensitive documents, open and locked, well and badly."""
    given = [
        ("list-open", {"to": ["per@example.org"], "attachments":
            [("Medlemslista.csv", LIST.encode())]}, ["unencrypted-attachment"]),
        ("list-in-open-zip", {"to": ["per@example.org"], "attachments":
            [("lista.zip", plain_zip("Medlemslista.csv", LIST))]}, ["unencrypted-attachment"]),
        ("health-open", {"to": [UNION], "attachments": [("intyg.txt", CASE.encode())]},
         ["unencrypted-attachment"]),
        ("list-aes", {"to": ["per@example.org"], "attachments":
            [("l.zip", locked_zip("AES"))]}, []),
        ("list-zipcrypto", {"to": ["per@example.org"], "attachments":
            [("l.zip", locked_zip("ZipCrypto"))]}, ["weak-encryption"]),
        ("pdf-aes", {"to": ["per@example.org"], "attachments":
            [("l.pdf", locked_pdf("AES-256"))]}, []),
        ("pdf-weak", {"to": ["per@example.org"], "attachments": [("l.pdf", locked_pdf("RC4-128"))]},
         ["weak-encryption"]),
        ("harmless", {"to": ["per@example.org"], "attachments":
            [("dagordning.txt", b"1. Oppnande\n2. Val\n3. Fika\n")]}, []),
    ]  # fmt: skip
    return _made(given, first=80)


def passwords():
    """Return passwords that went by mail to whom the lock went, and such as did not."""
    lock = [("l.zip", locked_zip("AES"))]
    told = "Lösenordet är Sommar-2026!"
    siv, per = "siv.fortroende@privat.example", "per@example.org"
    given = [
        ("lock-1", {"to": [per], "attachments": lock, "days": 5000}, []),
        ("told-after", {"to": [per], "body": told, "days": 5003}, ["password-by-mail"]),
        ("told-before", {"to": [siv], "body": "Passordet er Blåbær42", "days": 5100},
         ["password-by-mail"]),
        ("lock-2", {"to": [siv], "attachments": lock, "days": 5105}, []),
        ("told-within", {"to": [siv], "attachments": lock, "body": told, "days": 5200},
         ["password-by-mail"]),
        ("lock-3", {"to": [per], "attachments": lock, "days": 5300}, []),
        ("told-in-answer", {"to": [per], "body": told, "days": 5390, "subject": "Re: Hej",
                            "headers": ("In-Reply-To: <lock-3@example.org>",)},
         ["password-by-mail"]),
        ("lock-4", {"to": [per], "attachments": lock, "days": 5500}, []),
        ("told-somebody-else", {"to": [siv], "body": told, "days": 5501}, []),
        ("told-long-after", {"to": [per], "body": told, "days": 5600}, []),
        ("by-sms", {"to": [per], "body": "Lösenordet får du via sms.", "days": 5501}, []),
    ]  # fmt: skip
    return _made(given, first=90)


def _made(given, *, first=0):
    return [
        Sent(name=name, text=mail(name, number=first + number, **how), wrong=tuple(wrong))
        for number, (name, how, wrong) in enumerate(given)
    ]


def mbox(messages):
    """Return an mbox file."""
    return b"".join(
        b"From kari@example.org Mon Jan 12 09:00:00 2026\n"
        + each.text.replace(b"\nFrom ", b"\n>From ")
        + b"\n"
        for each in messages
    )
