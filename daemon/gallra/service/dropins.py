"""Files that tell of events, dropped into the folder ``events.d`` of the state directory."""

import errno
import os
import stat
from datetime import datetime
from pathlib import Path

from gallra.model.errors import WrongUseError
from gallra.model.event import Event, EventSource
from gallra.model.message import Message, said
from gallra.rules.claims import SUFFIXES, Claim, claims_in
from gallra.rules.complaint import WHOLE_FILE, Complaint, RulesError
from gallra.rules.syntax import LARGEST_BYTES
from gallra.service.claims import event_of
from gallra.service.clock import nanoseconds
from gallra.service.events import tell
from gallra.service.house import House

FOLDER = "events.d"


def folder_of(house: House) -> Path:
    """Return where such files are looked for."""
    return house.state / FOLDER


def stamp(house: House) -> tuple[tuple[str, int, int], ...]:
    """Return what changes when a file is dropped in, changed or taken away."""
    try:
        with os.scandir(folder_of(house)) as found:
            return tuple(
                sorted(
                    (each.name, status.st_mtime_ns, status.st_size)
                    for each in found
                    for status in (each.stat(follow_symlinks=False),)
                )
            )
    except OSError:
        return ()


def refused(house: House, now: datetime) -> tuple[RulesError, ...]:
    """Return what is wrong with the files that lie there; tell nothing."""
    found = (_events_in(path, house, now) for path in _waiting(house, now))
    return tuple(each for each in found if isinstance(each, RulesError))


def take_up(house: House, now: datetime) -> tuple[int, tuple[RulesError, ...]]:
    """Tell what the files say; return how many events were new, and what was refused.

    A file with a mistake in it is not taken up at all: half of what somebody wrote may be the
    wrong half. Files stay where they are; telling the same again changes nothing, and taking
    one away undoes nothing.
    """
    new_count = 0
    wrong: list[RulesError] = []
    for path in _waiting(house, now):
        found = _events_in(path, house, now)
        if isinstance(found, RulesError):
            wrong.append(found)
            continue
        for event in found:
            new_count += tell(house, event).is_new
    return new_count, tuple(wrong)


def is_being_written(house: House, now: datetime) -> bool:
    """Tell whether a file was changed so short a time ago that more of it may come."""
    return any(_is_fresh(modified_ns, house, now) for _, modified_ns, _ in stamp(house))


def _waiting(house: House, now: datetime) -> tuple[Path, ...]:
    """Return the files that lie still."""
    return tuple(
        folder_of(house) / name
        for name, modified_ns, _ in stamp(house)
        if name.endswith(SUFFIXES)
        and not name.startswith(".")
        and not _is_fresh(modified_ns, house, now)
    )


def _is_fresh(modified_ns: int, house: House, now: datetime) -> bool:
    # A time that is still to come tells nothing: such a file lies as still as any.
    settle_ns = house.schedule.safety.settle.total_seconds() * 1e9
    return 0 <= nanoseconds(now) - modified_ns < settle_ns


def _events_in(path: Path, house: House, now: datetime) -> tuple[Event, ...] | RulesError:
    content = _content(path)
    if isinstance(content, Message):
        return RulesError(str(path), (Complaint(line=WHOLE_FILE, message=content),))
    claims = claims_in(content, is_table=path.suffix == ".csv")
    events: list[Event] = []
    complaints: list[Complaint] = []
    for claim in claims:
        if isinstance(claim, Claim):
            try:
                events.append(event_of(claim, house, source=EventSource.FILE, by=path.name, at=now))
            except WrongUseError as error:
                complaints += [Complaint(line=claim.line, message=each) for each in error.messages]
        else:
            complaints.append(claim)
    if complaints:
        return RulesError(str(path), tuple(complaints))
    return tuple(events)


def _content(path: Path) -> bytes | Message:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return said("this is no regular file")  # a link, wherever it leads
        return said("the file cannot be read: {reason}", reason=error.strerror or "")
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return said("this is no regular file")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST_BYTES + 1)
    except OSError as error:
        return said("the file cannot be read: {reason}", reason=error.strerror or "")
    finally:
        os.close(descriptor)
