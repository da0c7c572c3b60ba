"""What users and groups are called on this host, and who is in them."""

import grp
import pwd
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this host."""

    name: str
    uid: int
    own_gid: int = -1
    """The group that is this user's alone, named as the user is; -1: there is none."""


def account(name: str) -> Account | None:
    """Return the account of that name; a number is a user id, whether it has a name or not."""
    number = int(name) if name.isascii() and name.isdecimal() else None
    try:
        found = pwd.getpwnam(name) if number is None else pwd.getpwuid(number)
    except KeyError:
        return None if number is None else Account(name=name, uid=number)
    is_own = group_name(found.pw_gid) == found.pw_name
    return Account(name=found.pw_name, uid=found.pw_uid, own_gid=found.pw_gid if is_own else -1)


def members(number: int) -> frozenset[int]:
    """Return the users who are in a group: those it names, and those whose first group it is.

    A group that this host does not know has none.
    """
    try:
        named = grp.getgrgid(number).gr_mem
    except KeyError:
        named = []
    found = {each.pw_uid for each in pwd.getpwall() if each.pw_gid == number}
    for name in named:
        known = account(name)
        if known is not None:
            found.add(known.uid)
    return frozenset(found)


def user_name(number: int) -> str:
    """Return a user's name; the number itself where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def group_name(number: int) -> str:
    """Return a group's name; the number itself where it has none."""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
