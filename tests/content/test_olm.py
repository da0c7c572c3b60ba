"""Outlook for Mac's archives: every item a record of its own, with what it points to."""

import io
import json
import random
import zipfile
from xml.sax.saxutils import escape, quoteattr

from gallra.model.passage import Direction, Outcome

INBOX = "Local/com.microsoft.__Messages/Inkorg/"


def people(tag: str, *pairs: tuple[str, str]) -> str:
    inner = "".join(
        f"<emailAddress OPFContactEmailAddressName={quoteattr(name)}"
        f" OPFContactEmailAddressAddress={quoteattr(address)}/>"
        for name, address in pairs
    )
    return f"<{tag}>{inner}</{tag}>"


def email(subject: str, *more: str) -> str:
    return (
        '<email xml:space="preserve">'
        + people("OPFMessageCopyFromAddresses", ("Kari Ås", "kari@example.no"))
        + f"<OPFMessageCopySubject>{escape(subject)}</OPFMessageCopySubject>"
        + "<OPFMessageCopySentTime>2026-11-20T09:00:00</OPFMessageCopySentTime>"
        + "".join(more)
        + "</email>"
    )


def archive(members: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "Categories.xml", '<categories><category OPFCategoryCopyName="Lön"/></categories>'
        )
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


ATTACHED = (
    "<OPFMessageCopyAttachmentList><messageAttachment OPFAttachmentName='lön.txt'"
    f" OPFAttachmentURL='{INBOX}com.microsoft.__Attachments/1_0000'/>"
    "</OPFMessageCopyAttachmentList>"
)
MEMBERS: dict[str, str | bytes] = {
    INBOX + "message_00000.xml": "<emails>"
    + email(
        "Första",
        people("OPFMessageCopyToAddresses", ("Bo Ek", "bo@example.se")),
        people("OPFMessageCopyCCAddresses", ("", "cc@example.se")),
        people("OPFMessageCopyBCCAddresses", ("Eva", "eva@example.se")),
        "<OPFMessageCopyBody>MARKER plain</OPFMessageCopyBody>",
        "<OPFMessageCopyHTMLBody>&lt;p&gt;MARKER&lt;/p&gt;&lt;p&gt;html&lt;/p&gt;"
        "</OPFMessageCopyHTMLBody>",
        ATTACHED,
    )
    + "</emails>",
    "Local/com.microsoft.__Messages/Skickat/message_00000.xml": "<emails>"
    + email("Andra")
    + email("Tredje")
    + "</emails>",
    INBOX + "com.microsoft.__Attachments/1_0000": "MARKER attached",
    INBOX + "com.microsoft.__Attachments/9_0000": "MARKER forgotten",
    "Local/Address Book/Contacts.xml": "<contacts><contact>"
    "<OPFContactCopyDisplayName>Per Dahl</OPFContactCopyDisplayName>"
    "<OPFContactCopyHomePhone>070-174 06 05</OPFContactCopyHomePhone>"
    "<OPFContactCopyEmailAddressList><contactEmailAddress"
    " OPFContactEmailAddressAddress='per@example.se'/></OPFContactCopyEmailAddressList>"
    "</contact></contacts>",
    "Local/Calendar/Calendar.xml": "<appointments><appointment>"
    "<OPFCalendarEventCopySummary>Förhandling</OPFCalendarEventCopySummary>"
    "<OPFCalendarEventCopyEndTime>2026-03-01T11:00:00</OPFCalendarEventCopyEndTime>"
    "<OPFCalendarEventCopyAttendeeList><appointmentAttendee"
    " OPFCalendarAttendeeAddress='anna@example.se' OPFCalendarAttendeeName='Anna Ek'/>"
    "</OPFCalendarEventCopyAttendeeList></appointment></appointments>",
}


def test_every_item_is_a_record_with_its_people_its_folder_and_its_files(read) -> None:
    parts = {part.address: part for part in read(archive(MEMBERS), "post.olm")}
    assert (parts[""].kind, parts[""].outcome) == ("olm", Outcome.READ)
    first = parts["msg:1"]
    assert [(passage.where, passage.text) for passage in first.passages[:7]] == [
        ("from", "Kari Ås <kari@example.no>"),
        ("to", "Bo Ek <bo@example.se>"),
        ("cc", "cc@example.se"),
        ("bcc", "Eva <eva@example.se>"),
        ("subject", "Första"),
        ("body", "MARKER plain"),
        ("html body", "MARKER\nhtml"),
    ]
    assert first.message is not None
    assert first.message.direction is Direction.RECEIVED
    assert first.message.attachments == ("lön.txt",)
    assert str(first.message.sent_at) == "2026-11-20 09:00:00+00:00"
    assert parts["msg:1!lön.txt"].text == "MARKER attached"
    sent = parts["msg:3"].message
    assert sent is not None
    assert (sent.subject, sent.direction, sent.folder) == ("Tredje", Direction.SENT, "Skickat")
    assert parts["msg:4"].kind == "contact"
    assert "per@example.se" in parts["msg:4"].text
    assert "070-174 06 05" in parts["msg:4"].text
    assert "Anna Ek" in parts["msg:5"].text
    assert str(parts["msg:5"].stated_on) == "2026-03-01"
    assert any("MARKER forgotten" in part.text for part in parts.values())
    marks = {part.item.sha256 for part in parts.values() if part.item is not None}
    assert len(marks) == 5


def test_a_damaged_list_costs_itself_only(read) -> None:
    name = "Local/com.microsoft.__Messages/Skickat/message_00000.xml"
    broken = {**MEMBERS, name: str(MEMBERS[name])[:-40], INBOX + "x.xml": "<!DOCTYPE a><emails/>"}
    parts = {part.address: part for part in read(archive(broken), "post.olm")}
    assert parts[""].outcome is Outcome.READ_IN_PART
    assert "Andra" in parts["msg:2"].text
    assert any(part.kind == "contact" for part in parts.values())
    lost = {key: value for key, value in MEMBERS.items() if not key.endswith("1_0000")}
    parts = {part.address: part for part in read(archive(lost), "post.olm")}
    assert parts["msg:1!lön.txt"].outcome is Outcome.DAMAGED


def test_the_sample_archive_holds_the_messages_that_were_counted(fixtures, read_path) -> None:
    name = "aspose__outlook_SampleOLM.olm"
    with (fixtures / "manifest.jsonl").open(encoding="utf-8") as lines:
        (entry,) = [each for each in map(json.loads, lines) if each["file"] == name]
    parts = read_path(fixtures / name)
    messages = [part for part in parts if part.kind == "message" and part.item is not None]
    assert len(messages) == entry["facts"]["message_xml"]


def test_truncated_and_flipped_archives_end_with_an_outcome(read, check_parts) -> None:
    content = archive(MEMBERS)
    chance = random.Random(3)
    for _ in range(60):
        check_parts(read(content[: chance.randrange(len(content))], "a.olm"))
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        check_parts(read(bytes(flipped), "a.olm"))
