"""Shares as the catalogue knows them: identity, what is dirty, how much there is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gallra.model.message import Message
from gallra.model.share import Share, ShareIdentity
from gallra.store import identities
from gallra.store.packing import (
    packed,
    packed_instant,
    signed,
    unpacked_instant,
    unpacked_messages,
    unsigned,
)
from gallra.store.shelf import Shelf, parted

_LATEST: Final = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a share is seen, and since when nothing was missed."""

    share: str
    file_count: int
    directory_count: int
    watched_directory_count: int
    backlog_count: int
    """Files that wait to be read."""
    skipped_count: int
    """Symbolic links, FIFOs, sockets, devices and mount points: seen, never entered."""
    unreadable_count: int
    """Directories that could not be read."""
    events_lost_at: datetime | None
    events_lost_because: Message | None
    caught_up_at: datetime | None
    """When a pass over all of it first found what those events would have told; ``None`` before
    that, and where none were lost."""
    reconciled_at: datetime | None
    """When a pass over the whole share last came to its end."""
    dirty_directory_count: int
    is_dirty: bool
    """Whether the whole share waits to be looked through."""


class Shares(Shelf):
    """The catalogue's knowledge of whole shares."""

    def register_shares(self, shares: Iterable[Share]) -> None:
        """Make the shares of the rules known, each with its role and its root directory.

        A share that the rules no longer name stays in the catalogue: what is in quarantine
        from it must still be found.
        """
        with self.database.atomic():
            for share in shares:
                self.database.run(
                    "INSERT INTO share (name, role) VALUES (?, ?)"
                    " ON CONFLICT (name) DO UPDATE SET role = excluded.role",
                    (share.name, share.role.value),
                )
                self._require_root(share.name)

    def remember_share(self, name: str, identity: ShareIdentity) -> None:
        """Remember what makes ``name`` the same share tomorrow."""
        with self.database.atomic():
            self.database.run(
                "INSERT INTO share (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,)
            )
            self._require_root(name)
            self._follow_device(name, identity)
            self.database.run(
                "UPDATE share SET device = ?, filesystem = ?, root_inode = ?, marker = ?,"
                " origin = ? WHERE name = ?",
                (
                    signed(identity.device),
                    identity.filesystem,
                    signed(identity.root_inode),
                    identity.marker,
                    identity.origin,
                    name,
                ),
            )

    def keep_shares(self) -> None:
        """Write down, beside the catalogue, what makes each share the same share tomorrow."""
        names = [name for (name,) in self.database.rows("SELECT name FROM share")]
        found = {name: self.share_identity(name) for name in names}
        known = {name: each for name, each in found.items() if each is not None}
        if known:
            identities.keep(self.database.path.parent, known)

    def recall_shares(self) -> None:
        """Remember of each share what was written down, where nothing is known of it here."""
        for name, identity in identities.kept(self.database.path.parent).items():
            if self.share_identity(name) is None:
                self.remember_share(name, identity)

    def share_identity(self, name: str) -> ShareIdentity | None:
        """Return what was remembered of a share; ``None`` where nothing was."""
        found = self.database.row(
            "SELECT device, filesystem, root_inode, marker, origin FROM share"
            " WHERE name = ? AND filesystem IS NOT NULL",
            (name,),
        )
        if found is None:
            return None
        return ShareIdentity(
            device=unsigned(found[0]),
            filesystem=found[1],
            root_inode=unsigned(found[2]),
            marker=found[3],
            origin=found[4],
        )

    def mark_dirty(self, share: str, directories: Iterable[bytes], at: datetime) -> None:
        """Note that something happened in ``directories``; they are to be scanned again.

        For a directory that is not known yet, the nearest known one above it is marked: the
        scan of that one will find it.
        """
        share_id = self.share_id(share)
        instant = packed_instant(at)
        with self.database.atomic():
            for path in set(directories):
                self._mark_nearest(share_id, path, instant)

    def mark_share_dirty(self, share: str, at: datetime) -> None:
        """Note that events of the whole share may have been missed."""
        self.database.run(
            "UPDATE share SET dirty_us = ? WHERE share_id = ?",
            (packed_instant(at), self.share_id(share)),
        )

    def share_dirty_at(self, share: str) -> datetime | None:
        """Return since when the whole share waits for a pass; ``None`` where it does not."""
        instant = self.database.row(
            "SELECT dirty_us FROM share WHERE share_id = ?", (self.share_id(share),)
        )
        return None if instant is None or instant[0] is None else unpacked_instant(instant[0])

    def dirty_directories(
        self, share: str, *, before: datetime | None = None, limit: int = -1
    ) -> list[bytes]:
        """Return the directories that wait to be scanned, longest-waiting first.

        Args:
            share: The share.
            before: Only those whose time has come; one that was changing when it was last
                looked at waits for a moment.
            limit: At most so many.
        """
        rows = self.database.rows(
            "SELECT path FROM directory WHERE share_id = ? AND dirty_us <= ?"
            " ORDER BY dirty_us, directory_id LIMIT ?",
            (self.share_id(share), _LATEST if before is None else packed_instant(before), limit),
        )
        return [path for (path,) in rows]

    def next_dirty_at(self, share: str) -> datetime | None:
        """Return when the next dirty directory is to be scanned; ``None`` where none is dirty."""
        found = self.database.row(
            "SELECT min(dirty_us) FROM directory WHERE share_id = ? AND dirty_us IS NOT NULL",
            (self.share_id(share),),
        )
        return None if found is None or found[0] is None else unpacked_instant(found[0])

    def note_events_lost(self, share: str, at: datetime, because: Message) -> None:
        """Remember when, and why, events of a share were last lost; the share becomes dirty."""
        instant = packed_instant(at)
        self.database.run(
            "UPDATE share SET events_lost_us = ?, events_lost_because = ?, dirty_us = ?,"
            " caught_up_us = NULL"
            " WHERE share_id = ?",
            (instant, packed((because,)), instant, self.share_id(share)),
        )

    def note_reconciled(self, share: str, *, began_at: datetime, at: datetime) -> None:
        """Remember that a pass that began at ``began_at`` went through the whole share.

        The share and its directories are clean again unless they were marked dirty after the
        pass had begun. Should the note be lost in a power failure, the pass is made again.
        """
        share_id = self.share_id(share)
        began = packed_instant(began_at)
        with self.database.atomic(is_durable=False):
            self.database.run(
                "UPDATE share SET reconciled_us = ?1,"
                " caught_up_us = CASE WHEN events_lost_us <= ?2 THEN coalesce(caught_up_us, ?1)"
                " END,"
                " dirty_us = CASE WHEN dirty_us > ?2 THEN dirty_us END WHERE share_id = ?3",
                (packed_instant(at), began, share_id),
            )
            self.database.run(
                "UPDATE directory SET dirty_us = NULL WHERE share_id = ? AND dirty_us <= ?",
                (share_id, began),
            )

    def note_watched(self, share: str, directory_count: int) -> None:
        """Remember how many directories of a share the observer has a watch on."""
        self.database.run(
            "UPDATE share SET watched_count = ? WHERE share_id = ?",
            (directory_count, self.share_id(share)),
        )

    def coverage(self, share: str) -> Coverage:
        """Return how much of a share is known and watched, and what was missed when."""
        share_id = self.share_id(share)
        found = self.database.row(
            "SELECT file_count, directory_count, watched_count, backlog_count, events_lost_us,"
            " events_lost_because, caught_up_us, reconciled_us, dirty_us"
            " FROM share WHERE share_id = ?",
            (share_id,),
        )
        (
            files, directories, watched, backlog,
            lost_at, lost_because, caught_up, reconciled, dirty,
        ) = found or (0, 0, 0, 0, None, None, None, None, None)  # fmt: skip
        because = unpacked_messages(lost_because)
        return Coverage(
            share=share,
            file_count=files,
            directory_count=directories,
            watched_directory_count=watched,
            backlog_count=backlog,
            skipped_count=self.database.number(
                "SELECT sum(skipped_count) FROM directory WHERE share_id = ?", (share_id,)
            ),
            unreadable_count=self.database.number(
                "SELECT count(*) FROM directory"
                " WHERE share_id = ? AND unreadable_errno IS NOT NULL",
                (share_id,),
            ),
            events_lost_at=None if lost_at is None else unpacked_instant(lost_at),
            events_lost_because=because[0] if because else None,
            caught_up_at=None if caught_up is None else unpacked_instant(caught_up),
            reconciled_at=None if reconciled is None else unpacked_instant(reconciled),
            dirty_directory_count=self.database.number(
                "SELECT count(*) FROM directory WHERE share_id = ? AND dirty_us IS NOT NULL",
                (share_id,),
            ),
            is_dirty=dirty is not None,
        )

    def unreadable_directories(self, share: str) -> list[tuple[bytes, int]]:
        """Return the directories that could not be read at the last look, with the errno."""
        return [
            (path, number)
            for path, number in self.database.rows(
                "SELECT path, unreadable_errno FROM directory"
                " WHERE share_id = ? AND unreadable_errno IS NOT NULL ORDER BY path",
                (self.share_id(share),),
            )
        ]

    def file_count(self, share: str) -> int:
        """Return how many files are present in a share."""
        return self.database.number(
            "SELECT file_count FROM share WHERE share_id = ?", (self.share_id(share),)
        )

    def message_count(self, share: str) -> int:
        """Return how many messages are present in mailboxes of a share."""
        # The counter has every message as one more, and every mailbox as one less.
        share_id = self.share_id(share)
        return self.database.number(
            "SELECT more_count FROM share WHERE share_id = ?", (share_id,)
        ) + self.database.number(
            "SELECT count(*) FROM record CROSS JOIN file USING (file_id) WHERE record.is_container"
            " AND record.part = '' AND file.share_id = ? AND file.state = 'present'",
            (share_id,),
        )

    def directory_count(self, share: str) -> int:
        """Return how many directories of a share are known, its root included."""
        return self.database.number(
            "SELECT directory_count FROM share WHERE share_id = ?", (self.share_id(share),)
        )

    def backlog_count(self, shares: Collection[str] | None = None) -> int:
        """Return how many files wait to be read, in all shares or in those named."""
        if shares is None:
            return self.database.number("SELECT sum(backlog_count) FROM share")
        return sum(
            self.database.number("SELECT backlog_count FROM share WHERE name = ?", (share,))
            for share in shares
        )

    def _follow_device(self, name: str, identity: ShareIdentity) -> None:
        # The number of a device is given out anew at each boot; the filesystem is the same
        # one, so every file keeps its identity under the new number.
        # XFS makes its identifier from that very number: there the marker tells.
        known = self.share_identity(name)
        if known is None or known.device == identity.device:
            return
        is_marked = known.marker != "" and known.marker == identity.marker
        is_same = is_marked or known.is_of_same_filesystem(identity)
        if not is_same or known.root_inode != identity.root_inode:
            return
        change = (signed(identity.device), self.share_id(name), signed(known.device))
        self.database.run("UPDATE file SET device = ? WHERE share_id = ? AND device = ?", change)
        self.database.run(
            "UPDATE file SET read_device = ? WHERE share_id = ? AND read_device = ?", change
        )
        self.database.run(
            "UPDATE quarantine SET device = ? WHERE share_id = ? AND device = ?", change
        )
        self._doubt_devices(change[1], change[0])

    def _doubt_devices(self, share_id: int, device: int) -> None:
        """Have files looked at anew whose device is none of their share's own.

        An overlay gives some files one of its own making, anew each time that it is mounted.
        """
        odd = "share_id = ? AND state = 'present' AND device <> ?"
        self.database.run(
            "UPDATE directory SET listing = NULL"  # noqa: S608 - a constant
            f" WHERE directory_id IN (SELECT directory_id FROM file WHERE {odd})",
            (share_id, device),
        )
        self.database.run(f"UPDATE file SET inode = 0 WHERE {odd}", (share_id, device))  # noqa: S608 - a constant

    def _require_root(self, share: str) -> None:
        share_id = self.share_id(share)
        self.database.run(
            "INSERT INTO directory (share_id, path) VALUES (?, ?)"
            " ON CONFLICT (share_id, path) DO NOTHING",
            (share_id, b""),
        )

    def _mark_nearest(self, share_id: int, path: bytes, instant: int) -> None:
        while True:
            changed = self.database.run(
                "UPDATE directory SET dirty_us = min(coalesce(dirty_us, ?1), ?1)"
                " WHERE share_id = ?2 AND path = ?3",
                (instant, share_id, path),
            )
            if changed or not path:
                return
            path, _ = parted(path)
