"""What the club writes: threads, cases, open and blind mailings, and what is attached."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sample_share.kinds import scope, words
from sample_share.mail import HOME_ZONE, Letter
from sample_share.marked import Marked, compose, join, value
from sample_share.papers import READ, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sample_share.kinds import Turn
    from sample_share.papers import File
    from sample_share.people import Person

_WAKING_HOURS = range(7, 21)
"""Nobody writes at night, when the day depends on the time zone."""
CLUB_DOMAIN = "klubben.example.org"
_MAIL_ONLY = {"member-register"}
"""Kinds whose rule speaks of files and not of messages: with them a message is just mail."""


class Post:
    """Writes the letters of one mailbox, message by message."""

    def __init__(self, turn: Turn, on: date, *, class_code: str) -> None:
        """Prepare letters from the day ``on``; ordinary ones belong to ``class_code`` there."""
        self.turn = turn
        self.rng = turn.rng
        self.said = words(turn.language)
        self.named = scope(turn, on)
        hour, minute = self.rng.randint(7, 18), self.rng.randrange(60)
        self.at = datetime(on.year, on.month, on.day, hour, minute, tzinfo=HOME_ZONE)
        self.class_code = class_code

    def _subject(self, kind: str | None = None, special: tuple[str, ...] = ()) -> Subject:
        on = self.at.date()
        class_code = self.class_code
        if class_code == "mail" and kind:
            class_code = {"case": "individual-case"}.get(kind, kind)
        return Subject(
            kind=kind,
            language=self.turn.language,
            class_code=class_code,
            special_categories=special,
            on=on,
            document_date=on,
        )

    def _office(self) -> Marked:
        address = value("EMAIL_ADDRESS", f"post@{CLUB_DOMAIN}")
        return join("", (f"{self.said['sender_office']} <", address, ">"))

    def _letter(
        self, heading: Marked, lines: list[Marked], subject: Subject, **more: object
    ) -> Letter:
        letter = Letter(
            subject=subject,
            heading=heading,
            lines=tuple(lines),
            sent_at=self.at,
            message_id=f"<{self.rng.randbytes(8).hex()}@{CLUB_DOMAIN}>",
            **more,
        )
        self.at += timedelta(minutes=self.rng.randint(8, 600))
        if self.at.hour not in _WAKING_HOURS:
            self.at = (self.at + timedelta(hours=12)).replace(hour=_WAKING_HOURS[1])
        return letter

    def _lines(self, texts: list[str], writer: Person, reader: Person) -> list[Marked]:
        named = {**self.named, "from": writer, "to": reader}
        said = self.said["mail"]
        chosen = [self.rng.choice(said["greeting"]), "", *texts, ""]
        lines = [compose(text, named) for text in chosen]
        farewell = self.rng.choice(said["farewell"]).split("\n")
        lines.extend(compose(line, named) for line in farewell)
        return lines

    def thread(self, count: int) -> Iterator[Letter]:
        """Return a question and its answers, ``count`` letters in all."""
        said = self.said["mail"]
        heading = Marked(self.rng.choice(said["subjects"]))
        return islice(self._exchange(heading, self.rng.choice(said["texts"]), said["texts"]), count)

    def case(self, count: int) -> Iterator[Letter]:
        """Return ``count`` letters about one member's case."""
        said = self.said["mail"]
        heading = compose(said["case_subject"], self.named)
        replies = [said["case_reply"]]
        return islice(self._exchange(heading, said["case_text"], replies, "case"), count)

    def _exchange(
        self, heading: Marked, text: str, replies: list[str], kind: str | None = None
    ) -> Iterator[Letter]:
        """Yield letters between two persons without end, each quoting the one before."""
        said = self.said["mail"]
        special = ("HEALTH", "UNION_MEMBERSHIP") if kind == "case" else ()
        writer, reader = self.turn.member(2), self.turn.member(0, 6)
        lines = self._lines([text], writer, reader)
        earlier: tuple[str, ...] = ()
        while True:
            letter = self._letter(
                heading,
                lines,
                self._subject(kind, special),
                sender=writer.mailbox,
                to=(reader.mailbox,),
                cc=(self._office(),) if self.rng.randrange(4) == 0 else (),
                has_html=self.rng.randrange(5) == 0,
                answers=earlier,
            )
            yield letter
            earlier = (*earlier, letter.message_id)
            named = {**self.named, "from": writer, "iso": letter.sent_at.date().isoformat()}
            quoted = [join("", ("> ", line)) for line in lines if line]
            if len(earlier) == 1:
                heading = join("", (said["reply_prefix"], heading))
            writer, reader = reader, writer
            lines = [
                *self._lines([self.rng.choice(replies)], writer, reader),
                Marked(),
                compose(said["quote"], named),
                *quoted,
            ]

    def mailing(self, *, is_open: bool) -> Letter:
        """Return an invitation whose receivers see each other, or not."""
        said = self.said["mail"]
        receivers = tuple(self.turn.member().mailbox for _ in range(self.rng.randint(5, 14)))
        lines = [
            compose(said["open_text"], self.named),
            Marked(),
            compose("{c.name}", self.named),
            compose("{club}", self.named),
        ]
        addressed = {"to": receivers} if is_open else {"to": (self._office(),), "bcc": receivers}
        heading = compose(said["open_subject"], self.named)
        return self._letter(
            heading, lines, self._subject("invitation"), sender=self._office(), **addressed
        )

    def covering(self, files: tuple[File, ...]) -> Letter:
        """Return a letter with attachments; the first of them decides its class."""
        said = self.said["mail"]
        writer, reader = self.turn.member(2, 8), self.turn.member(0, 6)
        lines = self._lines([said["attached_text"]], writer, reader)
        attached = files[0].subject
        subject = self._subject()
        if attached.kind and attached.kind not in _MAIL_ONLY and self.class_code == "mail":
            subject = replace(subject, class_code=attached.class_code)
        if any(part.outcome != READ for file in files for part in file.parts):
            subject = replace(subject, class_code="not-read")
        heading = Marked(files[0].name.rpartition(".")[0])
        return self._letter(
            heading,
            lines,
            subject,
            sender=writer.mailbox,
            to=(reader.mailbox,),
            cc=tuple(self.turn.member(0, 8).mailbox for _ in range(self.rng.randrange(3))),
            attachments=files,
        )
