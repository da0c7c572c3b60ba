"""The directories the hand works in, opened once and held: shares, quarantines, folders."""

import contextlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from gallra.dispose.copies import copies_seen
from gallra.dispose.disk import Disk
from gallra.dispose.probing import require_safe_moves, require_writable
from gallra.dispose.reasons import CalledOffError, from_errno, unsynced
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.share import STAGING, Share

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A share and its quarantine, both open."""

    share: Share
    root: int
    """Descriptor of the share's root."""
    quarantine: int
    """Descriptor of the quarantine directory."""
    staging: int
    """Descriptor of a directory of ours from which a file can be moved into the share in one
    step: the quarantine, where it is on the same filesystem."""
    quarantine_inode: int
    """Tells an emptied mount point from the quarantine with nothing in it."""

    @property
    def is_remote(self) -> bool:
        """Whether what goes to quarantine has to be copied there."""
        return self.staging != self.quarantine


class Places:
    """Opens what is asked for, and closes all of it at the end of a batch."""

    def __init__(self, shares: Iterable[Share], disk: Disk) -> None:
        """Begin with nothing open."""
        self._shares = {share.name: share for share in shares}
        self._disk = disk
        self._places: dict[str, Place | CalledOffError] = {}
        self._movable: dict[str, Message | None] = {}
        self._folders: dict[tuple[str, bytes], int] = {}
        self._touched: set[int] = set()
        self._copies: dict[str, tuple[Message, ...]] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every directory."""
        self._stack.close()

    def place(self, name: str) -> Place:
        """Return the share ``name`` with its quarantine, making that where it is missing.

        Raises:
            CalledOffError: If the share is away, or the quarantine cannot be used.
        """
        found = self._places.get(name)
        if found is None:
            try:
                found = self._opened(name)
            except CalledOffError as error:
                found = error
            self._places[name] = found
        if isinstance(found, CalledOffError):
            raise CalledOffError(found.reason)
        return found

    def movable(self, name: str) -> Place:
        """Return the share ``name``, out of which and into which files can be moved.

        Raises:
            CalledOffError: If they cannot, or for any reason of :meth:`place`.
        """
        place = self.place(name)
        if name not in self._movable:
            self._movable[name] = _hindrance(self._disk, place)
        hindrance = self._movable[name]
        if hindrance is not None:
            raise CalledOffError(hindrance)
        return place

    def copies(self, name: str) -> tuple[Message, ...]:
        """Return where copies of a share's files may remain; looked at once for a batch."""
        found = self._copies.get(name)
        if found is None:
            found = self._copies[name] = copies_seen(self.place(name).root)
        return found

    def folder(self, place: Place, relative: bytes) -> int:
        """Return a descriptor of a directory of the share, reached without any link.

        Raises:
            OSError: With the kernel's errno.
        """
        key = (place.share.name, relative)
        found = self._folders.get(key)
        if found is None:
            found = self._disk.open_directory(place.root, relative)
            self._stack.callback(os.close, found)
            self._folders[key] = found
        return found

    def keep(self, descriptor: int) -> int:
        """Take over the closing of ``descriptor``."""
        self._stack.callback(os.close, descriptor)
        return descriptor

    def touch(self, *descriptors: int) -> None:
        """Note that directories were changed."""
        self._touched.update(descriptors)

    def settle(self) -> None:
        """Have the disk confirm every directory that was changed.

        Raises:
            DurabilityError: At the first that it does not confirm; nothing more is tried.
        """
        touched, self._touched = sorted(self._touched), set()
        try:
            for descriptor in touched:
                self._disk.fsync(descriptor)
        except OSError as error:
            raise unsynced(error) from None

    def _opened(self, name: str) -> Place:
        share = self._shares.get(name)
        if share is None:
            raise CalledOffError(
                said("the rules no longer name the share {share}: put it back", share=name)
            )
        try:
            root = os.open(share.path, _OPEN)
        except OSError as error:
            raise CalledOffError(
                said(
                    "the share {share} cannot be opened ({why})",
                    share=name,
                    why=os.strerror(error.errno or 0),
                )
            ) from None
        self._stack.callback(os.close, root)
        if not os.path.lexists(share.quarantine):
            require_writable(root)  # a plainer reason than that of a quarantine not to be made
        quarantine = self._quarantine(share)
        return Place(
            share=share,
            root=root,
            quarantine=quarantine,
            staging=self._staging(share, root, quarantine),
            quarantine_inode=os.fstat(quarantine).st_ino,
        )

    def _quarantine(self, share: Share) -> int:
        path = os.path.realpath(os.path.dirname(share.quarantine))
        path = os.path.join(path, os.path.basename(share.quarantine))
        inside = os.path.realpath(share.path)
        if path == inside or path.startswith(inside + b"/") or inside.startswith(path + b"/"):
            raise _unfit(share, said("it must lie beside the share, neither in it nor around it"))
        try:
            with contextlib.suppress(FileExistsError):
                self._make(path)
            quarantine = os.open(path, _OPEN | os.O_NOFOLLOW)
        except OSError as error:
            raise _unfit(share, from_errno(error)) from None
        self._stack.callback(os.close, quarantine)
        self._require_ours(share, quarantine)
        return quarantine

    def _staging(self, share: Share, root: int, quarantine: int) -> int:
        """Return where a file of the share can be moved to in one step."""
        if self._disk.is_one_mount(root, quarantine):
            return quarantine
        try:
            with contextlib.suppress(FileExistsError):
                self._disk.make_directory(root, STAGING)
                self._touched.add(root)
            staging = self._disk.open_directory(root, STAGING)
        except OSError as error:
            raise _unfit(share, from_errno(error)) from None
        self._stack.callback(os.close, staging)
        self._require_ours(share, staging)
        return staging

    def _require_ours(self, share: Share, directory: int) -> None:
        status = os.fstat(directory)
        if status.st_uid != os.geteuid():
            raise _unfit(share, said("it belongs to another user than gallra runs as"))
        if stat.S_IMODE(status.st_mode) & 0o077:
            try:
                os.fchmod(directory, 0o700)
            except OSError as error:
                raise _unfit(share, from_errno(error)) from None

    def _make(self, path: bytes) -> None:
        parent = os.open(os.path.dirname(path), _OPEN)
        try:
            self._disk.make_directory(parent, os.path.basename(path))
            self._touched.add(parent)
            self.settle()
        finally:
            os.close(parent)


def _hindrance(disk: Disk, place: Place) -> Message | None:
    """Return why files cannot be moved out of a share, if they cannot."""
    try:
        require_writable(place.root)
        require_safe_moves(disk, place.staging)
    except CalledOffError as error:
        return error.reason
    return None


def _unfit(share: Share, why: Message) -> CalledOffError:
    return CalledOffError(
        said(
            "the quarantine {path} cannot be used: {why}",
            path=shown(share.quarantine),
            why=why.in_english(),
        )
    )
