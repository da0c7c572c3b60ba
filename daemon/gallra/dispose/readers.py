"""Who may read what: of a folder, its listing; of a file, its content.

A note in a folder is for those who can list the folder, no more and no fewer, and never tells
them what they could not have read themselves.
"""

import contextlib
import errno
import os
import pwd
import stat
import struct
from typing import Final

_ACCESS: Final = "system.posix_acl_access"
_DEFAULT: Final = "system.posix_acl_default"
_VERSION: Final = 2
_ENTRY: Final = struct.Struct("<HHI")
_OWNER, _USER, _OWNING_GROUP, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_READ: Final = 4
_NOBODY: Final = 0xFFFFFFFF
_WITHOUT: Final = {errno.ENODATA, errno.EOPNOTSUPP, errno.ENOSYS}

_Who = tuple[int, int]
"""A kind of entry, and which user or group."""
_EVERYBODY_ELSE: Final = (_OTHER, 0)


def readers_of(descriptor: int) -> dict[_Who, bool]:
    """Return for each user, each group and everybody else whether they may read.

    The owner stands among the users, the owning group among the groups.

    Raises:
        OSError: With the kernel's errno.
    """
    return {who: bool(bits & _READ) for who, bits in _bits_of(descriptor).items()}


def let_read(file: int, folder: int) -> None:
    """Give a new file of ours to those who can list ``folder``: to read, and no more.

    A folder that says itself what files in it are given (a default access list) has been obeyed
    by the system when the file was made; one that was not made there gets the same.

    Raises:
        OSError: With the kernel's errno.
    """
    bits = _inherited(folder)
    is_inherited = bits is not None
    bits = _bits_of(folder) if bits is None else bits
    status = os.fstat(file)
    if is_inherited and stat.S_IMODE(status.st_mode) & 0o044:
        os.fchmod(file, stat.S_IMODE(status.st_mode) & 0o644)
        return
    readers = {who: bool(each & _READ) for who, each in bits.items()}
    if all(readers.values()):
        os.fchmod(file, 0o644)
        return
    own = (_USER, status.st_uid), (_GROUP, status.st_gid)
    named = {who: can for who, can in readers.items() if who not in own and who[0] != _OTHER}
    of_group, of_others = readers.get(own[1], False), readers.get(_EVERYBODY_ELSE, False)
    os.fchmod(file, 0o600 | (0o040 if of_group else 0) | (0o004 if of_others else 0))
    if not named:
        return
    try:
        os.setxattr(file, _ACCESS, _packed(named, of_group=of_group, of_others=of_others))
    except OSError as error:
        if error.errno not in _WITHOUT:
            raise
        # Where there are no access lists, whoever cannot pass the folder cannot reach the note.
        if all(each & _READ for each in bits.values() if each & 1):
            os.fchmod(file, 0o644)


def is_no_secret(file: int, folder: int) -> bool:
    """Tell whether everybody who can list ``folder`` can, for sure, read the open file, too.

    Raises:
        OSError: With the kernel's errno.
    """
    of_file, of_folder = readers_of(file), readers_of(folder)
    if all(of_file.values()):
        return True
    has_denied_users = not all(can for who, can in of_file.items() if who[0] == _USER)
    for who, can_list in of_folder.items():
        if not can_list or who == (_USER, 0):
            continue
        if who[0] == _OTHER or (who[0] == _GROUP and has_denied_users):
            return False
        if not of_file.get(who, _by_group(who, of_file)):
            return False
    return True


def _by_group(who: _Who, of_file: dict[_Who, bool]) -> bool:
    """Tell whether a user without an entry may read as a member of a group."""
    if who[0] != _USER:
        return False
    with contextlib.suppress(KeyError, OSError):
        entry = pwd.getpwuid(who[1])
        groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
        return any(of_file.get((_GROUP, group), False) for group in groups)
    return False


def _bits_of(descriptor: int) -> dict[_Who, int]:
    status = os.fstat(descriptor)
    entries = _entries(descriptor, _ACCESS)
    if entries is None:
        mode = status.st_mode
        entries = [
            (_OWNER, mode >> 6 & 7, _NOBODY),
            (_OWNING_GROUP, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    return _by_who(entries, status)


def _inherited(folder: int) -> dict[_Who, int] | None:
    entries = _entries(folder, _DEFAULT)
    return None if entries is None else _by_who(entries, os.fstat(folder))


def _by_who(entries: list[tuple[int, int, int]], status: os.stat_result) -> dict[_Who, int]:
    mask = next((bits for tag, bits, _ in entries if tag == _MASK), 7)
    found: dict[_Who, int] = {}
    for tag, bits, number in sorted(entries):  # the owner's own entry comes first, and counts
        if tag == _OWNER:
            found[_USER, status.st_uid] = bits
        elif tag == _USER:
            found.setdefault((_USER, number), bits & mask)
        elif tag in {_OWNING_GROUP, _GROUP}:
            group = (_GROUP, status.st_gid if tag == _OWNING_GROUP else number)
            found[group] = found.get(group, 0) | (bits & mask)
        elif tag == _OTHER:
            found[_EVERYBODY_ELSE] = bits
    return found


def _entries(descriptor: int, name: str) -> list[tuple[int, int, int]] | None:
    try:
        packed = os.getxattr(descriptor, name)
    except OSError as error:
        if error.errno in _WITHOUT:
            return None
        raise
    if int.from_bytes(packed[:4], "little") != _VERSION:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return [(tag, bits, number) for tag, bits, number in _ENTRY.iter_unpack(packed[4:])]


def _packed(named: dict[_Who, bool], *, of_group: bool, of_others: bool) -> bytes:
    entries = [(_OWNER, 6, _NOBODY), (_OWNING_GROUP, _READ * of_group, _NOBODY)]
    entries += [(tag, _READ * can, number) for (tag, number), can in named.items()]
    entries += [(_MASK, _READ, _NOBODY), (_OTHER, _READ * of_others, _NOBODY)]
    return _VERSION.to_bytes(4, "little") + b"".join(
        _ENTRY.pack(*entry) for entry in sorted(entries, key=lambda entry: (entry[0], entry[2]))
    )
