"""Where the ledger stands: all that is needed to go on without reading it from the start.

Kept in a small file beside the leaves and authenticated with a key of ours. It is only ever
a short cut: without it, or when the leaves were touched by anything but an append of ours,
they are read and hashed from the first to the last.
"""

import hmac
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gallra.store.merkle import CompactRange

_MAC_DIGITS = 64
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Standing:
    """The tree's size and edge, and the intents that still wait for an outcome."""

    tree: CompactRange = field(default_factory=CompactRange)
    length_bytes: int = 0
    """Of the leaves: where the next one begins."""
    open_intents: dict[int, int] = field(default_factory=dict)
    """Sequence number to the place, in bytes, where its line begins."""
    last_at: datetime | None = None
    fingerprint: str = ""
    """Of the files of leaves; see :mod:`gallra.store.segments`."""
    checkpoint_sha256: str = ""
    """Of the checkpoint file that was compared with the leaves."""

    def copy(self) -> "Standing":
        """Return one that goes on from here alone."""
        return Standing(
            tree=self.tree.copy(),
            length_bytes=self.length_bytes,
            open_intents=dict(self.open_intents),
            last_at=self.last_at,
            fingerprint=self.fingerprint,
            checkpoint_sha256=self.checkpoint_sha256,
        )

    def sealed(self, key: bytes) -> bytes:
        """Return the file's content: a MAC over the rest, a line break, the rest."""
        content = json.dumps(
            {
                "size": self.tree.size,
                "roots": [root.hex() for root in self.tree.roots],
                "length_bytes": self.length_bytes,
                "open": sorted(self.open_intents.items()),
                "last_at": self.last_at.isoformat() if self.last_at else None,
                "fingerprint": self.fingerprint,
                "checkpoint": self.checkpoint_sha256,
            },
            separators=(",", ":"),
        ).encode("ascii")
        return hmac.digest(key, content, "sha256").hex().encode("ascii") + b"\n" + content


def unsealed(sealed: bytes, key: bytes) -> Standing | None:
    """Return the standing in a file's content; ``None`` if it is not one that we wrote."""
    mac, content = sealed[:_MAC_DIGITS], sealed[_MAC_DIGITS + 1 :]
    if not hmac.compare_digest(mac, hmac.digest(key, content, "sha256").hex().encode("ascii")):
        return None
    fields: dict[str, Any] = json.loads(content)
    return Standing(
        tree=CompactRange(fields["size"], [bytes.fromhex(root) for root in fields["roots"]]),
        length_bytes=fields["length_bytes"],
        open_intents=dict(fields["open"]),
        last_at=datetime.fromisoformat(fields["last_at"]) if fields["last_at"] else None,
        fingerprint=str(fields["fingerprint"]),  # a list in older ones: then all is read anew
        checkpoint_sha256=fields["checkpoint"],
    )


def load(path: str, key: bytes) -> Standing | None:
    """Return the standing kept at ``path``; ``None`` where there is none that can be believed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        content = os.read(descriptor, _MOST_BYTES)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return unsealed(content, key)
