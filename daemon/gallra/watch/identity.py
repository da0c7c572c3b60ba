"""Is this the share that it was yesterday? An empty mount point is not."""

import os
from typing import Final

from gallra.kernel.filesystems import origin_of
from gallra.model.share import Share, ShareIdentity, ShareState

MARKER_ATTRIBUTE: Final = "user.gallra.share"
_ROOT: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def look_at_share(
    share: Share, remembered: ShareIdentity | None
) -> tuple[ShareState, ShareIdentity | None]:
    """Look at a share's root and tell whether it is what was remembered.

    The root is found by its inode and by its filesystem: by that one's UUID, or where on which
    other machine it is, or else by its identifier. ``st_dev`` may change over a reboot and is
    only told. Where a marker was written into the root, it decides alone:
    a filesystem that was restored onto a new disk is the same share, an unmarked or otherwise
    marked directory is another one.

    Args:
        share: The share.
        remembered: Its identity at an earlier look; ``None`` at the first.

    Returns:
        What was found, and the identity as it is now; no identity where the root is missing.
    """
    try:
        root = os.open(share.path, _ROOT)
    except OSError:
        return ShareState.MISSING, None
    try:
        found = identity_of(root, share.path)
    except OSError:
        return ShareState.MISSING, None
    finally:
        os.close(root)
    if remembered is None or is_same_share(remembered, found):
        return ShareState.PRESENT, found
    return ShareState.REPLACED, found


def identity_of(root: int, path: bytes) -> ShareIdentity:
    """Return the identity of the directory that ``root`` is open on, and that lies at ``path``.

    Raises:
        OSError: The filesystem does not answer.
    """
    status = os.fstat(root)
    filesystem = os.fstatvfs(root)
    try:
        marker = os.getxattr(root, MARKER_ATTRIBUTE).decode("ascii", "replace")
    except OSError:
        marker = ""  # no attributes here, or none was ever written
    return ShareIdentity(
        device=status.st_dev,
        filesystem=f"{filesystem.f_fsid:016x}",
        root_inode=status.st_ino,
        marker=marker,
        origin=origin_of(root, path),
    )


def is_same_share(remembered: ShareIdentity, found: ShareIdentity) -> bool:
    """Tell whether two looks saw the same share."""
    if remembered.marker:
        return remembered.marker == found.marker
    is_same_root = remembered.root_inode == found.root_inode
    return is_same_root and remembered.is_of_same_filesystem(found)


def write_marker(share: Share, marker: str) -> bool:
    """Write a marker into a share's root; return whether it stands there now.

    Only for a share that gallra may write to: when it observes, it leaves no trace.
    """
    try:
        root = os.open(share.path, _ROOT)
    except OSError:
        return False
    try:
        os.setxattr(root, MARKER_ATTRIBUTE, marker.encode("ascii"))
    except OSError:
        return False
    finally:
        os.close(root)
    return True
