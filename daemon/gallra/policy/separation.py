"""What lies open to whom it should not, and what lies where it should not: pure.

Who reads a file was found by the scan; who is in which group is told by the caller.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from gallra.model.exposure import Exposure
from gallra.model.finding import UNION_MEMBERSHIP
from gallra.model.mailed import Mailed
from gallra.model.people import Representative
from gallra.model.separation import SeparationTerms
from gallra.model.share import ShareRole
from gallra.policy.paths import matches, normalised

Members = Callable[[int], frozenset[int]]
"""Who is in a group, as user numbers."""
MEMBER_KINDS: Final = frozenset(
    {
        "case",
        "conflict-preparedness",
        "member-register",
        "participant-list",
        "recruiting-list",
    }
)
"""Documents that say who is a member, or ask who will be."""
UNION_KINDS: Final = frozenset(
    {"case", "conflict-preparedness", "member-register", "recruiting-list"}
)
"""What a message in an employer's mailbox is about only where it is union mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who reads a file."""

    is_everybody: bool
    users: frozenset[int] = frozenset()
    """Those who can be named; empty where everybody reads it."""
    groups: tuple[int, ...] = ()
    """Through which groups."""


NOBODY: Final = Circle(is_everybody=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Who reads how many records of one class in one share."""

    share: str
    role: str
    class_code: str
    circle: Circle
    count: int


def circle_of(exposure: Exposure, members: Members) -> Circle:
    """Return who reads what is exposed so, groups by their members."""
    if exposure.is_world_readable:
        return Circle(is_everybody=True)
    users: set[int] = set()
    groups: set[int] = set()
    for reader in exposure.readers:
        inside: frozenset[int] | None = None
        for group in reader.groups:
            inside = members(group) if inside is None else inside & members(group)
        if reader.user is not None:
            if inside is None or reader.user in inside:
                users.add(reader.user)
        elif inside:
            users |= inside
            groups.update(reader.groups)
    return Circle(is_everybody=False, users=frozenset(users), groups=tuple(sorted(groups)))


def beyond(circle: Circle, allowed: Collection[int]) -> Circle:
    """Return who of a circle is not among those who are allowed; :data:`NOBODY` if nobody."""
    if circle.is_everybody:
        return circle
    users = circle.users - frozenset(allowed)
    if not users:
        return NOBODY
    return Circle(is_everybody=False, users=users, groups=circle.groups)


def handlers_of(
    share: str, path: bytes, owner: int, accounts: Iterable[tuple[Representative, frozenset[int]]]
) -> frozenset[int]:
    """Return whose a document is: the owner's, and whose area it lies in.

    Args:
        share: The share's name.
        path: In it.
        owner: The file's.
        accounts: The representatives, each with their user numbers.
    """
    found = {owner}
    for each, uids in accounts:
        if any(name == share and path.startswith(folder + b"/") for name, folder in each.areas):
            found |= uids
    return frozenset(found)


def is_misplaced(role: str) -> bool:
    """Tell whether a document for its handler alone lies in a share of all."""
    return role == ShareRole.COMMON_AREA


def is_union_mail(mailed: Mailed, union_domains: Collection[str]) -> bool:
    """Tell whether a message is the union's business.

    By what it says (that somebody is a member), by what it is, or by whom it is from or to.

    Args:
        mailed: The message.
        union_domains: Digests of the union's domains.
    """
    if UNION_MEMBERSHIP in mailed.special_categories:
        return True
    if any(kind in UNION_KINDS for kind in mailed.subjects[:1]):
        return True
    facts = mailed.facts
    people = (facts.sender, facts.resender, *facts.recipients)
    return any(
        domain in union_domains for each in people if each is not None for domain in each.domains
    )


def is_declared(path: bytes, terms: SeparationTerms) -> bool:
    """Tell whether a mailbox, or a message's file, lies where union mail is declared to lie."""
    shown = normalised(path)
    return any(matches(shown, pattern) for pattern in terms.mail_folders)


def place_of(mailed: Mailed) -> bytes:
    """Return where a message lies: its mailbox, or the folder of single messages."""
    return mailed.path if mailed.part else mailed.path.rpartition(b"/")[0]
