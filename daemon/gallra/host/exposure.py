"""Who may reach a folder or file: mode bits and POSIX access lists."""

import errno
import os
import stat
import struct
from dataclasses import dataclass
from typing import Final

_ACCESS_LIST: Final = "system.posix_acl_access"
_HEAD: Final = struct.Struct("<I")
_ENTRY: Final = struct.Struct("<HHI")
_VERSION: Final = 2
_USER, _GROUP, _MASK = 0x02, 0x08, 0x10
_NO_LIST: Final = frozenset({errno.ENODATA, errno.EOPNOTSUPP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Who besides owner and group reaches something."""

    owner: int
    group: int
    can_others_read: bool
    can_others_write: bool
    named_count: int
    """Users and groups that an access list names and lets read; acl(5)."""


def exposure_of(path: bytes) -> Exposure:
    """Return who may reach ``path``, which is not followed where it is a link.

    Raises:
        OSError: It cannot be looked at.
    """
    status = os.lstat(path)
    return Exposure(
        owner=status.st_uid,
        group=status.st_gid,
        can_others_read=bool(status.st_mode & stat.S_IROTH),
        can_others_write=bool(status.st_mode & stat.S_IWOTH),
        named_count=0 if stat.S_ISLNK(status.st_mode) else _named_count(path),
    )


def _named_count(path: bytes) -> int:
    try:
        raw = os.getxattr(path, _ACCESS_LIST, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LIST:
            return 0
        raise
    if len(raw) < _HEAD.size or _HEAD.unpack_from(raw)[0] != _VERSION:
        return 0
    usable = len(raw) - (len(raw) - _HEAD.size) % _ENTRY.size
    entries = list(_ENTRY.iter_unpack(raw[_HEAD.size : usable]))
    masks = [allowed for tag, allowed, _ in entries if tag == _MASK]
    mask = masks[0] if masks else 0o7
    return sum(1 for tag, allowed, _ in entries if tag in {_USER, _GROUP} and allowed & mask & 0o4)
