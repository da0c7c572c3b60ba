"""Who can read a file: recorded with it, so that it can be told what lies open to whom."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Audience(StrEnum):
    """The widest circle that reads a file, in one word."""

    EVERYONE = "everyone"
    """Everybody with an account on the server, or on the share."""
    GROUPS = "groups"
    """The members of one or more groups."""
    USERS = "users"
    """Single persons beside the owner, whom an access list names."""
    OWNER = "owner"
    NOBODY = "nobody"
    """Nobody but the superuser."""


class Access(NamedTuple):
    """What a file or directory says itself about who may do what with it.

    A tuple, since the scan makes one for each file that is new.
    """

    mode: int
    """The permission bits, ``st_mode & 0o7777``."""
    uid: int
    gid: int
    access_list: bytes = b""
    """``system.posix_acl_access`` as the kernel gives it; ``b""`` where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who reads: one user, or whoever is in all of some groups; neither: everybody."""

    user: int | None = None
    groups: tuple[int, ...] = ()
    """Sorted. Several, where a directory on the way is open for one and the file for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Who can read a file, the directories on the way to it considered.

    The superuser reads everything, and is not told. Where memberships would have to be known to
    tell exactly, the circle is rather too wide than too narrow.
    """

    owner: int
    group: int
    readers: tuple[Reader, ...]
    """Sorted; none of them contained in another."""

    @property
    def is_world_readable(self) -> bool:
        """Whether everybody reads it."""
        return any(each.user is None and not each.groups for each in self.readers)

    @property
    def is_owner_readable(self) -> bool:
        """Whether the owner reads it."""
        return self.is_world_readable or any(each.user == self.owner for each in self.readers)

    @property
    def is_group_readable(self) -> bool:
        """Whether members of the file's own group read it."""
        return self.is_world_readable or any(
            each.user is None and self.group in each.groups for each in self.readers
        )

    @property
    def named_users(self) -> tuple[int, ...]:
        """Users who read it beside the owner, because an access list names them."""
        named = {each.user for each in self.readers if each.user is not None}
        return tuple(sorted(named - {self.owner}))

    @property
    def named_groups(self) -> tuple[int, ...]:
        """Groups that read it beside the file's own."""
        return tuple(
            sorted(
                {
                    group
                    for each in self.readers
                    if each.user is None and self.group not in each.groups
                    for group in each.groups
                }
            )
        )

    @property
    def audience(self) -> Audience:
        """The widest circle of all."""
        if self.is_world_readable:
            return Audience.EVERYONE
        if any(each.user is None for each in self.readers):
            return Audience.GROUPS
        if self.named_users:
            return Audience.USERS
        return Audience.OWNER if self.readers else Audience.NOBODY
