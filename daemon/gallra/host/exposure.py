"""Who may reach a folder or file: mode bits and POSIX access lists."""

import os
import stat
from dataclasses import dataclass

from gallra.kernel.access import access_list_at
from gallra.policy.exposure import entries

_READ = 0o4


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
    listed = () if stat.S_ISLNK(status.st_mode) else entries(access_list_at(path))
    return Exposure(
        owner=status.st_uid,
        group=status.st_gid,
        can_others_read=bool(status.st_mode & stat.S_IROTH),
        can_others_write=bool(status.st_mode & stat.S_IWOTH),
        named_count=sum(1 for each in listed if each.is_named and each.allowed & _READ),
    )
