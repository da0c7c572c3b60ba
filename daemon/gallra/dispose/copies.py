"""Where copies may remain of what is destroyed: told as far as it can be seen, never guessed."""

import contextlib
import os
from typing import Final

from gallra.model.message import Message, said

_BINS: Final = (b".recycle", b"#recycle", b"@Recycle", b".deleted", b"$RECYCLE.BIN", b".Trash")
"""What Samba, NAS systems, Windows and desktops call their bins, as a prefix."""
_SNAPSHOTS: Final = (
    b".snapshots", b".snapshot", b"~snapshot", b".snap", b"@GMT-", b"#snapshot",
    b"@Recently-Snapshot",
)  # fmt: skip
"""What snapper, NetApp, FreeBSD, Samba, Synology and QNAP call theirs, as a prefix."""
_ABOVE: Final = (b".snapshots", b".zfs/snapshot")
"""Where a folder above the share keeps those of the filesystem that both lie on."""
_MOST_STEPS: Final = 64
_HIDDEN_SNAPSHOTS: Final = b".zfs/snapshot"
"""ZFS answers to this name without listing it."""
_MOST_NAMES: Final = 100_000


def copies_seen(root: int) -> tuple[Message, ...]:
    """Return what in a share's root may hold further copies of its files.

    Backups are not seen from here: they are the administrator's to know.

    Args:
        root: A descriptor of the share's root.
    """
    has_bin = has_snapshots = False
    with contextlib.suppress(OSError), os.scandir(root) as entries:
        for count, entry in enumerate(entries):
            name = os.fsencode(entry.name)
            has_bin = has_bin or name.startswith(_BINS)
            has_snapshots = has_snapshots or name.startswith(_SNAPSHOTS)
            if count > _MOST_NAMES:
                break
    with contextlib.suppress(OSError):
        os.stat(_HIDDEN_SNAPSHOTS, dir_fd=root)
        has_snapshots = True
    has_snapshots = has_snapshots or _has_snapshots_above(root)
    found: list[Message] = []
    if has_bin:
        found.append(
            said("the share has a recycle bin: what people threw away themselves may lie there")
        )
    if has_snapshots:
        found.append(
            said("the share has snapshots: what was in it when they were taken is in them still")
        )
    return tuple(found)


def _has_snapshots_above(root: int) -> bool:
    """Look for the snapshots of the filesystem that a share lies on, in the folders above it."""
    device = os.fstat(root).st_dev
    step = b".."
    with contextlib.suppress(OSError):
        for _ in range(_MOST_STEPS):
            above = os.stat(step, dir_fd=root)
            if above.st_dev != device:
                break
            for name in _ABOVE:
                with contextlib.suppress(OSError):
                    os.stat(step + b"/" + name, dir_fd=root)
                    return True
            if above.st_ino == os.stat(step + b"/..", dir_fd=root).st_ino:
                break
            step += b"/.."
    return False
