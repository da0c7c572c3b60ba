"""Who reads a file, for people and for scripts."""

from collections.abc import Callable

from gallra.model.exposure import Exposure, Reader
from gallra.model.message import Message, said
from gallra.report.language import Say

Naming = Callable[[int], str]
"""What a user or a group is called that has this number."""


def as_json(exposure: Exposure | None, role: str) -> dict[str, object] | None:
    """Return what ``gallra list --json`` says under ``exposure``; numbers as the server has them.

    Args:
        exposure: Of the record's file; ``None`` where it is not known, or no file is there.
        role: What the share is for, which says whom one would expect to read it.
    """
    if exposure is None:
        return None
    return {
        "audience": str(exposure.audience),
        "role": role,
        "owner": exposure.owner,
        "group": exposure.group,
        "is_owner_readable": exposure.is_owner_readable,
        "is_group_readable": exposure.is_group_readable,
        "is_world_readable": exposure.is_world_readable,
        "named_users": list(exposure.named_users),
        "named_groups": list(exposure.named_groups),
        "readers": [{"user": each.user, "groups": list(each.groups)} for each in exposure.readers],
    }


def sentence(exposure: Exposure | None, say: Say, *, user: Naming, group: Naming) -> str:
    """Return who reads it, in words."""
    if exposure is None:
        return say(said("not known"))
    if not exposure.readers:
        return say(said("nobody but the superuser"))
    return "; ".join(say(_named(each, user, group)) for each in exposure.readers)


def _named(reader: Reader, user: Naming, group: Naming) -> Message:
    groups = ", ".join(map(group, reader.groups))
    if reader.user is not None and groups:
        return said("{user}, if a member of {groups}", user=user(reader.user), groups=groups)
    if reader.user is not None:
        return said("the user {user}", user=user(reader.user))
    if len(reader.groups) > 1:
        return said("who is a member of all these groups: {groups}", groups=groups)
    return said("members of {groups}", groups=groups) if groups else said("everybody")
