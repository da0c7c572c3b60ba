"""Opening directories below a share's root so that nothing on the way can lead out of it.

Paths may be longer than the kernel takes at once, directories may be swapped for symbolic links
while one looks: every step goes from a descriptor, and follows nothing.
"""

import contextlib
import ctypes
import errno
import os
import struct
from typing import Final, NamedTuple

MOST_PATH_BYTES: Final = 32 * 1024
"""Deeper than this no directory is entered; it is reported as unreadable. Eight times PATH_MAX."""

_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_STEP_BYTES: Final = 4_000
_OPENAT2: Final = 437
# RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH
_RESOLVE: Final = 0x01 | 0x02 | 0x04 | 0x08
_HOW: Final = struct.pack("=QQQ", _DIRECTORY, 0, _RESOLVE)
_MOST_RETRIES: Final = 100

_AT_SYMLINK_NOFOLLOW: Final = 0x100
_STATX_BASIC_AND_BIRTH: Final = 0x7FF | 0x800
_STATX_BIRTH: Final = 0x800
_Statx: Final = ctypes.c_char * 256
# mask, nlink, uid, gid, mode, ino, size, and birth, change and modification time
_STATX_FORM: Final = struct.Struct("=I12xIIIH2xQQ32xqI4xqI4xqI4x")

_libc: Final = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.syscall.argtypes = [
    ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t,
]  # fmt: skip
_has_openat2 = True


class FoundFile(NamedTuple):
    """What a look at one name found."""

    mode: int
    link_count: int
    uid: int
    gid: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int
    born_ns: int | None


def open_beneath(root: int, path: bytes) -> int:
    """Open the directory ``path`` below ``root`` for reading, and return its descriptor.

    Raises:
        OSError: ``ENOENT`` or ``ENOTDIR`` where it is no longer a directory, ``ELOOP`` where
            a symbolic link stands in the way, ``EXDEV`` where another filesystem or a bind
            mount does, ``ENAMETOOLONG`` beyond :data:`MOST_PATH_BYTES`, or what the system
            says.
    """
    if len(path) > MOST_PATH_BYTES:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
    if not path:
        return os.open(".", _DIRECTORY, dir_fd=root)
    if len(path) <= _STEP_BYTES:
        return _open_step(root, path)
    descriptor = root
    try:
        for step in _steps(path):
            following = _open_step(descriptor, step)
            if descriptor != root:
                os.close(descriptor)
            descriptor = following
    except BaseException:
        if descriptor != root:
            os.close(descriptor)
        raise
    return descriptor


def look_at(directory: int, name: bytes) -> FoundFile:
    """Return what ``name`` in an open directory is, without following or opening it.

    Raises:
        OSError: It is no longer there, or cannot be looked at.
    """
    buffer = _Statx()
    if _libc.statx(directory, name, _AT_SYMLINK_NOFOLLOW, _STATX_BASIC_AND_BIRTH, buffer) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    (
        mask, link_count, uid, gid, mode, inode, size_bytes,
        born, born_ns, changed, changed_ns, modified, modified_ns,
    ) = _STATX_FORM.unpack_from(buffer)  # fmt: skip
    return FoundFile(
        mode=mode,
        link_count=link_count,
        uid=uid,
        gid=gid,
        inode=inode,
        size_bytes=size_bytes,
        modified_ns=modified * 10**9 + modified_ns,
        changed_ns=changed * 10**9 + changed_ns,
        born_ns=born * 10**9 + born_ns if mask & _STATX_BIRTH else None,
    )


def _open_step(directory: int, path: bytes) -> int:
    global _has_openat2  # noqa: PLW0603 - what the kernel can do does not change while we run
    if _has_openat2:
        for _ in range(_MOST_RETRIES):
            descriptor = int(_libc.syscall(_OPENAT2, directory, path, _HOW, len(_HOW)))
            if descriptor >= 0:
                return descriptor
            number = ctypes.get_errno()
            if number in {errno.EAGAIN, errno.EINTR}:
                continue  # something above was renamed meanwhile: the kernel asks to try again
            if number in {errno.ENOSYS, errno.EPERM}:
                _has_openat2 = number != errno.ENOSYS
                break
            raise OSError(number, os.strerror(number))
    return _walk(directory, path)


def _walk(directory: int, path: bytes) -> int:
    # An old kernel, or a filter of system calls (RestrictSUIDSGID=): one component at a time.
    descriptor = directory
    device = os.fstat(directory).st_dev
    with contextlib.ExitStack() as opened:
        for name in path.split(b"/"):
            descriptor = os.open(name, _DIRECTORY, dir_fd=descriptor)
            opened.callback(os.close, descriptor)
            if os.fstat(descriptor).st_dev != device:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return os.dup(descriptor)


def _steps(path: bytes) -> list[bytes]:
    steps: list[bytes] = []
    while len(path) > _STEP_BYTES:
        end = path.rindex(b"/", 0, _STEP_BYTES)
        steps.append(path[:end])
        path = path[end + 1 :]
    return [*steps, path]
