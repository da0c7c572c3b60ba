"""What users and groups are called on this host."""

import grp
import pwd


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
