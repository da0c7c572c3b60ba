"""What lies in a share's folder and is not the share's: quarantines, other shares, our state."""

import os
from collections.abc import Iterable


def excluded_below(root: bytes, others: Iterable[bytes]) -> frozenset[bytes]:
    """Return which of the directories ``others`` lie below ``root``, relative to it.

    They are compared as they are spelled and as they are: with another link on the way to one
    of them than to the share it is the same folder still.

    Args:
        root: The share's absolute path; one of ``others`` may be the same.
        others: Absolute paths of directories, which need not exist.
    """
    paths = {os.path.normpath(path) for path in others}
    spelled = _below(os.path.normpath(root), paths)
    return spelled | _below(os.path.realpath(root), {os.path.realpath(path) for path in paths})


def _below(root: bytes, paths: Iterable[bytes]) -> frozenset[bytes]:
    top = root.rstrip(b"/") + b"/"
    return frozenset(path[len(top) :] for path in paths if path.startswith(top))
