"""What a name stands for, with the birth time that Python's own stat does not tell."""

import ctypes
import os
import struct
from typing import Final, NamedTuple

_AT_SYMLINK_NOFOLLOW: Final = 0x100
_STATX_BASIC_AND_BIRTH: Final = 0x7FF | 0x800
_STATX_BIRTH: Final = 0x800
_Statx: Final = ctypes.c_char * 256
_MOUNT_ROOT: Final = 0x2000
"""STATX_ATTR_MOUNT_ROOT, of linux/stat.h: something is mounted upon the name."""
# mask, attributes, nlink, uid, gid, mode, ino, size, birth, change and modification time, device
_STATX_FORM: Final = struct.Struct("=I4xQIIIH2xQQ32xqI4xqI4xqI4x8xII")

_libc: Final = ctypes.CDLL(None, use_errno=True)


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
    device: int
    """Its own: an overlay gives files another one than the directory they lie in."""
    is_mounted: bool
    """Whether it is another file, that was mounted upon the one in the directory."""


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
        mask, attributes, link_count, uid, gid, mode, inode, size_bytes,
        born, born_ns, changed, changed_ns, modified, modified_ns,
        major, minor,
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
        device=os.makedev(major, minor),
        is_mounted=bool(attributes & _MOUNT_ROOT),
    )
