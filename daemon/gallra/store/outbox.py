"""Small files of our own that others read: whole at any moment, and never relied on by us."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

_DRAFT = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


def publish(path: Path, content: bytes, *, mode: int) -> None:
    """Put ``content`` in the place of the file ``path``, in one step.

    The draft has a name that nobody can have prepared and no reader looks for. Nothing is
    synced: after a power failure the next one is written soon enough.

    Raises:
        OSError: If it could not be written; the older one is still there.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, _DRAFT, 0o600)
    try:
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)
        os.replace(draft, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise


def clear_socket(path: Path) -> None:
    """Take away the socket that an earlier process left at ``path``; nothing but a socket.

    Raises:
        OSError: If it cannot be taken away.
    """
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            os.unlink(path)
