"""Sends what waits in the outbox. Knows the rules and the outbox, and nothing else of the state.

Runs as a process, and in the service as a user, of its own: it is the only part of gallra that
speaks to a network, and there is nothing in its reach that names anybody.
"""

import base64
import hashlib
import os
import smtplib
import ssl
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gallra.model.errors import GallraError, OccupiedError
from gallra.model.message import Message, said
from gallra.model.names import as_text, shown
from gallra.model.notification import Audience, Notification, Receiver, Security, Urgency
from gallra.model.retention import RetentionSchedule
from gallra.policy.notifying import is_due, receivers_of
from gallra.report import mails
from gallra.report.language import translator
from gallra.service.apprising import APPRISE, tell
from gallra.service.enveloping import unpacked
from gallra.store.spool import Spool

PASSWORD = "gallra-smtp-password"  # noqa: S105 - the credential's name
_PATIENCE_SECONDS = 30
_WELCOME = 235


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing in the outbox, and who was told of it already."""

    name: str
    notification: Notification
    told: frozenset[str]

    def is_told(self, receiver: str) -> bool:
        """Tell whether a receiver was told of it."""
        return _key(receiver) in self.told


@dataclass(slots=True)
class Sent:
    """What came of one emptying of the outbox."""

    mail_count: int = 0
    told_count: int = 0
    """Things that everybody who had to be told has been told of."""
    waiting_count: int = 0
    """Things that wait for their time."""
    complaints: list[Message] = field(default_factory=list)


def waiting_in(spool: Spool) -> tuple[tuple[Waiting, ...], tuple[Message, ...]]:
    """Return what waits, oldest first, and what of it cannot be understood."""
    found: list[Waiting] = []
    complaints: list[Message] = []
    for name in spool.names():
        try:
            notification = unpacked(spool.content(name))
        except FileNotFoundError:
            continue  # another process has sent it
        except (OSError, ValueError):
            complaints.append(
                said("{path}: it is no notification; it is left where it is", path=shown(name))
            )
            continue
        found.append(Waiting(name=name, notification=notification, told=spool.told(name)))
    return tuple(found), tuple(complaints)


def send(schedule: RetentionSchedule, spool: Spool, now: datetime) -> Sent:
    """Send all whose time has come; what could not be sent stays, and is tried again.

    Whoever was told is not told again when somebody else could not be. Between the server's
    word and our note of it a crash may repeat a mail; it then has the same Message-ID.

    Raises:
        OccupiedError: If another process is sending.
    """
    sent = Sent()
    if not spool.folder.is_dir():
        return sent
    with spool.alone() as is_alone:
        if not is_alone:
            raise OccupiedError(said("another gallra is sending what waits in the outbox"))
        waiting, complaints = waiting_in(spool)
        sent.complaints += complaints
        zone = ZoneInfo(schedule.organisation.timezone)
        terms = schedule.notifications
        due = [each for each in waiting if is_due(each.notification, terms, now, zone)]
        sent.waiting_count = len(waiting) - len(due)
        failed: set[str] = set()
        if terms.sender:
            failed |= _mail(schedule, due, now, Noting(spool, sent))
        if terms.apprise_file:
            failed |= _tell_services(schedule, due, Noting(spool, sent))
        for each in due:
            if each.name not in failed:
                spool.forget(each.name)
                sent.told_count += 1
    return sent


@dataclass(frozen=True, slots=True)
class Noting:
    """Where it is noted who was told, and what went wrong."""

    spool: Spool
    sent: Sent

    def told(self, some: Iterable[Waiting], receiver: str) -> None:
        """Note that ``receiver`` was told of ``some``."""
        for each in some:
            self.spool.note_told(each.name, _key(receiver))


def _mail(
    schedule: RetentionSchedule, due: Sequence[Waiting], now: datetime, noting: Noting
) -> set[str]:
    """Send mail; return the names of what some receiver could not be told of."""
    failed: set[str] = set()
    letters = list(_letters(schedule, due))
    if not letters:
        return failed
    try:
        server = _server(schedule)
    except GallraError as refusal:
        noting.sent.complaints += refusal.messages
        return {each.name for _, some in letters for each in some}
    except (OSError, smtplib.SMTPException) as error:
        noting.sent.complaints.append(_unreached(schedule, error))
        return {each.name for _, some in letters for each in some}
    with server:
        for receiver, some in letters:
            mail = _composed(schedule, receiver, some, now)
            try:
                server.send_message(mail, schedule.notifications.sender, [receiver.email])
            except (OSError, smtplib.SMTPException) as error:
                noting.sent.complaints.append(
                    said(
                        "{receiver}: the mail server did not take the mail ({why}); it is tried"
                        " again",
                        receiver=receiver.email,
                        why=_why(error),
                    )
                )
                failed |= {each.name for each in some}
                continue
            noting.sent.mail_count += 1
            noting.told(some, receiver.email)
    return failed


def _tell_services(schedule: RetentionSchedule, due: Sequence[Waiting], noting: Noting) -> set[str]:
    """Tell other services the headlines; return the names of what some was not told of."""
    untold = [each for each in due if not each.is_told(APPRISE)]
    if not untold:
        return set()
    headlines = [
        mails.headline(
            [each.notification],
            schedule.organisation,
            translator(schedule.organisation.language),
        )
        for each in untold
    ]
    complaint = tell(headlines, schedule.notifications.apprise_file)
    if complaint is not None:
        noting.sent.complaints.append(complaint)
        return {each.name for each in untold}
    noting.told(untold, APPRISE)
    return set()


def _letters(
    schedule: RetentionSchedule, due: Sequence[Waiting]
) -> Iterator[tuple[Receiver, list[Waiting]]]:
    """Yield who gets which things in one mail: what could wait together, what could not alone.

    Who is told of the same thing as two, as the club and as its officer, gets it once.
    """
    together: dict[str, tuple[Receiver, list[Waiting]]] = {}
    alone: dict[tuple[str, _Said], tuple[Receiver, list[Waiting]]] = {}
    keys = [key for key, _ in _said_in(each.notification for each in due)]
    for key, each in zip(keys, due, strict=True):
        for receiver in receivers_of(
            each.notification, schedule.notifications, schedule.organisation
        ):
            if each.is_told(receiver.email):
                continue
            if each.notification.urgency is Urgency.DIGEST:
                together.setdefault(receiver.email, (receiver, []))[1].append(each)
            else:
                alone.setdefault((receiver.email, key), (receiver, []))[1].append(each)
    yield from alone.values()
    yield from together.values()


_Said = tuple[str, Message, tuple[Message, ...], int]


def _said_in(some: Iterable[Notification]) -> Iterator[tuple[_Said, Notification]]:
    """Yield notifications, each with what it shares with one that says the same to other ears."""
    count: Counter[tuple[Audience, str, Message, tuple[Message, ...]]] = Counter()
    for each in some:
        count[each.audience, each.kind, each.subject, each.lines] += 1
        number = count[each.audience, each.kind, each.subject, each.lines]
        yield (each.kind, each.subject, each.lines, number), each


def _composed(
    schedule: RetentionSchedule, receiver: Receiver, some: Sequence[Waiting], now: datetime
) -> EmailMessage:
    organisation, terms = schedule.organisation, schedule.notifications
    language = receiver.language or organisation.language
    say = translator(language)
    notifications = list(dict(_said_in(each.notification for each in some)).values())
    mail = EmailMessage()
    mail["From"] = terms.sender
    mail["To"] = receiver.email
    mail["Subject"] = mails.headline(notifications, organisation, say)
    mail["Date"] = format_datetime(now)
    identity = hashlib.sha256(
        "\n".join([receiver.email, *(each.name for each in some)]).encode()
    ).hexdigest()[:32]
    mail["Message-ID"] = f"<{identity}@{terms.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = language
    mail.set_content(mails.body(notifications, organisation, say))
    return mail


def _server(schedule: RetentionSchedule) -> smtplib.SMTP:
    terms = schedule.notifications
    context = ssl.create_default_context()
    if terms.security is Security.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            terms.server, terms.port, timeout=_PATIENCE_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(terms.server, terms.port, timeout=_PATIENCE_SECONDS)
    try:
        if terms.security is Security.STARTTLS:
            server.starttls(context=context)
        if terms.user:
            _log_in(server, terms.user, _password(terms.password_file))
    except BaseException:
        server.close()
        raise
    return server


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """Log in; smtplib alone knows no letters beyond ASCII, which RFC 4616 has as UTF-8."""
    if user.isascii() and password.isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    answer = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, text = server.docmd("AUTH", f"PLAIN {answer}")
    if code != _WELCOME:
        raise smtplib.SMTPAuthenticationError(code, text)


def _password(given: bytes) -> str:
    """Return the password, from the service's credential or from the file that the rules name.

    Raises:
        GallraError: If there is none, or others can read it.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = os.path.join(folder, PASSWORD) if folder else ""
    is_guarded = bool(path) and os.path.exists(path)
    if not is_guarded:
        path = as_text(given)
    try:
        if not path:
            raise FileNotFoundError
        if not is_guarded and stat.S_IMODE(os.stat(path).st_mode) & 0o077:
            raise GallraError(
                said("Others can read {path}: run `chmod 600 {path}`.", path=shown(path))
            )
        return Path(path).read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise GallraError(
            said(
                "there is no password to log in with: put it into password_file, or give the"
                " service the credential {credential}",
                credential=PASSWORD,
            )
        ) from None


def _unreached(schedule: RetentionSchedule, error: Exception) -> Message:
    terms = schedule.notifications
    return said(
        "the mail server {server}:{port} cannot be used ({why}); what is to be told waits, and is"
        " tried again",
        server=terms.server,
        port=terms.port,
        why=_why(error),
    )


def _why(error: Exception) -> str:
    """Return what a server said, without the addresses that it may repeat: its code."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), 0)
        return f"SMTP {code}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    if isinstance(error, ssl.SSLError):
        return "TLS"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return type(error).__name__


def _key(receiver: str) -> str:
    return hashlib.sha256(receiver.casefold().encode()).hexdigest()[:32]
