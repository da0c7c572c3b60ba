"""Which folder each share is, kept beside the catalogue too: it must outlive it.

A catalogue that is built anew while a disk is not mounted would take the empty mount point for
the share, and all that was in it for gone.
"""

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from gallra.model.errors import DurabilityError
from gallra.model.message import said
from gallra.model.share import ShareIdentity

FILE = "shares.json"


def keep(directory: Path, identities: Mapping[str, ShareIdentity]) -> None:
    """Write down what makes each share the same share tomorrow; nothing where it stands there.

    Where that fails, as on a full disk, the file is as it was: the catalogue has it, too.

    Raises:
        DurabilityError: The disk did not confirm it.
    """
    found = {name: asdict(identity) for name, identity in sorted(identities.items())}
    content = json.dumps(found, indent=1)
    path = directory / FILE
    with contextlib.suppress(OSError, ValueError):
        if path.read_text("ascii") == content:
            return
    draft = path.with_name(f".{FILE}.{os.getpid()}")
    try:
        with draft.open("w", encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            _confirm(file.fileno(), path)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()


def _confirm(descriptor: int, path: Path) -> None:
    try:
        os.fsync(descriptor)
    except OSError:
        raise DurabilityError(
            said("The disk did not confirm {path}. The run ends; check the disk.", path=str(path))
        ) from None


def kept(directory: Path) -> dict[str, ShareIdentity]:
    """Return what was written down; nothing where that is not there, or cannot be understood."""
    try:
        found = json.loads((directory / FILE).read_text("ascii"))
        return {
            str(name): ShareIdentity(
                device=int(each["device"]),
                filesystem=str(each["filesystem"]),
                root_inode=int(each["root_inode"]),
                marker=str(each["marker"]),
                origin=str(each.get("origin", "")),  # of a file from before there was one
            )
            for name, each in found.items()
        }
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return {}
