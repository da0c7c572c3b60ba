"""The status file: what monitoring asks for, without a catalogue to open."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from gallra.model.errors import ExitCode
from gallra.model.figures import Figures
from gallra.model.message import Message, said

STATUS_FILE = "status.json"
_FUTURE = timedelta(minutes=5)
"""So far ahead of this clock a status may be before one of the two clocks must be wrong."""
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a check found: one line, and what to leave with."""

    exit_code: ExitCode
    line: Message
    status: dict[str, object] | None = None
    """The file's content, where it could be read."""


def as_status(figures: Figures, *, good_until: datetime, is_daemon: bool) -> bytes:
    """Return the status file's content.

    Args:
        figures: Of this moment.
        good_until: By then there is another, unless something is wrong.
        is_daemon: Whether a daemon writes it, which then has to be at work.
    """
    last = figures.round
    status = {
        "version": _VERSION,
        "at": figures.at.isoformat(),
        "good_until": good_until.isoformat(),
        "daemon": is_daemon,
        "program": figures.version,
        "mode": figures.mode,
        "rules": figures.rules_digest,
        "exit_code": int(figures.exit_code),
        "brakes": list(figures.brakes),
        "troubles": list(figures.troubles),
        "files": sum(share.file_count for share in figures.shares),
        "backlog": sum(share.backlog_count for share in figures.shares),
        "due": last.due_count if last else None,
        "to_review": last.review_count if last else None,
        "in_quarantine": figures.quarantine_count,
        "holds": figures.hold_count,
        "log_entries": figures.ledger_entry_count,
        "log_good": figures.is_ledger_good,
        "round_at": last.at.isoformat() if last else None,
        "full_pass_at": figures.full_pass_at and figures.full_pass_at.isoformat(),
        "shares": {
            share.name: {
                "present": share.is_present,
                "files": share.file_count,
                "backlog": share.backlog_count,
                "directories": share.directory_count,
                "watched_directories": share.watched_directory_count,
                "reconciled_at": share.reconciled_at and share.reconciled_at.isoformat(),
                "events_lost_at": share.events_lost_at and share.events_lost_at.isoformat(),
            }
            for share in figures.shares
        },
    }
    return json.dumps(status, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def health_of(content: bytes, *, now: datetime, is_at_work: bool) -> Health:
    """Tell from the status file whether all is well.

    A file that is not one of ours or that is too old is itself bad: silence
    is never taken for health.

    Args:
        content: Of the file.
        now: Aware.
        is_at_work: Whether a daemon has this state.
    """
    try:
        status = cast("dict[str, Any]", json.loads(content))
        at, until = (_instant(status[name]) for name in ("at", "good_until"))
        code = ExitCode(status["exit_code"])
        brakes, troubles = (", ".join(map(str, status[name])) for name in ("brakes", "troubles"))
        files, backlog = int(status["files"]), int(status["backlog"])
        is_daemon = bool(status["daemon"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return _bad(said("the status file is damaged: the next round writes it anew"))
    if now > until or at > now + _FUTURE:
        told = said("the status is of {at}, and should be newer", at=f"{at:%Y-%m-%d %H:%M} UTC")
        return _bad(told, status)
    if is_daemon and not is_at_work:
        return _bad(said("the daemon is not at work: systemctl status gallra"), status)
    if code is ExitCode.BRAKE:
        told = said("a safety brake holds ({codes}): see gallra plan", codes=brakes)
        return Health(exit_code=code, line=told, status=status)
    if code is not ExitCode.DONE:
        told = said("a person is needed ({what}): see gallra status", what=troubles)
        return Health(exit_code=ExitCode.IN_PART, line=told, status=status)
    told = said("good; files: {files}, waiting to be read: {backlog}", files=files, backlog=backlog)
    return Health(exit_code=ExitCode.DONE, line=told, status=status)


def _bad(line: Message, status: dict[str, object] | None = None) -> Health:
    return Health(exit_code=ExitCode.IN_PART, line=line, status=status)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
