"""What a filesystem can and cannot do, by its kind; and which one it is."""

import ctypes
import fcntl
import hashlib
import os
from typing import Final

from gallra.kernel.mounts import mount_of

REMOTE: Final = {
    0x6969: "NFS",
    0xFF534D42: "CIFS",
    0xFE534D42: "SMB",
    0x517B: "SMB",
    0x00C36400: "Ceph",
    0x5346414F: "AFS",
    0x6B414653: "AFS",
    0x73757245: "Coda",
    0x01021997: "9P",
    0x6A656A63: "virtiofs",
    0x65735546: "FUSE",
    0x01161970: "GFS2",
    0x7461636F: "OCFS2",
}
"""Kinds by ``f_type`` of statfs(2). inotify sees what this machine does, and nothing else."""

WELL_KNOWN: Final = frozenset(
    {
        0xEF53,  # ext2, ext3, ext4
        0x58465342,  # XFS
        0x9123683E,  # Btrfs
        0x01021994,  # tmpfs
        0x794C7630,  # overlay
    }
)
"""Kinds of which it is known that they move a file without replacing another."""

_STATFS_BYTES: Final = 256
_GET_UUID: Final = 0x80111500
"""FS_IOC_GETFSUUID, of linux/fs.h: since Linux 6.9, of most filesystems on disks."""
_UUID_BYTES: Final = 16
_ORIGIN_CHARACTERS: Final = 32


def kind_number(path: bytes) -> int:
    """Return ``f_type`` of the filesystem that ``path`` lies in; see statfs(2).

    Raises:
        OSError: ``path`` cannot be reached.
    """
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.statfs(path, buffer) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return ctypes.c_long.from_buffer(buffer).value & 0xFFFFFFFF


def remote_kind(path: bytes) -> str | None:
    """Return the kind of a filesystem that others may write to unseen; ``None`` for a local one.

    The kernel's own word for it where that says more: ``fuse.sshfs``, ``nfs4``.

    Raises:
        OSError: ``path`` cannot be reached.
    """
    kind = REMOTE.get(kind_number(path))
    if kind is None:
        return None
    mount = mount_of(path)
    return kind if mount is None else mount.kind


def is_read_only(path: bytes | int) -> bool:
    """Tell whether nothing can be written there: the filesystem, or this mount of it, forbids it.

    Raises:
        OSError: ``path`` cannot be reached.
    """
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def origin_of(root: int, path: bytes) -> str:
    """Return what tells a filesystem from all others, over reboots; ``""`` where nothing does.

    ``f_fsid`` does not: XFS and FAT make it from the number that their disk has until the next
    boot, and that of NFS or FUSE is 0 for all of them. So: the UUID that it was given when it was
    made, else, of one from elsewhere, from where it comes. Where a device is named, ``""``: the
    names of devices change.

    Args:
        root: Open on the directory.
        path: Of the same, absolute.

    Raises:
        OSError: The filesystem does not answer.
    """
    if (uuid := _uuid_of(root)) is not None:
        return uuid
    if kind_number(b"/proc/self/fd/%d" % root) not in REMOTE:
        return ""
    mount = mount_of(path)
    if mount is None or mount.source.startswith(b"/dev/"):
        return ""
    # A digest: an address may hold the name of a person.
    told = b"\0".join((_family(mount.kind), mount.source, mount.root))
    return hashlib.sha256(told).hexdigest()[:_ORIGIN_CHARACTERS]


def _family(kind: str) -> bytes:
    """Return one word for what the same server's folder may be mounted as."""
    return {"nfs4": "nfs", "smb3": "cifs"}.get(kind, kind).encode("ascii", "replace")


def _uuid_of(root: int) -> str | None:
    told = bytearray(1 + _UUID_BYTES)
    try:
        fcntl.ioctl(root, _GET_UUID, told)
    except OSError:
        return None  # an older kernel, or a filesystem without
    uuid = bytes(told[1:])
    return uuid.hex() if any(uuid) else None
