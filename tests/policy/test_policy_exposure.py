"""Who reads a file is who gets to it and is let read it; nobody is forgotten."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.exposure import Access, Audience, Exposure, Reader
from gallra.policy.exposure import EVERYBODY, entries, exposure, through

ANNA, BERIT, CLUB, HANDLERS = 1001, 1002, 2001, 2002
TAGS = {"u": 0x01, "user": 0x02, "g": 0x04, "group": 0x08, "mask": 0x10, "o": 0x20}


def listed(*lines: tuple[str, int, int]) -> bytes:
    """Return an access list as the kernel gives it: tag, permissions, number."""
    return struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", TAGS[tag], allowed, number) for tag, allowed, number in lines
    )


def said_of(mode: int, uid: int = ANNA, gid: int = CLUB, access_list: bytes = b"") -> Access:
    return Access(mode=mode, uid=uid, gid=gid, access_list=access_list)


def read_through(*way: Access) -> Exposure:
    """Return who reads the last of ``way``, which lies in the directories before it."""
    readers = EVERYBODY
    for directory in way[:-1]:
        readers = through(readers, directory)
    return exposure(readers, way[-1])


@pytest.mark.parametrize(
    ("way", "audience", "readers"),
    [
        ([said_of(0o644)], Audience.EVERYONE, [Reader()]),
        (
            [said_of(0o640)],
            Audience.GROUPS,
            [Reader(groups=(CLUB,)), Reader(user=ANNA)],
        ),
        ([said_of(0o600)], Audience.OWNER, [Reader(user=ANNA)]),
        ([said_of(0o000)], Audience.NOBODY, []),
        ([said_of(0o600, uid=0)], Audience.NOBODY, []),
        ([said_of(0o700), said_of(0o644)], Audience.OWNER, [Reader(user=ANNA)]),
        ([said_of(0o755), said_of(0o711), said_of(0o644)], Audience.EVERYONE, [Reader()]),
        ([said_of(0o744), said_of(0o644)], Audience.OWNER, [Reader(user=ANNA)]),
        ([said_of(0o700), said_of(0o600, uid=BERIT)], Audience.NOBODY, []),
        (
            [said_of(0o750, uid=0), said_of(0o770, uid=0, gid=HANDLERS), said_of(0o664)],
            Audience.GROUPS,
            [Reader(groups=(CLUB, HANDLERS))],
        ),
        (
            [said_of(0o750, uid=0), said_of(0o600, uid=BERIT)],
            Audience.USERS,
            [Reader(user=BERIT, groups=(CLUB,))],
        ),
    ],
)
def test_modes_on_the_way_tell_who_reads(way, audience, readers):
    found = read_through(*way)
    assert list(found.readers) == readers
    if audience is not Audience.USERS:
        assert found.audience is audience


def test_whom_an_access_list_names_reads_within_its_mask():
    lines = [("u", 6, 0), ("user", 4, BERIT), ("g", 0, 0), ("group", 6, HANDLERS), ("o", 0, 0)]
    open_list = said_of(0o660, access_list=listed(*lines, ("mask", 6, 0)))
    found = read_through(open_list)
    assert (found.named_users, found.named_groups) == ((BERIT,), (HANDLERS,))
    # The mode's middle shows the mask: the group itself has no right.
    assert not found.is_group_readable
    shut = read_through(said_of(0o600, access_list=listed(*lines, ("mask", 2, 0))))
    assert (shut.named_users, shut.named_groups, shut.audience) == ((), (), Audience.OWNER)


def test_a_person_named_on_the_file_needs_the_way_to_it():
    lines = [("u", 7, 0), ("user", 5, BERIT), ("g", 0, 0), ("mask", 5, 0), ("o", 0, 0)]
    file = said_of(0o640, access_list=listed(*lines))
    assert read_through(said_of(0o700), file).named_users == ()
    named = said_of(0o750, access_list=listed(*lines))
    assert read_through(named, file).named_users == (BERIT,)
    assert read_through(named, file).audience is Audience.USERS


@given(st.binary(max_size=80))
def test_no_access_list_is_too_strange_to_be_looked_at(content):
    for each in entries(content) + entries(struct.pack("<I", 2) + content):
        assert each.allowed >= 0
    exposure(EVERYBODY, said_of(0o640, access_list=struct.pack("<I", 2) + content))


numbers = st.integers(min_value=1, max_value=4)
accesses = st.builds(
    said_of,
    st.integers(min_value=0, max_value=0o777),
    numbers,
    numbers,
    st.lists(
        st.tuples(st.sampled_from(["user", "group"]), st.integers(0, 7), numbers), max_size=3
    ).map(lambda lines: listed(*lines, ("mask", 7, 0)) if lines else b""),
)


def lets(access: Access, bit: int, user: int, groups: set[int]) -> bool:
    """Ask as the kernel does, but that nobody is refused what others have; acl(5)."""
    found = entries(access.access_list)
    return bool(
        access.mode & bit
        or (user == access.uid and access.mode & bit << 6)
        or (access.gid in groups and access.mode & bit << 3)
        or any(
            each.allowed & bit
            and ((each.tag == TAGS["user"] and each.number == user)
                 or (each.tag == TAGS["group"] and each.number in groups))
            for each in found
        )
    )  # fmt: skip


@given(st.lists(accesses, max_size=3), accesses, numbers, st.sets(numbers))
def test_those_who_are_told_are_those_whom_every_step_lets_through(way, file, user, groups):
    found = read_through(*way, file)
    told = any(each.user in {None, user} and {*each.groups} <= groups for each in found.readers)
    assert told == (
        all(lets(each, 1, user, groups) for each in way) and lets(file, 4, user, groups)
    )


@given(st.lists(accesses, max_size=3), accesses)
def test_a_directory_more_on_the_way_never_lets_anybody_in(way, file):
    before = read_through(*way, file)
    after = read_through(said_of(0o750), *way, file)
    assert before.is_world_readable or not after.is_world_readable
    assert {*after.named_users} <= {*before.named_users} | {ANNA}


def test_lists_upon_lists_come_to_an_end_on_the_wide_side():
    def named(start: int) -> Access:
        lines = [("group", 5, number) for number in range(start, start + 60)]
        return said_of(0o050, access_list=listed(*lines, ("mask", 7, 0)))

    way = [named(100 * step) for step in range(1, 6)]
    found = read_through(*way)
    assert len(found.readers) <= 64
    assert found.audience is Audience.GROUPS
