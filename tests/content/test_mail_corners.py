"""Markers planted in every corner of a mail: none is lost. Deep nesting is refused at once."""

import base64
import binascii
import resource
import time
from email import encoders
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from gallra.content.headers import addresses
from gallra.model.passage import Outcome

HEAD = b"From: a@example.se\r\nTo: b@example.se\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def planted() -> tuple[bytes, list[str]]:
    """Return a mail with a marker in each corner, and the markers."""
    markers: list[str] = []

    def mark() -> str:
        markers.append(f"Marker{len(markers):03d}x")
        return markers[-1]

    mail = MIMEMultipart("mixed")
    for name in ("From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Resent-From", "Resent-To",
                 "Resent-Cc", "Resent-Bcc", "Resent-Sender"):  # fmt: skip
        mail[name] = f"=?utf-8?q?=C3=85sa_{mark()}?= <{mark()}@x.se>"
    for name in ("Subject", "Keywords", "Comments", "Organization"):
        mail[name] = mark()
    mail.preamble = mark()
    mail.epilogue = mark()
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText(f"{mark()}\n> {mark()}\n-- \n{mark()}", "plain", "utf-8"))
    html = (
        f"<html><head><title>{mark()}</title></head><body><p>{mark()}</p><table><tr><td>{mark()}"
        f"</td></tr></table><img alt='{mark()}'><a href='mailto:{mark()}@x.se'>y</a>"
        f"<!-- {mark()} --><div style='display:none'>{mark()}</div>"
        f"<input value='{mark()}'></body></html>"
    )
    related = MIMEMultipart("related")
    related.attach(MIMEText(html, "html", "iso-8859-1"))
    alternative.attach(related)
    alternative.attach(
        MIMEText(f"BEGIN:VCALENDAR\nATTENDEE;CN={mark()}:mailto:x\nEND:VCALENDAR", "calendar")
    )
    mail.attach(alternative)
    for kind, encoding in (("base64", encoders.encode_base64), ("qp", encoders.encode_quopri)):
        file = MIMEBase("application", "octet-stream")
        file.set_payload(mark().encode())
        encoding(file)
        file.add_header("Content-Disposition", "attachment", filename=f"{kind}.txt")
        mail.attach(file)
    inner = MIMEText(mark(), "plain", "utf-8")
    inner["Subject"] = mark()
    inner["Bcc"] = f"{mark()} <x@x.se>"
    mail.attach(MIMEMessage(inner))
    mail.attach(MIMEText(f"Final-Recipient: rfc822; {mark()}@x.se", "rfc822-headers"))
    old = binascii.b2a_uu(mark().encode()).decode()
    mail.attach(MIMEText(f"hello\nbegin 644 old.txt\n{old}`\nend\n{mark()}", "plain", "utf-8"))
    vcard = MIMEText(f"BEGIN:VCARD\nFN:{mark()}\nEND:VCARD", "vcard", "utf-8")
    mail.attach(vcard)
    return mail.as_bytes(), markers


def test_no_marker_planted_in_a_mail_is_lost(read) -> None:
    content, markers = planted()
    assert len(markers) > 40
    separator = b"From a@example.se Fri Nov 20 10:00:00 2026\n"
    for name, data in (("a.eml", content), ("inbox", separator + content + b"\n")):
        text = "\n".join(part.text for part in read(data, name))
        assert [marker for marker in markers if marker not in text] == [], name


def test_a_name_of_an_attachment_is_in_its_address_and_in_the_headers(read) -> None:
    content = HEAD + (
        b"Content-Type: application/octet-stream; name*=utf-8''L%C3%B8nn.txt\r\n\r\nwords\r\n"
    )
    own, attached = read(content, "a.eml")
    assert own.message is not None
    assert own.message.attachments == ("Lønn.txt",)
    assert attached.address == "Lønn.txt"


def test_resent_recipients_are_told_apart(read) -> None:
    (own,) = read(
        HEAD + b"Resent-To: c@example.se, d@example.se\r\nResent-Bcc: e@example.se\r\n\r\nx"
    )
    assert own.message is not None
    assert own.message.resent == ("c@example.se", "d@example.se", "e@example.se")
    assert own.message.to == ("b@example.se",)


def nested_messages(depth: int) -> bytes:
    return (HEAD + b"Content-Type: message/rfc822\r\n\r\n") * depth + HEAD + b"\r\ninnermost\r\n"


def nested_multiparts(depth: int) -> bytes:
    line = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    pieces = [line % (number, number) for number in range(depth)]
    return HEAD + b"".join(pieces) + b"\r\ninnermost"


def nested_base64(depth: int) -> bytes:
    content = HEAD + b"\r\ninnermost"
    for _ in range(depth):
        content = (
            HEAD + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(content)
        )  # fmt: skip
    return content


def test_mail_nested_three_thousand_deep_is_refused_at_once(read, check_parts) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for content in (nested_messages(3000), nested_multiparts(3000), nested_base64(12)):
        began = time.process_time()
        parts = read(content, "a.eml")
        assert time.process_time() - began < 2
        check_parts(parts)
        assert any(part.outcome is not Outcome.READ for part in parts)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 300 * 1024


def test_a_comma_that_a_program_encoded_between_two_addresses_separates_them() -> None:
    written = (
        b"Ingeborg =?utf-8?q?=C3=85s?= <i@example.no>\r\n =?utf-8?q?=2C?= Ola Nordmann"
        b" <o@example.no>,\r\n =?utf-8?q?=C3=85s=2C_Kari?= <k@example.no>"
    )

    assert addresses(written) == [
        "Ingeborg Ås <i@example.no>",
        "Ola Nordmann <o@example.no>",
        "Ås, Kari <k@example.no>",
    ]


def test_bytes_that_look_like_a_byte_order_mark_hide_no_receiver() -> None:
    for mark in (b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\xef\xbb\xbf\xff"):
        found = addresses(mark + b"\xe5 <a@example.no>, \x80 <b@example.no>")
        assert [each.rpartition(" ")[2] for each in found] == ["<a@example.no>", "<b@example.no>"]


def test_a_colon_in_an_encoded_name_begins_no_group() -> None:
    assert addresses(b"=?utf-8?q?Klubben:_Anna?= <a@example.no>") == [
        "Klubben: Anna <a@example.no>"
    ]
    assert addresses(b"=?utf-8?q?=C3=85?= 1: 2: a@example.no, b@example.no;") == [
        "a@example.no",
        "b@example.no",
    ]
