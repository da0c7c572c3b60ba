"""What ``status`` shows of a share: whether it is there, what is seen of it, what was missed."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gallra.cli.houses import zone
from gallra.kernel.filesystems import is_read_only, remote_kind
from gallra.model.message import Message, said
from gallra.model.names import as_base64, as_text, is_text, shown
from gallra.model.share import Share, ShareState
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.report.values import as_size
from gallra.report.words import named
from gallra.service.house import House
from gallra.store.shares import Coverage
from gallra.watch.identity import look_at_share

_HINDRANCES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A share as it is now."""

    share: Share
    state: ShareState
    coverage: Coverage
    remote_kind: str | None
    """Of its filesystem, where that does not tell of changes."""
    is_read_only: bool
    unreadable: tuple[tuple[bytes, int], ...]
    """Folders that cannot be read, with the errno."""
    mounts: tuple[bytes, ...]
    """Folders that another filesystem is mounted upon."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is out of sight."""
        return self.state is ShareState.PRESENT and not self.unreadable and not self.mounts


def looked_at(share: Share, house: House) -> Sight:
    """Return what there is to say of ``share`` now."""
    state, _ = look_at_share(share, house.catalogue.share_identity(share.name))
    closed = house.catalogue.unreadable_directories(share.name)
    try:
        kind, is_fixed = remote_kind(share.path), is_read_only(share.path)
    except OSError:
        kind, is_fixed = None, False  # it is away, and its state says so
    return Sight(
        share=share,
        state=state,
        coverage=house.catalogue.coverage(share.name),
        remote_kind=kind,
        is_read_only=is_fixed,
        unreadable=tuple(each for each in closed if each[1] != errno.EXDEV),
        mounts=tuple(path for path, number in closed if number == errno.EXDEV),
    )


def share_facts(sight: Sight, house: House, terminal: Terminal) -> list[tuple[Message, str]]:
    """Return what there is to say, each with its heading."""
    say, share, coverage = terminal.say, sight.share, sight.coverage
    facts = [
        (said("share"), f"{share.name} ({as_text(share.path)}, {say(named(share.role))})"),
        (said("state"), say(named(sight.state))),
        (said("files"), str(coverage.file_count)),
        (said("folders watched"), _watched(sight, terminal)),
        (said("looked through"), _moment(coverage.reconciled_at, house, terminal)),
    ]
    if sight.is_read_only:
        told = said("it is mounted read-only: files are read, and none can be moved")
        facts.append((said("problem"), say(told)))
    facts.extend(_extents(share, house, terminal))
    if coverage.backlog_count:
        facts.append((said("waiting to be read"), str(coverage.backlog_count)))
    facts.extend(_closed(sight, terminal))
    facts.extend(_missed(coverage, house, terminal))
    return facts


def _watched(sight: Sight, terminal: Terminal) -> str:
    """Say how many folders there is a watch on, or why on none."""
    if sight.remote_kind is None:
        return f"{sight.coverage.watched_directory_count}/{sight.coverage.directory_count}"
    scanned = said(
        "none: {kind} does not tell of changes, scans alone find them", kind=sight.remote_kind
    )
    return terminal.say(scanned)


def _closed(sight: Sight, terminal: Terminal) -> Iterator[tuple[Message, str]]:
    """Yield which folders are out of sight, and why."""
    say = terminal.say
    if sight.unreadable:
        problem = counted(
            "{count} folder cannot be read",
            "{count} folders cannot be read",
            count=len(sight.unreadable),
        )
        yield said("problem"), say(problem)
    for path, number in sight.unreadable:
        yield said("folder"), f"{shown(path)} ({os.strerror(number)})"
    for path in sight.mounts:
        told = said(
            "{folder}: another filesystem lies here; what was known below it is on hold",
            folder=shown(path),
        )
        yield said("not looked at"), say(told)


def _missed(coverage: Coverage, house: House, terminal: Terminal) -> Iterator[tuple[Message, str]]:
    """Yield when changes were missed last and why, and when a scan had found them all."""
    if coverage.events_lost_at is None:
        return
    lost = _moment(coverage.events_lost_at, house, terminal)
    if coverage.events_lost_because is not None:
        lost = f"{lost} ({terminal.say(coverage.events_lost_because)})"
    yield said("changes missed"), lost
    if coverage.caught_up_at is None:
        yield said("found by a scan"), terminal.say(said("not yet"))
    else:
        yield said("found by a scan"), _moment(coverage.caught_up_at, house, terminal)


def _extents(share: Share, house: House, terminal: Terminal) -> Iterator[tuple[Message, str]]:
    """Yield how many files were read how far, then what most often stood in the way."""
    say = terminal.say
    for extent in house.catalogue.extents(share.name):
        size = as_size(extent.byte_count)
        amount = counted(
            "{count} file, {size}", "{count} files, {size}", count=extent.file_count, size=size
        )
        yield named(extent.outcome), say(amount)
    for hindrance in house.catalogue.hindrances(share.name, _HINDRANCES):
        amount = counted("{count} file", "{count} files", count=hindrance.file_count)
        yield said("why not in full"), f"{say(hindrance.reason)} ({say(amount)})"


def _moment(at: datetime | None, house: House, terminal: Terminal) -> str:
    if at is None:
        return terminal.say(said("never"))
    return f"{at.astimezone(zone(house)):%Y-%m-%d %H:%M}"


def share_as_json(sight: Sight, house: House, terminal: Terminal) -> dict[str, object]:
    """Return the same for scripts."""
    share, coverage = sight.share, sight.coverage
    because = coverage.events_lost_because
    return {
        "share": share.name,
        "path": as_text(share.path),
        "role": str(share.role),
        "state": str(sight.state),
        "read_only": sight.is_read_only,
        "files": coverage.file_count,
        "directories": coverage.directory_count,
        "watched_directories": coverage.watched_directory_count,
        "scans_only": sight.remote_kind,
        "backlog": coverage.backlog_count,
        "skipped": coverage.skipped_count,
        "unreadable_directories": len(sight.unreadable),
        "not_looked_at": [_place(path) for path in sight.mounts],
        "reconciled_at": coverage.reconciled_at and coverage.reconciled_at.isoformat(),
        "events_lost_at": coverage.events_lost_at and coverage.events_lost_at.isoformat(),
        "events_lost_because": because and terminal.say(because),
        "caught_up_at": coverage.caught_up_at and coverage.caught_up_at.isoformat(),
        "read": {
            extent.outcome.value: {"files": extent.file_count, "bytes": extent.byte_count}
            for extent in house.catalogue.extents(share.name)
        },
        "not_read_in_full_because": [
            {
                "outcome": hindrance.outcome.value,
                "reason": terminal.say(hindrance.reason),
                "files": hindrance.file_count,
            }
            for hindrance in house.catalogue.hindrances(share.name, _HINDRANCES)
        ],
    }


def _place(path: bytes) -> dict[str, str]:
    told = {"path": as_text(path)}
    return told if is_text(path) else told | {"path_b64": as_base64(path)}
