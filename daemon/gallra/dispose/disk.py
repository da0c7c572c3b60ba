"""What the hand does to files, one method for each system call that matters.

Nothing is decided here; tests put a disk in its place that fails, or stops, at any of them.
"""

import errno
import fcntl
import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from gallra.dispose import lease, renaming
from gallra.dispose.lease import Lease
from gallra.kernel import opening
from gallra.model.arrival import FileSignature
from gallra.model.going import GoesOn, always

_CHUNK_BYTES = 1 << 20
_Found = TypeVar("_Found")
_GET_FLAGS = 0x80086601
"""FS_IOC_GETFLAGS, of linux/fs.h."""
_FIXED = 0x10 | 0x20
"""FS_IMMUTABLE_FL and FS_APPEND_FL."""
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def signature_from(status: os.stat_result) -> FileSignature:
    """Return the signature of a file that was just looked at."""
    return FileSignature(
        device=status.st_dev,
        inode=status.st_ino,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        link_count=status.st_nlink,
    )


def is_version(status: os.stat_result, signature: FileSignature) -> bool:
    """Tell, after a crash, whether a file is the very version that an intent spoke of.

    The inode alone does not tell: its number is given to the next file as soon as it is free.
    """
    return (status.st_ino, status.st_size, status.st_mtime_ns) == (
        signature.inode,
        signature.size_bytes,
        signature.modified_ns,
    )


def _mount_of(descriptor: int) -> tuple[int, bytes]:
    """Return filesystem and mount: one filesystem that is mounted twice is two to a rename."""
    device = os.fstat(descriptor).st_dev
    try:
        with open(f"/proc/self/fdinfo/{descriptor}", "rb") as told:
            lines = [line for line in told if line.startswith(b"mnt_id:")]
    except OSError:
        lines = []  # without /proc a rename finds out
    return device, b"".join(lines)


def _again(call: Callable[[], _Found]) -> _Found:
    """Call until no signal came in between; Python itself does so for reading and writing only."""
    while True:
        try:
            return call()
        except InterruptedError:
            continue


@dataclass(slots=True)
class Disk:
    """The real one. Every method raises OSError with the kernel's errno."""

    between: GoesOn = always
    """Called at each piece of a long file; what is begun goes on, whatever it says."""
    _buffer: bytearray = field(default_factory=lambda: bytearray(_CHUNK_BYTES), repr=False)

    def open_directory(self, root: int, relative: bytes) -> int:
        """Open a directory beneath another; see :func:`opening.open_directory_beneath`."""
        return opening.open_directory_beneath(root, relative)

    def is_one_mount(self, one: int, other: int) -> bool:
        """Tell whether a file can be moved between two open directories in one step."""
        return _mount_of(one) == _mount_of(other)

    def open_file(self, directory: int, name: bytes) -> int:
        """Open a file for reading; see :func:`opening.open_file_in`."""
        return opening.open_file_in(directory, name)

    def status(self, directory: int, name: bytes) -> os.stat_result:
        """Look at a name itself, not at what it may point to."""
        return _again(lambda: os.stat(name, dir_fd=directory, follow_symlinks=False))

    def lease(self, descriptor: int) -> Lease:
        """Make sure that nobody else has the file open; see :func:`lease.lease`."""
        return lease.lease(descriptor)

    def is_fixed(self, descriptor: int) -> bool:
        """Tell whether a file may not be changed or removed by anybody: immutable, append-only."""
        flags = bytearray(8)
        try:
            fcntl.ioctl(descriptor, _GET_FLAGS, flags)
        except OSError:
            return False  # a filesystem that knows no such flags
        return bool(int.from_bytes(flags[:4], sys.byteorder) & _FIXED)

    def sha256(self, descriptor: int) -> str:
        """Read the file from its start to its end; return the digest, hex."""
        digest = hashlib.sha256()
        at = 0
        view = memoryview(self._buffer)
        while count := os.preadv(descriptor, [view], at):
            digest.update(view[:count])
            at += count
            self.between()
        return digest.hexdigest()

    def rename(self, source: int, name: bytes, target: int, new_name: bytes) -> None:
        """Move without replacing; see :func:`renaming.rename_beside`."""
        renaming.rename_beside(source, name, target, new_name)

    def exchange(self, source: int, name: bytes, target: int, other_name: bytes) -> None:
        """Let two files change places; see :func:`renaming.exchange`."""
        renaming.exchange(source, name, target, other_name)

    def create(self, directory: int, name: bytes) -> int:
        """Make a file that was not there, for reading and writing by us alone."""
        return os.open(name, _NEW, 0o600, dir_fd=directory)

    def create_unnamed(self, directory: int) -> int:
        """Make a file for a directory, with what files in it are given, and no name as yet.

        Raises:
            OSError: Where the filesystem cannot, as well.
        """
        return os.open(b".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o644, dir_fd=directory)

    def link(self, descriptor: int, directory: int, name: bytes) -> None:
        """Give an open file its name; what is there is never replaced."""
        os.link(f"/proc/self/fd/{descriptor}", name, dst_dir_fd=directory, follow_symlinks=True)

    def write(self, descriptor: int, content: bytes | memoryview) -> None:
        """Write all of ``content`` where the file ends so far."""
        rest = memoryview(content)
        while rest:
            written = os.write(descriptor, rest)
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            rest = rest[written:]
            self.between()

    def unlink(self, directory: int, name: bytes) -> None:
        """Remove one name of one file."""
        _again(lambda: os.unlink(name, dir_fd=directory))

    def make_directory(self, directory: int, name: bytes) -> None:
        """Make a directory that is nobody else's yet."""
        _again(lambda: os.mkdir(name, 0o700, dir_fd=directory))

    def give(self, descriptor: int, user: int, group: int) -> None:
        """Give an open file another owner, and another group where that is not -1."""
        os.fchown(descriptor, user, group)

    def set_access_list(self, descriptor: int, name: str, content: bytes) -> None:
        """Put an access list onto an open file or folder, under the name it has."""
        os.setxattr(descriptor, name, content)

    def fsync(self, descriptor: int) -> None:
        """Have the disk confirm a file, or a directory."""
        os.fsync(descriptor)
