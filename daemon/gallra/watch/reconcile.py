"""What is in a share now, found by looking: events are a hint, this is the guarantee.

Nothing is opened but directories; symbolic links are never followed, other filesystems never
entered. A directory that cannot be read says nothing about what is below it, and a share that
is missing or is another one says nothing at all: then nothing counts as gone.
"""

import errno
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from gallra.kernel.opening import open_directory_beneath
from gallra.model.going import GoesOn, always
from gallra.model.share import Share, ShareState
from gallra.store.catalogue import Catalogue
from gallra.store.ingest import Ingest
from gallra.store.looks import Directory, KnownDirectory, Look, is_note, is_same
from gallra.store.shelf import joined
from gallra.watch.exclusion import excluded_below
from gallra.watch.identity import identity_of, look_at_share
from gallra.watch.listing import Listing, glance_at, listing_of, seen_file
from gallra.watch.under_way import Pass, Reconciled, ShareLostError

__all__ = ["RACY", "Reconciled", "Reconciler"]

RACY: Final = timedelta(seconds=2)
"""A directory that changed so recently may change again within the same tick of its clock: it
is looked at once more when that much time has passed."""

_RACY_NS: Final = int(RACY.total_seconds()) * 10**9
_VANISHED: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_SHORT_PATH_BYTES: Final = 4_000
_DIRTY_AT_A_TIME: Final = 1_000
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()


class Reconciler:
    """Brings the catalogue to what is in the shares."""

    def __init__(
        self,
        catalogue: Catalogue,
        shares: Sequence[Share],
        *,
        excluded: Iterable[bytes] = (),
        goes_on: GoesOn = always,
    ) -> None:
        """Look after ``shares``, which become known to the catalogue.

        Args:
            catalogue: Where it is written.
            shares: All shares of the rules.
            excluded: Absolute directories that are not theirs: the state directory, shares that
                are not looked after now. ``shares`` within each other and their quarantines
                are excluded in any case: a file belongs to the innermost share.
            goes_on: Asked before each directory.
        """
        self._catalogue = catalogue
        self._goes_on = goes_on
        self._shares = tuple(shares)
        own = {*excluded}
        own.update(
            path for share in shares for path in (share.path, share.quarantine, share.staging)
        )
        self._excluded = {share.name: excluded_below(share.path, own) for share in shares}
        catalogue.register_shares(shares)

    def full_pass(self, share: Share, now: datetime) -> Reconciled:
        """Look at every directory and every file: finds in-place edits too."""

        def walk(under_way: Pass) -> None:
            for directory in under_way.known_directories():
                if not _is_unchanged(under_way, directory):
                    self._walk(under_way, [directory.taken_up()])

        return self._reconcile(share, now, walk, is_whole=True)

    def pruned_pass(self, share: Share, now: datetime) -> Reconciled:
        """Look at every directory's own time, and only into those that changed.

        Finds all that was created, removed and renamed; a file that was written in place
        leaves its directory's time as it was and waits for an event or the next full pass.
        """

        def walk(under_way: Pass) -> None:
            for known in under_way.known_directories():
                directory = known.taken_up()
                if self._is_changed(under_way, directory):
                    self._walk(under_way, [directory])

        return self._reconcile(share, now, walk)

    def scan_dirty(self, now: datetime, budget: timedelta) -> tuple[Reconciled, ...]:
        """Look at what was marked dirty and whose time has come, within about ``budget``.

        A share that is dirty as a whole gets a full pass, which is not cut short. What is left
        when the budget is spent stays dirty.

        Returns:
            What it came to, for each share in which something was dirty.
        """
        deadline = time.monotonic() + budget.total_seconds()
        results: list[Reconciled] = []
        for share in self._shares:
            if self._catalogue.share_dirty_at(share.name) is not None:
                results.append(self.full_pass(share, now))
                continue
            paths = self._catalogue.dirty_directories(
                share.name, before=now, limit=_DIRTY_AT_A_TIME
            )
            if paths:
                results.append(self._scan(share, paths, now, deadline))
        return tuple(results)

    def _scan(self, share: Share, paths: list[bytes], now: datetime, deadline: float) -> Reconciled:
        def walk(under_way: Pass) -> None:
            some = paths
            looked_at: set[bytes] = set()
            while some:
                for path in some:
                    looked_at.add(path)
                    directory = under_way.ingest.directory(path)
                    if directory is not None:
                        self._walk(under_way, [directory])
                    if time.monotonic() >= deadline or under_way.is_cut_short:
                        return
                under_way.flush()
                under_way.ingest.clear_dirty(under_way.unchanged)
                under_way.unchanged.clear()
                more = self._catalogue.dirty_directories(
                    share.name, before=now, limit=_DIRTY_AT_A_TIME
                )
                some = [path for path in more if path not in looked_at]

        return self._reconcile(share, now, walk)

    def _reconcile(
        self,
        share: Share,
        now: datetime,
        walk: Callable[[Pass], None],
        *,
        is_whole: bool = False,
    ) -> Reconciled:
        remembered = self._catalogue.share_identity(share.name)
        state, identity = look_at_share(share, remembered)
        if state is not ShareState.PRESENT or identity is None:
            return Reconciled(share=share.name, state=state)
        try:
            root = os.open(share.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            return Reconciled(share=share.name, state=ShareState.MISSING)
        try:
            if identity_of(root, share.path) != identity:
                return Reconciled(share=share.name, state=ShareState.REPLACED)
            if identity != remembered:
                self._catalogue.remember_share(share.name, identity)
            under_way = Pass(
                share=share,
                root=root,
                device=identity.device,
                inode=identity.root_inode,
                now=now,
                ingest=self._catalogue.ingest(share.name, device=identity.device, at=now),
                is_whole=is_whole,
                goes_on=self._goes_on,
            )
            return self._carry_out(under_way, walk)
        finally:
            os.close(root)

    def _carry_out(self, under_way: Pass, walk: Callable[[Pass], None]) -> Reconciled:
        try:
            under_way.require_share()
            under_way.ingest.exclude(self._excluded[under_way.share.name])
            walk(under_way)
            under_way.flush()
            self._remove_missing(under_way)
            under_way.require_share()
        except ShareLostError:
            under_way.ingest.discard()
            state, _ = look_at_share(
                under_way.share, self._catalogue.share_identity(under_way.share.name)
            )
            lost = ShareState.REPLACED if state is ShareState.PRESENT else state
            return under_way.result(lost)
        if under_way.unchanged:
            under_way.ingest.clear_dirty(under_way.unchanged)
        if under_way.is_whole and not under_way.is_cut_short:
            self._catalogue.note_reconciled(
                under_way.share.name, began_at=under_way.now, at=under_way.now
            )
        return under_way.result(ShareState.PRESENT)

    def _walk(self, under_way: Pass, waiting: list[Directory]) -> None:
        while waiting and under_way.may_go_on():
            waiting.extend(self._look(under_way, waiting.pop()))
            if under_way.ingest.is_full:
                under_way.flush()

    def _look(self, under_way: Pass, directory: Directory) -> Iterable[Directory]:
        """Look into a directory; return those in it that are to be looked into out of turn."""
        try:
            descriptor = open_directory_beneath(under_way.root, directory.path)
        except OSError as error:
            _note_failure(under_way, directory, error.errno or errno.EIO)
            return ()
        try:
            listing = listing_of(descriptor)
            if listing.device != under_way.device:
                _note_failure(under_way, directory, errno.EXDEV)
                return ()
            under_way.directories += 1
            under_way.seen += len(listing.names)
            under_way.skipped += listing.skipped_count
            return self._compare(under_way, directory, listing, descriptor)
        except OSError as error:
            _note_failure(under_way, directory, error.errno or errno.EIO)
            return ()
        finally:
            os.close(descriptor)

    def _compare(
        self, under_way: Pass, directory: Directory, listing: Listing, descriptor: int
    ) -> Iterable[Directory]:
        digest = listing.digest
        is_steady = not _is_racy(listing.modified_ns)
        if is_steady and (
            directory.listing,
            directory.inode,
            directory.modified_ns,
            directory.changed_ns,
        ) == (digest, listing.inode, listing.modified_ns, listing.changed_ns):
            under_way.unchanged.append(directory)
            return ()
        look = Look(directory=directory, skipped_count=listing.skipped_count)
        is_steady = _compare_files(under_way.ingest, listing, descriptor, look) and is_steady
        ahead = self._compare_children(under_way, listing, look)
        under_way.new += len(look.new)
        under_way.changed += len(look.changed)
        directory.inode = listing.inode
        directory.modified_ns = listing.modified_ns
        directory.changed_ns = listing.changed_ns
        directory.access = listing.access
        directory.listing = digest if is_steady else None
        directory.unreadable_errno = None
        look.again_at = None if is_steady else under_way.now + RACY
        under_way.ingest.put(look)
        return ahead

    def _compare_children(self, under_way: Pass, listing: Listing, look: Look) -> list[Directory]:
        known = under_way.ingest.children(look.directory)
        excluded = self._excluded[under_way.share.name]
        ahead: list[Directory] = []
        for text, inode in listing.directories:
            name = text.encode(_ENCODING, _ERRORS)
            path = joined(look.directory.path, name)
            child = known.pop(name, None)
            if path in excluded:
                continue
            if child is None:
                child = Directory(path=path, parent=look.directory, is_new=True)
                look.directories.append(child)
                ahead.append(child)
            elif child.inode != inode and child.directory_id is not None:
                under_way.ahead.add(child.directory_id)
                ahead.append(child)
        for child in known.values():
            under_way.note_missing(child)
        return ahead

    def _is_changed(self, under_way: Pass, directory: Directory) -> bool:
        if directory.unreadable_errno is not None or directory.listing is None:
            return True
        try:
            if len(directory.path) < _SHORT_PATH_BYTES:
                status = os.stat(
                    directory.path or b".", dir_fd=under_way.root, follow_symlinks=False
                )
            else:
                descriptor = open_directory_beneath(under_way.root, directory.path)
                try:
                    status = os.fstat(descriptor)
                finally:
                    os.close(descriptor)
        except OSError as error:
            if error.errno in _VANISHED:
                under_way.note_missing(directory)
                return False
            return True
        return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev) != (
            directory.modified_ns,
            directory.changed_ns,
            directory.inode,
            under_way.device,
        )

    def _remove_missing(self, under_way: Pass) -> None:
        for directory in under_way.missing:
            under_way.require_share()
            try:
                os.close(open_directory_beneath(under_way.root, directory.path))
            except OSError as error:
                if error.errno in _VANISHED:
                    under_way.ingest.remove_tree(directory.path)
                continue
            # It is there again: not gone, but not what it was either.
            under_way.ingest.mark(directory, under_way.now)


def _is_unchanged(under_way: Pass, directory: KnownDirectory) -> bool:
    """Tell whether a directory and all files in it are as they were at the last look.

    Where that cannot be told so cheaply, they are not.
    """
    if directory.listing is None:
        return False
    try:
        descriptor = open_directory_beneath(under_way.root, directory.path)
        try:
            device, inode, modified_ns, changed_ns, digest, files, skipped = glance_at(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    if (
        digest != directory.listing
        or modified_ns != directory.modified_ns
        or changed_ns != directory.changed_ns
        or inode != directory.inode
        or device != under_way.device
        or _is_racy(modified_ns)
    ):
        return False
    under_way.directories += 1
    under_way.seen += files
    under_way.skipped += skipped
    return True


def _is_racy(modified_ns: int) -> bool:
    return abs(time.time_ns() - modified_ns) < _RACY_NS


def _note_failure(under_way: Pass, directory: Directory, number: int) -> None:
    if number in _VANISHED and directory.path:
        # It went while we looked: the directory above it will show.
        under_way.note_missing(directory)
        return
    under_way.note_closed(directory, number)
    directory.unreadable_errno = number
    directory.listing = None
    under_way.ingest.put(Look(directory=directory))


def _compare_files(ingest: Ingest, listing: Listing, descriptor: int, look: Look) -> bool:
    """Put what differs from the catalogue into ``look``; return whether all stood still."""
    known = ingest.files(look.directory)
    notes = ingest.notes(look.directory)
    is_steady = True
    for name, figures in listing.files():
        if name in notes and is_note(notes[name], figures):
            continue  # our own: no record; by what it is, not by what it is called
        before = known.get(name)
        if before is not None and before.is_access_known and is_same(before.figures, figures):
            del known[name]
            continue
        seen = seen_file(descriptor, name)
        if seen is None:
            is_steady = False
            continue
        if seen.is_mounted:
            # What is mounted upon it is not the share's; what lies below it is not gone.
            known.pop(name, None)
            look.skipped_count += 1
            continue
        if not is_same(seen.figures, figures):
            is_steady = False
        if before is None:
            look.new.append(seen)
            continue
        del known[name]
        if is_same(before.figures, seen.figures) or ingest.accesses.is_merely_touched(before, seen):
            look.touched.append((before, seen))
        else:
            look.changed.append((before, seen))
    look.gone.extend(known.items())
    return is_steady
