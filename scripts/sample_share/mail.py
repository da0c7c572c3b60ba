"""Mail as it is sent and kept: single messages, mailboxes, the files of a Maildir."""

from __future__ import annotations

import base64
import html
import quopri
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone
from email import base64mime, quoprimime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from sample_share.marked import Marked, join
from sample_share.papers import File, PartTruth, Subject, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from random import Random

HOME_ZONE = timezone(timedelta(hours=1))
_WORD_LENGTH = 16
_LINE_LENGTH = 70
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "png": "image/png",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message before it is written down. Addresses are ``Kari Ås <kari@example.no>``."""

    subject: Subject
    """What it is, not what its subject line says."""
    heading: Marked
    sender: Marked
    to: tuple[Marked, ...] = ()
    cc: tuple[Marked, ...] = ()
    bcc: tuple[Marked, ...] = ()
    lines: tuple[Marked, ...]
    attachments: tuple[File, ...] = ()
    has_html: bool = False
    sent_at: datetime
    message_id: str
    answers: tuple[str, ...] = ()
    """Message-IDs of the thread so far."""

    @property
    def text(self) -> Marked:
        """What the message's own part says: headers, then the body in each of its forms."""
        headers = (
            self.sender,
            join(", ", self.to),
            join(", ", self.cc),
            join(", ", self.bcc),
            self.heading,
        )
        bodies = [join("\n", self.lines)]
        if self.has_html:
            bodies.append(lines_of(self.lines))
        return lines_of([*headers, *bodies])


def _words(text: str, rng: Random, *, length: int = _WORD_LENGTH) -> str:
    """Return ``text`` as encoded words, where it needs them, folded between them.

    A name in an address fits into one word: some readers leave a space between two.
    """
    if text.isascii():
        return text
    encode = rng.choice((base64mime.header_encode, quoprimime.header_encode))
    chunks = [text[place : place + length] for place in range(0, len(text), length)]
    return "\n ".join(encode(chunk.encode(), "utf-8") for chunk in chunks)


def _mailbox(address: Marked, rng: Random) -> str:
    name, _, rest = address.text.rpartition(" <")
    return f"{_words(name, rng, length=len(name))} <{rest}" if name else address.text


def _addresses(addresses: Iterable[Marked], rng: Random) -> str:
    return ",\n ".join(_mailbox(address, rng) for address in addresses)


def _encoded_text(text: str, media: str, rng: Random) -> str:
    text += "\n"
    if text.isascii() and max(map(len, text.split("\n"))) < 900:  # noqa: PLR2004 - RFC 5322 allows 998
        return f"Content-Type: {media}; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\n{text}"
    charset = rng.choice(("utf-8", "utf-8", "iso-8859-1"))
    try:
        content = text.encode(charset)
    except UnicodeEncodeError:
        charset, content = "utf-8", text.encode()
    head = f"Content-Type: {media}; charset={charset}\nContent-Transfer-Encoding: "
    if rng.randrange(4) == 0:
        return f"{head}base64\n\n{base64.encodebytes(content).decode()}"
    return f"{head}quoted-printable\n\n{quopri.encodestring(content).decode()}"


def _multipart(kind: str, parts: list[str], rng: Random) -> str:
    boundary = f"----=_Part_{rng.randbytes(9).hex()}"
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind};\n boundary="{boundary}"\n\n{body}--{boundary}--\n'


def _attachment(file: File, rng: Random) -> str:
    media = _MEDIA.get(file.name.rpartition(".")[2], "application/octet-stream")
    if file.name.isascii():
        name = f'filename="{file.name}"'
    elif rng.randrange(2):
        name = f"filename*=utf-8''{quote(file.name)}"
    else:
        words = _words(file.name, rng)
        name = f'filename="{words}"'
    return (
        f"Content-Type: {media}\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment;\n {name}\n\n" + base64.encodebytes(file.content).decode()
    )


def written(letter: Letter, rng: Random) -> str:
    """Return the message as its lines stand in a file; ASCII only, as it was sent."""
    headers = [
        ("Date", format_datetime(letter.sent_at)),
        ("Message-ID", letter.message_id),
        ("From", _mailbox(letter.sender, rng)),
        ("To", _addresses(letter.to, rng)),
        ("Cc", _addresses(letter.cc, rng)),
        ("Bcc", _addresses(letter.bcc, rng)),
        ("Subject", _words(letter.heading.text, rng)),
        ("In-Reply-To", letter.answers[-1] if letter.answers else ""),
        ("References", "\n ".join(letter.answers)),
        ("MIME-Version", "1.0"),
    ]
    body = _encoded_text(join("\n", letter.lines).text, "text/plain", rng)
    if letter.has_html:
        blocks = "\n".join(f"<p>{html.escape(line.text)}</p>" for line in letter.lines if line)
        page = f"<html><body>\n{blocks}\n</body></html>"
        body = _multipart("alternative", [body, _encoded_text(page, "text/html", rng)], rng)
    if letter.attachments:
        files = [_attachment(file, rng) for file in letter.attachments]
        body = _multipart("mixed", [body, *files], rng)
    head = "".join(f"{name}: {content}\n" for name, content in headers if content)
    return head + body


def parts_of(letter: Letter, address: str) -> tuple[PartTruth, ...]:
    """Return the truth about the message at ``address`` and all that is attached to it."""
    own = PartTruth(
        address=address,
        format="message" if address else "eml",
        text=letter.text,
        subject=letter.subject,
        is_record=True,
        message_id=letter.message_id,
        sent_at=letter.sent_at,
    )
    prefix = f"{address}!" if address else ""
    inside = (
        part
        for file in letter.attachments
        for part in file.inside(prefix + file.name.replace("%", "%25"))
    )
    return (own, *inside)


def as_eml(name: str, letter: Letter, rng: Random, *, line_end: str = "\r\n") -> File:
    """Return the message as a file of its own; in a Maildir lines end as on Unix."""
    content = written(letter, rng).replace("\n", line_end).encode("ascii")
    return File(name=name, content=content, subject=letter.subject, parts=parts_of(letter, ""))


def as_mbox(name: str, letters: list[Letter], container: Subject, rng: Random) -> File:
    """Return the messages in one mailbox file."""
    pieces = []
    parts = [PartTruth(address="", format="mbox", subject=container, is_record=True)]
    for number, letter in enumerate(letters, 1):
        address = letter.sender.of("EMAIL_ADDRESS")[0]
        day = letter.sent_at.astimezone(UTC)
        pieces.append(f"From {address} {day:%a %b} {day.day:2d} {day:%H:%M:%S %Y}\n")
        pieces.append(f"{written(letter, rng)}\n")
        parts.extend(parts_of(letter, f"msg:{number}"))
    content = "".join(pieces).encode("ascii")
    return File(name=name, content=content, subject=container, parts=tuple(parts))
