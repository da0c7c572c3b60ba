"""The tables that say who is told what, by which way, and when."""

import re
from datetime import time
from typing import TYPE_CHECKING

from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.model.notification import (
    USUAL_TERMS,
    Audience,
    DigestTime,
    NotificationTerms,
    QuietHours,
    Receiver,
    Security,
)
from gallra.rules.complaint import UnfitError, quoted
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.notes import Notes
from gallra.rules.shapes import Number, Several, Spelled, Text, Word
from gallra.rules.sharing import LANGUAGES
from gallra.rules.spellings import absolute_path_of, email_of
from gallra.rules.values import Values, text_in, texts_in, value_in

if TYPE_CHECKING:
    from gallra.rules.validation import Validated

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAILY = "daily"
_SENDER = ("notifications", "from")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_SERVER = re.compile(r"[A-Za-z0-9._:-]{1,253}", re.ASCII)


def quiet_hours_of(text: str) -> QuietHours:
    """Return the span of the day that ``text`` names, ``21:00-07:00``.

    Raises:
        UnfitError: If it is none.
    """
    begins, dash, ends = (part.strip() for part in text.replace("\u2013", "-").partition("-"))
    first, last = _clock_of(begins), _clock_of(ends)
    if not dash or first is None or last is None or first == last:
        raise UnfitError(
            said(
                '{where}: "{text}" is no span of a day; write it as "21:00-07:00"',
                text=quoted(text),
            )
        )
    return QuietHours(begins=first, ends=last)


def digest_time_of(text: str) -> DigestTime:
    """Return when digests go out: ``monday 08:00`` or ``daily 08:00``.

    Raises:
        UnfitError: If it is neither.
    """
    day, _, clock = text.strip().lower().partition(" ")
    at = _clock_of(clock.strip())
    if at is None or day not in {_DAILY, *WEEKDAYS}:
        raise UnfitError(
            said(
                '{where}: "{text}" is no time for a digest; write it as "monday 08:00" or'
                ' "daily 08:00"',
                text=quoted(text),
            )
        )
    return DigestTime(weekday=None if day == _DAILY else WEEKDAYS.index(day), at=at)


def server_of(text: str) -> str:
    """Return ``text`` where it can be the name of a mail server.

    Raises:
        UnfitError: If it cannot.
    """
    if not _SERVER.fullmatch(text):
        raise UnfitError(
            said('{where}: "{text}" is not the name of a mail server', text=quoted(text))
        )
    return text


def _clock_of(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


NOTIFICATIONS = TableDescription(
    name="notifications",
    header="[notifications]",
    sentence=said(
        "How people are told of what they have to do. Without this table, only the system's "
        "journal is. What is sent names nobody: it says where to look."
    ),
    keys=(
        KeyDescription(
            name="from",
            shape=Spelled(said("e-mail address"), email_of),
            sentence=said("The address that mail comes from. Left out: no mail is sent."),
            example='"gallra@example.org"',
            also=("sender",),
        ),
        KeyDescription(
            name="server",
            shape=Spelled(said("name of a server"), server_of),
            sentence=said(
                "The mail server. localhost is the mail program of this machine, which knows where "
                "mail goes from here."
            ),
            default='"localhost"',
            example='"smtp.example.org"',
            also=("host", "smtp"),
        ),
        KeyDescription(
            name="port",
            shape=Number(least=1, most=65_535),
            sentence=said("25 for this machine's own, 587 with starttls, 465 with tls, mostly."),
            default="25",
            example="587",
        ),
        KeyDescription(
            name="security",
            shape=Word(tuple(Security)),
            sentence=said(
                "How the way to the server is protected: none is for this machine's own alone."
            ),
            default='"none"',
            example='"starttls"',
        ),
        KeyDescription(
            name="user",
            shape=Text(),
            sentence=said("The name to log in with, where the server asks for one."),
            example='"klubben"',
        ),
        KeyDescription(
            name="password_file",
            shape=Spelled(said("path from the root"), absolute_path_of),
            sentence=said(
                "A file with the password in it, which nobody else may read. The service takes it "
                "from its credential gallra-smtp-password instead, where there is one."
            ),
            example='"/etc/gallra/smtp-password"',
        ),
        KeyDescription(
            name="apprise_file",
            shape=Spelled(said("path from the root"), absolute_path_of),
            sentence=said(
                "A file with addresses of other services, one a line, as Apprise writes them; they "
                "get the headline and no more. Needs the extra gallra[apprise]."
            ),
            example='"/etc/gallra/apprise"',
        ),
        KeyDescription(
            name="quiet",
            shape=Spelled(said("span of a day"), quiet_hours_of),
            sentence=said(
                "When nothing is sent that can wait. A legal clock does not wait, nor does what is "
                "wrong with gallra itself."
            ),
            example='"21:00-07:00"',
            also=("quiet_hours",),
        ),
        KeyDescription(
            name="digest",
            shape=Spelled(said("day and time"), digest_time_of),
            sentence=said("When all that can wait is told in one mail."),
            default='"monday 08:00"',
            example='"daily 08:00"',
        ),
    ),
)

RECEIVER = TableDescription(
    name="receiver",
    header="[[receiver]]",
    sentence=said(
        "Who is told. The data protection officer is told without one of these of what is theirs."
    ),
    keys=(
        KeyDescription(
            name="email",
            shape=Spelled(said("e-mail address"), email_of),
            sentence=said("Where they are reached."),
            is_required=True,
            example='"ordforande@example.org"',
        ),
        KeyDescription(
            name="as",
            shape=Several(Word(tuple(Audience))),
            sentence=said(
                "admin: looks after the machine. officer: the data protection officer. club: "
                "answers for the club's routine."
            ),
            default='"club"',
            example='["club", "admin"]',
            also=("role", "audience"),
        ),
        KeyDescription(
            name="language",
            shape=Word(LANGUAGES),
            sentence=said("In which language; the organisation's, if not given."),
            example='"nb"',
        ),
        KeyDescription(
            name="kinds",
            shape=Several(Text()),
            sentence=said("Only of these kinds (brake, incident, deadline, digest and so on)."),
            example='["incident", "deadline"]',
        ),
    ),
)


def check_notifications(validated: "Validated", notes: Notes) -> None:
    """Complain of a way that is open to listeners, or of receivers that nothing would reach."""
    values = validated.notifications
    server = text_in(values, "server", USUAL_TERMS.server)
    security = text_in(values, "security", Security.NONE)
    if "from" in values and security == Security.NONE and server not in _THIS_MACHINE:
        place = ("notifications", "security" if "security" in values else "server")
        notes.complain(
            place,
            said(
                '{where}: mail to another machine goes protected, with security = "starttls" or'
                ' "tls"'
            ),
        )
    known: set[str] = set()
    for index, receiver in enumerate(validated.receivers):
        email = text_in(receiver, "email").casefold()
        if email and email in known:
            twice = said('{where}: "{text}" is a receiver already', text=quoted(email))
            notes.complain(("receiver", index, "email"), twice)
        known.add(email)
    if validated.receivers and "from" not in values and not notes.is_misspelt(_SENDER):
        notes.complain(
            ("receiver", 0),
            said("{where}: no mail is sent without from = in [notifications]"),
        )


def notifications_from(values: Values, receivers: list[Values]) -> NotificationTerms:
    """Return what the tables say; they were checked."""
    usual = USUAL_TERMS
    return NotificationTerms(
        sender=text_in(values, "from"),
        server=text_in(values, "server", usual.server),
        port=value_in(values, "port", default=usual.port),
        security=Security(text_in(values, "security", usual.security)),
        user=text_in(values, "user"),
        password_file=as_bytes(text_in(values, "password_file")),
        apprise_file=as_bytes(text_in(values, "apprise_file")),
        quiet=value_in(values, "quiet", default=usual.quiet),
        digest=value_in(values, "digest", default=usual.digest),
        receivers=tuple(
            Receiver(
                email=text_in(each, "email"),
                audiences=tuple(Audience(one) for one in texts_in(each, "as")) or (Audience.CLUB,),
                language=text_in(each, "language"),
                kinds=texts_in(each, "kinds"),
            )
            for each in receivers
        ),
    )
