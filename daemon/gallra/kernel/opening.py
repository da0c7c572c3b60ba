"""Opening beneath a directory, so that nothing on the way can lead out of it.

Between a look at a path and an act on it, anybody who may write to a share can put a symbolic
link in the way. So a path is walked once, by the kernel, beneath an open directory; from then on
only descriptors and single names are used.
"""

import ctypes
import errno
import os
import stat
import struct
from typing import Final

MOST_PATH_BYTES: Final = 32 * 1024
"""Deeper than this no directory is entered. Eight times PATH_MAX."""

_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_SLASH: Final = 0x2F
_STEP_BYTES: Final = 4_000
"""What the kernel takes at once is 4,096 bytes; a longer path is walked in several steps."""
_OPENAT2: Final = 437
# RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH
_RESOLVE: Final = 0x01 | 0x02 | 0x04 | 0x08
# Without O_NOFOLLOW, which would make of a link in the last place a mere ENOTDIR.
_HOW: Final = struct.pack("=QQQ", _DIRECTORY & ~os.O_NOFOLLOW, 0, _RESOLVE)
_HOW_BYTES: Final = len(_HOW)
_PATIENCE: Final = 1_000
"""How often a walk that a rename elsewhere disturbed (EAGAIN) is begun anew."""

_syscall = ctypes.CDLL(None, use_errno=True).syscall
_syscall.restype = ctypes.c_long
_syscall.argtypes = [
    ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t,
]  # fmt: skip


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
        OSError: ``ENOENT`` or ``ENOTDIR`` where no directory is there, ``ELOOP`` where a
            symbolic link stands in the way, ``EXDEV`` where another filesystem or a bind mount
            does, ``EINVAL`` where the path is no plain way down, ``ENAMETOOLONG`` beyond
            :data:`MOST_PATH_BYTES`, or what else the kernel says.
    """
    if not relative:
        return os.open(b".", _DIRECTORY, dir_fd=root)
    # Most paths show at once that they are plain; this is asked for each folder of a share.
    is_plain = (
        relative[0] > _SLASH  # a point sorts before it
        and relative[-1] != _SLASH
        and b"/." not in relative
        and b"//" not in relative
        and b"\x00" not in relative
    )
    if not is_plain and not is_beneath(relative):
        raise _error(errno.EINVAL)
    if len(relative) <= _STEP_BYTES:
        return _open_step(root, relative)
    if len(relative) > MOST_PATH_BYTES:
        raise _error(errno.ENAMETOOLONG)
    at = os.dup(root)
    for step in _steps(relative):
        try:
            below = _open_step(at, step)
        finally:
            os.close(at)
        at = below
    return at


def open_file_in(directory: int, name: bytes) -> int:
    """Open the file ``name`` of an open directory for reading, never through a link.

    Does not wait for anything: a FIFO opens at once, and is for the caller to turn away.

    Raises:
        OSError: With the kernel's errno.
    """
    return os.open(name, _FILE, dir_fd=directory)


def _open_step(directory: int, path: bytes) -> int:
    for _ in range(_PATIENCE):
        descriptor: int = _syscall(_OPENAT2, directory, path, _HOW, _HOW_BYTES)
        if descriptor >= 0:
            return descriptor
        number = ctypes.get_errno()
        if number in {errno.ENOSYS, errno.EPERM}:
            # An old kernel, a unit with RestrictSUIDSGID=yes, or a container that knows not
            # the call.
            return _walk(directory, path)
        if number not in {errno.EAGAIN, errno.EINTR}:
            raise _error(number)
    raise _error(errno.EAGAIN)


def _walk(directory: int, path: bytes) -> int:
    """Do the same one component at a time."""
    device = os.fstat(directory).st_dev
    at = os.dup(directory)
    try:
        for name in path.split(b"/"):
            below = _open_component(at, name)
            os.close(at)
            at = below
            if os.fstat(at).st_dev != device:
                raise _error(errno.EXDEV)
    except OSError:
        os.close(at)
        raise
    return at


def _open_component(directory: int, name: bytes) -> int:
    try:
        return os.open(name, _DIRECTORY, dir_fd=directory)
    except NotADirectoryError:
        # O_NOFOLLOW with O_DIRECTORY says the same of a link as of a file.
        if stat.S_ISLNK(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            raise _error(errno.ELOOP) from None
        raise


def _steps(path: bytes) -> list[bytes]:
    steps: list[bytes] = []
    while len(path) > _STEP_BYTES:
        end = path.rindex(b"/", 0, _STEP_BYTES)
        steps.append(path[:end])
        path = path[end + 1 :]
    return [*steps, path]


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
