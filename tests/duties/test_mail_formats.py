"""What went out wrong is found whatever a mailbox is kept as, and however a document is locked."""

import io
import os
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from gallra.content.reader import read
from gallra.detect.addresses import address_in
from gallra.service.scanning import Scanner

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1] / "content")]
"""The scenario lies beside, and what writes Outlook's files with the tests of reading them."""

import mail_scenario as scenario  # noqa: E402 - found by the line above
from outlook_writer import message_file  # noqa: E402 - as above

FIXTURES = Path(__file__).parents[2] / "../shared/fixtures"
SENT_FROM_ME = 0x20 | 0x01
MESSAGE = {
    0x001A: "IPM.Note",
    0x0037: "Medlemsmöte",
    0x0042: "Kari Eksempelsen",
    0x5D02: "kari@example.org",
    0x0E07: SENT_FROM_ME,
    0x0039: scenario.BEGIN,
    0x1000: "Hej alla!",
    0x1035: "<outlook@example.org>",
}


@pytest.fixture(name="club")
def club_with_members(club):
    """Return a club whose register and representatives are known."""
    club.add_rules(scenario.RULES)
    club.edit_rules("private_domains = []", 'private_domains = ["privat.example"]')
    club.write("gemensam", {"Medlemmar/Medlemsregister.csv": scenario.REGISTER})
    return club


def fixture(name):
    path = FIXTURES / name
    if not path.exists():
        pytest.skip("no such file beside this checkout")
    return path.read_bytes()


def found(club):
    club.scan()
    return club.objects("mail-check")[1]


def people(kind, *addresses):
    return [{0x0C15: kind, 0x3001: each.partition("@")[0], 0x39FE: each} for each in addresses]


def olm_people(tag, *addresses):
    inner = "".join(
        "<emailAddress OPFContactEmailAddressName=''"
        f" OPFContactEmailAddressAddress={quoteattr(each)}/>"
        for each in addresses
    )
    return f"<{tag}>{inner}</{tag}>"


def olm(folder, *, to=(), bcc=()):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("Categories.xml", "<categories/>")
        file.writestr(
            f"Local/com.microsoft.__Messages/{folder}/message_00000.xml",
            '<emails><email xml:space="preserve">'
            + olm_people("OPFMessageCopyFromAddresses", "kari@example.org")
            + olm_people("OPFMessageCopyToAddresses", *to)
            + olm_people("OPFMessageCopyBCCAddresses", *bcc)
            + "<OPFMessageCopySubject>Hej</OPFMessageCopySubject>"
            + "<OPFMessageCopySentTime>2026-01-12T09:00:00</OPFMessageCopySentTime>"
            + "<OPFMessageCopyBody>Hej alla</OPFMessageCopyBody></email></emails>",
        )
    return stream.getvalue()


def test_outlooks_messages_are_judged(club):
    shown = message_file(MESSAGE, recipients=people(1, scenario.ANNA, scenario.CILLA))
    hidden = message_file(
        {**MESSAGE, 0x1035: "<2@example.org>"}, recipients=people(3, scenario.ANNA, scenario.CILLA)
    )
    club.write("epost", {"a.msg": shown, "b.msg": hidden})

    (finding,) = found(club)

    assert finding["kind"] == "open-recipients"
    assert finding["path"].endswith("a.msg")
    assert finding["title"] == "Medlemsmöte"
    assert scenario.ANNA in " ".join(finding["exposed"])


def test_outlooks_meetings_show_who_is_asked_to_come(club):
    meeting = {**MESSAGE, 0x001A: "IPM.Schedule.Meeting.Request"}
    club.write(
        "epost",
        {"m.msg": message_file(meeting, recipients=people(1, scenario.ANNA, scenario.CILLA))},
    )

    assert [each["kind"] for each in found(club)] == ["open-attendees"]


def test_colleagues_in_the_servers_own_book_are_known_by_name(club):
    def book(*names):
        return [
            {0x0C15: 1, 0x3001: each, 0x3003: f"/O=KLUBB/CN={n}"} for n, each in enumerate(names)
        ]

    club.write(
        "epost",
        {
            "medlemmar.msg": message_file(
                MESSAGE, recipients=book("Anna Testberg", "Cilla Exempelsdotter")
            ),
            "andra.msg": message_file(
                {**MESSAGE, 0x1035: "<2@example.org>"},
                recipients=book("Chefen", "Per Tillitsson", "Kari Eksempelsen", "Anna Testberg"),
            ),
        },
    )

    (finding,) = found(club)

    assert finding["path"].endswith("medlemmar.msg")
    assert any("Anna Testberg" in each for each in finding["exposed"])


def test_mailboxes_of_outlook_for_mac_are_judged(club):
    club.write(
        "epost",
        {
            "a.olm": olm("Skickat", to=[scenario.ANNA, scenario.CILLA]),
            "b.olm": olm("Skickat", bcc=[scenario.ANNA, scenario.CILLA]),
            "c.olm": olm("Utkast", to=[scenario.ANNA, scenario.BO]),
        },
    )

    (finding,) = found(club)

    assert (finding["kind"], finding["part"]) == ("open-recipients", "msg:1")
    assert sorted(finding["exposed"]) == sorted([scenario.ANNA, scenario.CILLA])


def test_of_a_mailbox_only_the_messages_in_question_are_read_again(club, monkeypatch):
    sent = [scenario.ANNA, scenario.CILLA]
    club.write("epost", {"a.olm": olm("Skickat", to=sent), "b.olm": olm("Skickat", bcc=sent)})
    asked = []
    read_again = Scanner.reports_of

    def reports_of(self, descriptor, name, **how):
        reports = read_again(self, descriptor, name, **how)
        asked.append((name, how["only"], {each.address for each in reports}))
        return reports

    monkeypatch.setattr(Scanner, "reports_of", reports_of)
    (finding,) = found(club)

    assert finding["exposed"]
    assert asked == [("a.olm", ("msg:1",), {"", "msg:1"})]


def test_a_calendar_file_that_one_of_ours_calls_with_is_judged(club):
    club.write(
        "epost",
        {
            "mote.ics": scenario.meeting(*scenario.MEMBERS),
            "deras.ics": scenario.meeting(*scenario.MEMBERS, organizer="x@utanfor.example"),
        },
    )

    (finding,) = found(club)

    assert finding["kind"] == "open-attendees"
    assert finding["path"].endswith("mote.ics")
    assert scenario.ANNA in " ".join(finding["exposed"])


def test_mailboxes_of_outlook_are_judged(club):
    content = fixture("tika__testPST.pst")
    path = club.folder / "look.pst"
    path.write_bytes(content)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        several = next(
            part
            for part in read(descriptor, "look.pst")
            if part.message and "!" not in part.address and len(part.message.to) > 1
        )
    finally:
        os.close(descriptor)
    sender = address_in(several.message.sender)
    domains = {address_in(each).rpartition("@")[2] for each in several.message.to}
    club.edit_rules(
        'private_domains = ["privat.example"]',
        f"private_domains = [{', '.join(f'{chr(34)}{each}{chr(34)}' for each in sorted(domains))}]",
    )
    club.add_rules(f'[[representative]]\nname = "Somebody"\nmail = "{sender}"')
    club.write("epost", {"post.pst": content})

    (finding,) = found(club)

    assert (finding["kind"], finding["part"]) == ("open-recipients", several.address)
    assert len(finding["exposed"]) == len(several.message.to)


def test_what_was_never_sent_is_not_judged(club):
    content = fixture("aspose__outlook_sample.pst")
    club.edit_rules('["privat.example"]', '["domain.com"]')
    club.write("epost", {"post.pst": content})

    assert found(club) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("own__enc_d0.docx", []),
        ("poi__document_bug53475-password-is-pass.docx", []),
        ("poi__spreadsheet_protected_passtika.xlsb", []),
        ("own__enc.7z", []),
        ("own__enc_user.pdf", None),
        ("own__enc_zc.zip", ["weak-encryption"]),
        ("poi__spreadsheet_xor-encryption-abc.xls", ["weak-encryption"]),
        ("msoff__rc4cryptoapi_password.doc", ["weak-encryption"]),
        ("poi__slideshow_Password_Protected-hello.ppt", ["weak-encryption"]),
    ],
)
def test_real_locked_documents_are_told_apart(club, name, wrong):
    content = fixture(name)
    message = scenario.mail("a", number=0, to=["per@example.org"], attachments=[(name, content)])
    club.write("epost", {"Skickat/a.eml": message})

    kinds = [each["kind"] for each in found(club)]

    if wrong is None:  # whichever it is locked with
        assert kinds in ([], ["weak-encryption"])
    else:
        assert kinds == wrong
