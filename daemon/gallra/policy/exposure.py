"""Who can read a file, from what it and the directories on the way to it say.

A directory lets through whom it lets search it, a file is read by whom it lets read; who reads
the file is who passes them all. The way is counted from the share's root on: what lies above
it is passed by the server that hands the share out.
"""

import struct
from collections.abc import Iterable
from typing import Final, NamedTuple

from gallra.model.exposure import Access, Exposure, Reader

EVERYBODY: Final = (Reader(),)
"""The way to a share's root."""

_SEARCH, _READ = 0o1, 0o4
_SUPERUSER: Final = 0
_MOST_READERS: Final = 64
"""Of which each is a group or a user: no list that a person made has more."""

_HEAD: Final = struct.Struct("<I")
_ENTRY: Final = struct.Struct("<HHI")
_VERSION: Final = 2
_USER, _GROUP_OWNER, _GROUP, _MASK = 0x02, 0x04, 0x08, 0x10


class Entry(NamedTuple):
    """One line of an access list."""

    tag: int
    allowed: int
    """Of the bits 4, 2 and 1; already cut by the list's mask."""
    number: int
    """The user's or the group's, where one is named."""

    @property
    def is_named(self) -> bool:
        """Whether it is about a user or a group that it names."""
        return self.tag in {_USER, _GROUP}


def entries(access_list: bytes) -> tuple[Entry, ...]:
    """Return the lines of an access list; none where it is not one that is understood.

    Source: acl(5); ``linux/posix_acl_xattr.h``.
    """
    if len(access_list) < _HEAD.size or _HEAD.unpack_from(access_list)[0] != _VERSION:
        return ()
    usable = len(access_list) - (len(access_list) - _HEAD.size) % _ENTRY.size
    found = [Entry(*each) for each in _ENTRY.iter_unpack(access_list[_HEAD.size : usable])]
    mask = next((each.allowed for each in found if each.tag == _MASK), 0o7)
    return tuple(
        each._replace(allowed=each.allowed & mask)
        if each.tag in {_USER, _GROUP_OWNER, _GROUP}
        else each
        for each in found
    )


def through(way: Iterable[Reader], directory: Access) -> tuple[Reader, ...]:
    """Return who gets into ``directory``, of those who come as far as to it.

    Args:
        way: Who gets into the directory above; :data:`EVERYBODY` for a share's root.
        directory: What the directory says itself.
    """
    return _both(tuple(way), _allowed(directory, _SEARCH))


def exposure(way: Iterable[Reader], file: Access) -> Exposure:
    """Return who reads ``file``, which lies where those of ``way`` get to."""
    return Exposure(
        owner=file.uid, group=file.gid, readers=_both(tuple(way), _allowed(file, _READ))
    )


def _allowed(access: Access, bit: int) -> tuple[Reader, ...]:
    """Return whom something lets do what ``bit`` stands for.

    That somebody is named and refused, while the group or everybody is let in, takes nothing
    away: who else is in a group is not known here.
    """
    owner, group, others = (access.mode >> shift & bit for shift in (6, 3, 0))
    found: list[Reader] = []
    for tag, allowed, number in entries(access.access_list):
        if tag == _GROUP_OWNER:
            group = allowed & bit  # the mode shows the mask in its place
        elif tag == _USER and allowed & bit and number != _SUPERUSER:
            found.append(Reader(user=number))
        elif tag == _GROUP and allowed & bit:
            found.append(Reader(groups=(number,)))
    if others:
        return EVERYBODY
    if owner and access.uid != _SUPERUSER:
        found.append(Reader(user=access.uid))
    if group:
        found.append(Reader(groups=(access.gid,)))
    return _fewest(found)


def _both(some: tuple[Reader, ...], others: tuple[Reader, ...]) -> tuple[Reader, ...]:
    if some == EVERYBODY:
        return others
    if others == EVERYBODY:
        return some
    found = _fewest(
        Reader(
            user=one.user if other.user is None else other.user,
            groups=tuple(sorted({*one.groups, *other.groups})),
        )
        for one in some
        for other in others
        if one.user is None or other.user is None or one.user == other.user
    )
    # Too wide rather than without end, should somebody make lists upon lists.
    return found if len(found) <= _MOST_READERS else min(some, others, key=len)


def _fewest(readers: Iterable[Reader]) -> tuple[Reader, ...]:
    """Leave out who is contained in another."""
    different = set(readers)
    return tuple(
        sorted(
            (
                each
                for each in different
                if not any(other != each and _contains(other, each) for other in different)
            ),
            key=_order,
        )
    )


def _contains(wide: Reader, narrow: Reader) -> bool:
    return wide.user in {None, narrow.user} and {*wide.groups} <= {*narrow.groups}


def _order(reader: Reader) -> tuple[int, tuple[int, ...]]:
    return -1 if reader.user is None else reader.user, reader.groups
