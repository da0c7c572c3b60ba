"""Opening and renaming without ever following a link: the few system calls Python lacks.

Between a look at a path and an act on it, anybody who may write to a share can put a
symbolic link in the way. So a path is walked once, by the kernel, beneath an open directory,
and from then on only descriptors and single names are used.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
from enum import Enum
from typing import Final

_OPENAT2: Final = 437
_RESOLVE: Final = 0x01 | 0x02 | 0x04 | 0x08
"""NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH."""
_RENAME_NOREPLACE: Final = 1
_PATIENCE: Final = 1000
"""How often a walk that a rename elsewhere disturbed (EAGAIN) is begun anew."""
_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

_libc = ctypes.CDLL(None, use_errno=True)
_renameat2 = _libc.renameat2
_renameat2.argtypes = (
    ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint
)  # fmt: skip


class _How(ctypes.Structure):
    """``struct open_how`` of openat2(2)."""

    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


_libc_syscall = _libc.syscall
_libc_syscall.restype = ctypes.c_long
_libc_syscall.argtypes = (
    ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(_How), ctypes.c_size_t
)  # fmt: skip
_HOW_DIRECTORY = _How(_DIRECTORY, 0, _RESOLVE)


class Lease(Enum):
    """Whether a file is ours alone."""

    OURS = "ours"
    IN_USE = "in use"
    """Somebody has it open, or waits to."""
    UNKNOWN = "unknown"
    """The filesystem cannot tell."""
    DENIED = "denied"
    """Only the file's owner, or CAP_LEASE, may ask."""


def is_beneath(relative: bytes) -> bool:
    """Tell whether ``relative`` is a plain way down: no ``..``, no empty or absolute steps."""
    return b"\x00" not in relative and all(
        step not in {b"", b".", b".."} for step in relative.split(b"/")
    )


def open_directory_beneath(root: int, relative: bytes) -> int:
    """Open the directory ``relative`` beneath the open directory ``root``.

    No symbolic link, magic link or mount point may lie on the way, the last step included.

    Args:
        root: A descriptor of the directory to stay beneath.
        relative: ``b""`` for the root itself, else steps joined with slashes.

    Returns:
        A new descriptor, for the caller to close.

    Raises:
        OSError: With the kernel's errno; ``ELOOP`` at a link, ``EXDEV`` at a mount point.
    """
    if not relative:
        return os.open(b".", _DIRECTORY, dir_fd=root)
    if not is_beneath(relative):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    for _ in range(_PATIENCE):
        descriptor = _libc_syscall(
            _OPENAT2, root, relative, ctypes.byref(_HOW_DIRECTORY), ctypes.sizeof(_How)
        )
        if descriptor >= 0:
            return int(descriptor)
        code = ctypes.get_errno()
        if code == errno.ENOSYS:
            # an old kernel, or a unit with RestrictSUIDSGID=yes
            return _walk(root, relative)
        if code not in {errno.EAGAIN, errno.EINTR}:
            raise OSError(code, os.strerror(code))
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def _walk(root: int, relative: bytes) -> int:
    """Do the same step by step, where the kernel has no openat2."""
    device = os.fstat(root).st_dev
    at = os.dup(root)
    try:
        for step in relative.split(b"/"):
            below = os.open(step, _DIRECTORY, dir_fd=at)
            os.close(at)
            at = below
            _require_device(at, device)
    except OSError as error:
        os.close(at)
        if error.errno == errno.ENOTDIR:
            # what O_NOFOLLOW with O_DIRECTORY says of a link to a directory
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
        raise
    return at


def _require_device(descriptor: int, device: int) -> None:
    if os.fstat(descriptor).st_dev != device:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def open_file_in(directory: int, name: bytes) -> int:
    """Open the file ``name`` of an open directory for reading, never through a link.

    Does not wait for anything: a FIFO opens at once, and is for the caller to turn away.

    Raises:
        OSError: With the kernel's errno.
    """
    return os.open(name, _FILE, dir_fd=directory)


def rename_beside(source: int, name: bytes, target: int, new_name: bytes) -> None:
    """Move ``name`` from one open directory into another; what is there is never replaced.

    Raises:
        OSError: With the kernel's errno; ``EEXIST`` where the new name is taken, ``EINVAL``
            where the filesystem cannot promise not to replace.
    """
    while _renameat2(source, name, target, new_name, _RENAME_NOREPLACE):
        code = ctypes.get_errno()
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code))


def lease(descriptor: int) -> Lease:
    """Ask to be told before anybody else opens the file; fails while anybody has it open.

    Whoever opens it then waits until the descriptor is closed, or 45 seconds.
    """
    try:
        # the default, SIGIO, ends a process that does not expect it; SIGURG is ignored
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EBUSY}:
            return Lease.IN_USE
        return Lease.DENIED if error.errno in {errno.EACCES, errno.EPERM} else Lease.UNKNOWN
    return Lease.OURS


def is_leased(descriptor: int) -> bool:
    """Tell whether the lease on ``descriptor`` still stands, and nobody waits for its end."""
    with contextlib.suppress(OSError):
        return bool(fcntl.fcntl(descriptor, fcntl.F_GETLEASE) == fcntl.F_WRLCK)
    return False
