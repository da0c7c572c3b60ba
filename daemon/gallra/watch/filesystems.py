"""Which filesystems tell of every change: those that another machine writes to do not."""

import ctypes
import os
from typing import Final

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

_STATFS_BYTES: Final = 256


def remote_kind(path: bytes) -> str | None:
    """Return the kind of a filesystem that others may write to unseen; ``None`` for a local one.

    Raises:
        OSError: ``path`` cannot be reached.
    """
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.statfs(path, buffer) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    kind = ctypes.c_long.from_buffer(buffer).value & 0xFFFFFFFF
    return REMOTE.get(kind)
