"""Mail: headers, bodies, attachments, encryption and what broken programs send."""

import base64
import email.message
import hashlib

import pytest

from gallra.content.bounds import Bounds
from gallra.model.passage import Outcome, Part

HEADERS = (
    b"From: Anna <a@example.se>\r\nTo: b@example.se\r\nSubject: Hej\r\n"
    b"Date: Fri, 20 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@example.se>\r\n"
)


def found(part: Part) -> list[tuple[str, str]]:
    return [(passage.where, passage.text) for passage in part.passages]


def test_headers_come_first_and_in_order_decoded_and_unfolded(read) -> None:
    content = (
        "Subject: =?utf-8?B?w4VyZW5kZSA=?=\r\n =?utf-8?Q?om_l=C3=B6n?=\r\n"
        "Bcc: c@example.se\r\nCc: =?iso-8859-1?Q?K=E5re?= <k@example.no>,\r\n\tb2@example.se\r\n"
        'To: "Berg, Bo" <b@example.se>; =?utf-8?Q?Ek,_Eva?= <e@example.se>\r\n'
        "Reply-To: r@example.se\r\nFrom: Åsa <a@example.se>\r\n"
        "Date: Fri, 20 Nov 2026 10:00:00 +0100\r\n"
        "Message-ID: <x@y>\r\n\r\nHej\r\nhopp\r\n\r\n"
    ).encode()
    (part,) = read(content, "1700000000.M1P1.host:2,S")
    assert part.kind == "eml"
    assert found(part) == [
        ("from", "Åsa <a@example.se>"),
        ("to", '"Berg, Bo" <b@example.se>; Ek, Eva <e@example.se>'),
        ("cc", "Kåre <k@example.no>, b2@example.se"),
        ("bcc", "c@example.se"),
        ("reply-to", "r@example.se"),
        ("subject", "Årende om lön"),
        ("body", "Hej\nhopp"),
    ]
    assert part.message is not None
    assert part.message.to == ('"Berg, Bo" <b@example.se>', "Ek, Eva <e@example.se>")
    assert part.message.cc == ("Kåre <k@example.no>", "b2@example.se")
    assert part.message.message_id == "<x@y>"
    assert str(part.message.sent_at) == "2026-11-20 09:00:00+00:00"
    assert str(part.stated_on) == "2026-11-20"


def test_attachments_are_read_by_their_own_kind_and_messages_within_messages(read) -> None:
    inner = email.message.EmailMessage()
    inner["From"], inner["Subject"] = "i@example.se", "inner"
    inner.set_content("INNERBODY")
    inner.add_attachment(b"deep", maintype="application", subtype="octet-stream", filename="d.txt")
    outer = email.message.EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "o@example.se", "p@example.se", "outer"
    outer.set_content("plain")
    outer.add_alternative("<p>one</p><p>two</p>", subtype="html")
    outer.add_attachment("lön;1".encode(), maintype="text", subtype="csv", filename="lön!.csv")
    outer.add_attachment(b"again", maintype="text", subtype="plain", filename="lön!.csv")
    outer.add_attachment(inner)
    parts = read(outer.as_bytes(), "a.eml")
    assert [(part.address, part.kind, part.outcome.value) for part in parts] == [
        ("", "eml", "read in full"),
        ("lön%21.csv", "csv", "read in full"),
        ("lön%21.csv~2", "csv", "read in full"),
        ("message.eml", "message", "read in full"),
        ("message.eml!d.txt", "txt", "read in full"),
    ]
    assert ("body", "plain") in found(parts[0])
    assert ("html body", "one\ntwo") in found(parts[0])
    assert parts[0].message is not None
    assert parts[0].message.attachments == ("lön!.csv", "lön!.csv", "message.eml")
    assert ("body", "INNERBODY") in found(parts[3])
    assert parts[1].text == "lön;1"


@pytest.mark.parametrize(
    ("head", "body", "method"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"MIIB", "S/MIME"),
        ('multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x', b"--x--", "PGP"),
        ("text/plain", b"-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n", "PGP"),
    ],
)
def test_encrypted_mail_is_opaque_but_its_headers_are_read(
    read, head: str, body: bytes, method: str
) -> None:
    content = HEADERS + f"Content-Type: {head}\r\n\r\n".encode() + body
    (part,) = read(content, "a.eml")
    assert (part.outcome, part.encrypted) == (Outcome.OPAQUE, method)
    assert found(part)[0] == ("from", "Anna <a@example.se>")
    assert "BEGIN PGP" not in part.text


def test_a_message_cut_off_in_an_attachment_says_so_and_keeps_what_it_has(read) -> None:
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.se", "b@example.se", "cut"
    mail.set_content("whole body")
    mail.add_attachment(b"x" * 5000, maintype="text", subtype="plain", filename="a.txt")
    parts = read(mail.as_bytes()[:-3001], "a.eml")
    assert parts[0].outcome is Outcome.READ_IN_PART
    assert ("body", "whole body") in found(parts[0])
    assert parts[1].text.startswith("xxx")


def test_eight_bit_headers_unknown_charsets_and_bad_base64_are_read_as_well_as_can_be(read) -> None:
    content = "From: Åsa Öberg <a@example.se>\nTo: x\n"
    content += "Subject: =?x-unknown?B?SGVq?= =?utf-8?B?w6U?=\n"
    content += "Content-Type: text/plain; charset=x-unknown\nContent-Transfer-Encoding: base64\n\n"
    raw = content.encode("latin-1") + base64.b64encode("lön".encode("cp1252")) + b"!!\n"
    (part,) = read(raw, "a.eml")
    assert found(part) == [
        ("from", "Åsa Öberg <a@example.se>"),
        ("to", "x"),
        ("subject", "Hejå"),
        ("body", "lön"),
    ]


def test_a_bomb_of_multiparts_ends_at_a_limit(read) -> None:
    body = b""
    for depth in range(200):
        body += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (depth, depth)
    (part, *_) = read(HEADERS + body + b"\ninnermost", "a.eml")
    assert part.outcome is Outcome.READ_IN_PART


def mailbox(*bodies: bytes, end: bytes = b"\n") -> bytes:
    messages = []
    for number, body in enumerate(bodies):
        head = b"From a@example.se Fri Nov 20 10:00:%02d 2026\nSubject: no %d\nFrom: x\n\n" % (
            number, number,
        )  # fmt: skip
        messages.append((head + body + b"\n\n").replace(b"\n", end))
    return b"".join(messages)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_messages_of_a_mailbox_cover_it_exactly(read, end: bytes) -> None:
    content = mailbox(
        b"first",
        b"From now on we meet on Fridays\n\nFrom 2024 on: nothing\n>From quoted",
        b"last",
        end=end,
    )
    *messages, whole = read(content, "inbox")
    assert (whole.address, whole.kind, whole.outcome) == ("", "mbox", Outcome.READ)
    assert [message.address for message in messages] == ["msg:1", "msg:2", "msg:3"]
    assert [message.kind for message in messages] == ["message"] * 3
    position = 0
    for message in messages:
        assert message.span is not None
        assert message.span.offset_bytes == position
        begin, position = position, position + message.span.length_bytes
        assert message.span.sha256 == hashlib.sha256(content[begin:position]).hexdigest()
    assert position == len(content)
    assert messages[1].passages[-1].text.startswith("From now on we meet on Fridays\n\nFrom 2024")


def test_a_separator_is_found_wherever_a_window_ends(read) -> None:
    for filler in range(1024 * 1024 - 140, 1024 * 1024 + 4):
        if filler % 7:
            continue
        content = mailbox(b"x" * filler, b"second")
        assert [part.address for part in read(content, "a.mbox")] == ["msg:1", "msg:2", ""]


def test_a_message_too_large_is_skipped_with_its_span_and_the_mailbox_says_so(read) -> None:
    content = mailbox(b"x" * 5000, b"small")
    first, second, whole = read(content, "a.mbox", Bounds(most_message_bytes=1000))
    assert first.outcome is Outcome.TOO_LARGE
    assert first.span is not None
    assert first.span.sha256 == hashlib.sha256(content[: first.span.length_bytes]).hexdigest()
    assert second.outcome is Outcome.READ
    assert whole.outcome is Outcome.READ_IN_PART


def test_notes_that_only_look_a_little_like_mail_stay_text(read) -> None:
    for content in (
        b"From: the board\nSubject matter: pay\n\ntext",
        b"Note: x\nTo: do\n",
        b"From me\n",
    ):
        (part,) = read(content, "note.txt")
        assert part.kind == "txt"
        assert part.text == content.decode()


def test_a_message_whose_lines_end_as_on_old_macs_has_its_headers(read) -> None:
    (part,) = read((HEADERS + b"\r\nHej\r\nhopp\r\n").replace(b"\r\n", b"\r"), "brev.eml")
    assert part.message is not None
    assert part.message.to == ("b@example.se",)
    assert found(part)[-1] == ("body", "Hej\nhopp")
