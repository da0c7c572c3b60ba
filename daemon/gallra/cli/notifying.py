"""``notify``: empties the outbox. Opens nothing of the state but that."""

import argparse
from pathlib import Path
from zoneinfo import ZoneInfo

from gallra.cli.houses import rules_path
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.model.retention import RetentionSchedule
from gallra.policy.notifying import is_due
from gallra.report import mails
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.rules.loading import load
from gallra.service import clock
from gallra.service.enveloping import packed
from gallra.service.notifications import OUTBOX
from gallra.service.sending import Sent, Waiting, send, waiting_in
from gallra.store.spool import Spool


def notify(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Send what waits, or show it.

    Raises:
        WrongUseError: If something is to be tried out, and the rules name no way or nobody.
    """
    schedule = load(str(rules_path(arguments)))
    spool = Spool(Path(arguments.state) / OUTBOX)
    if arguments.is_list:
        return _list(schedule, spool, terminal)
    if arguments.is_test:
        _add_test(schedule, spool)
    sent = send(schedule, spool, clock.now())
    for complaint in sent.complaints:
        terminal.complain(complaint)
    if terminal.is_json:
        terminal.emit(
            {"mails": sent.mail_count, "told": sent.told_count, "waiting": sent.waiting_count}
        )
    else:
        _tell(sent, terminal)
    return ExitCode.IN_PART if sent.complaints else ExitCode.DONE


def _tell(sent: Sent, terminal: Terminal) -> None:
    terminal.tell(counted("{count} mail sent", "{count} mails sent", count=sent.mail_count))
    if sent.waiting_count:
        terminal.tell(
            counted(
                "{count} thing waits for its time",
                "{count} things wait for their time",
                count=sent.waiting_count,
            )
        )


def _list(schedule: RetentionSchedule, spool: Spool, terminal: Terminal) -> int:
    waiting, complaints = waiting_in(spool)
    for complaint in complaints:
        terminal.complain(complaint)
    if terminal.is_json:
        for each in waiting:
            terminal.emit(_object(each, schedule, terminal))
    elif waiting:
        terminal.table(
            (said("since"), said("kind"), said("for"), said("what")),
            (
                (
                    each.notification.at.isoformat(timespec="minutes"),
                    each.notification.kind,
                    each.notification.audience.value,
                    terminal.say(each.notification.subject),
                )
                for each in waiting
            ),
        )
    else:
        terminal.tell(said("nothing waits to be told"))
    return ExitCode.IN_PART if complaints else ExitCode.DONE


def _object(each: Waiting, schedule: RetentionSchedule, terminal: Terminal) -> dict[str, object]:
    zone = ZoneInfo(schedule.organisation.timezone)
    notification = each.notification
    return {
        "at": notification.at.isoformat(),
        "kind": notification.kind,
        "audience": notification.audience.value,
        "urgency": notification.urgency.value,
        "subject": terminal.say(notification.subject),
        "lines": [terminal.say(line) for line in notification.lines],
        "is_due": is_due(notification, schedule.notifications, clock.now(), zone),
    }


def _add_test(schedule: RetentionSchedule, spool: Spool) -> None:
    audiences = {one for each in schedule.notifications.receivers for one in each.audiences}
    if schedule.organisation.data_protection_officer is not None:
        audiences.add(Audience.OFFICER)
    if not schedule.notifications.is_anybody_told or not audiences:
        raise WrongUseError(
            said("nobody would be told: fill in [notifications] and [[receiver]] in the rules")
        )
    subject, lines = mails.sample(schedule.organisation)
    now = clock.now()
    for audience in sorted(audiences):
        test = Notification(
            kind="test",
            audience=audience,
            urgency=Urgency.NOW,
            key="",
            subject=subject,
            lines=lines,
            at=now,
        )
        spool.put(now.timestamp(), packed(test))
