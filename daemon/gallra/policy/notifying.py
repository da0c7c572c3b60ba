"""Who is told of what, and when: quiet hours and digests."""

from datetime import date, datetime, timedelta, tzinfo

from gallra.model.notification import (
    Audience,
    DigestTime,
    Notification,
    NotificationTerms,
    QuietHours,
    Receiver,
    Urgency,
)
from gallra.model.retention import Organisation

_DAY = timedelta(days=1)


def receivers_of(
    notification: Notification, terms: NotificationTerms, organisation: Organisation
) -> tuple[Receiver, ...]:
    """Return who is told of ``notification``, each once.

    The data protection officer is told of what is theirs, and in the organisation's language,
    where no receiver stands for them.
    """
    found = tuple(
        each
        for each in terms.receivers
        if notification.audience in each.audiences
        and (not each.kinds or notification.kind in each.kinds)
    )
    officer = organisation.data_protection_officer
    if notification.audience is not Audience.OFFICER or officer is None:
        return found
    if any(Audience.OFFICER in each.audiences for each in terms.receivers):
        return found
    return (*found, Receiver(email=officer.email, audiences=(Audience.OFFICER,)))


def is_due(
    notification: Notification, terms: NotificationTerms, now: datetime, zone: tzinfo
) -> bool:
    """Tell whether the time has come to send ``notification``.

    Args:
        notification: What waits.
        terms: Quiet hours, and when digests go out.
        now: Aware.
        zone: The organisation's: both are meant by its clocks.
    """
    if notification.urgency is Urgency.NOW or notification.at > now:
        return True  # a clock that was set back does not keep anything for years
    if notification.urgency is Urgency.SOON:
        return not is_quiet(terms.quiet, now, zone)
    return last_digest(terms.digest, now, zone) >= notification.at


def is_quiet(quiet: QuietHours | None, now: datetime, zone: tzinfo) -> bool:
    """Tell whether ``now`` lies in the quiet hours: from their first minute, before their last."""
    if quiet is None:
        return False
    clock = now.astimezone(zone).time()
    if quiet.begins < quiet.ends:
        return quiet.begins <= clock < quiet.ends
    return clock >= quiet.begins or clock < quiet.ends


def last_digest(digest: DigestTime, now: datetime, zone: tzinfo) -> datetime:
    """Return the last moment until ``now`` at which a digest was to go out; aware."""
    today = now.astimezone(zone).date()
    back = 0 if digest.weekday is None else (today.weekday() - digest.weekday) % 7
    latest = _moment(today - back * _DAY, digest, zone)
    if latest > now:
        latest = _moment(today - (back + (1 if digest.weekday is None else 7)) * _DAY, digest, zone)
    return latest


def _moment(day: date, digest: DigestTime, zone: tzinfo) -> datetime:
    return datetime.combine(day, digest.at, zone)
