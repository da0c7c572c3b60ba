"""The secret has to be the one that the ledger was begun with: told before anything is done.

With another one nothing that is known would be found again, the catalogue would count as somebody
else's and be built anew, and everything would look as if it had just arrived.
"""

import os
import stat
from pathlib import Path

from gallra.model.errors import BrakeError
from gallra.model.message import said
from gallra.store import notes
from gallra.store.keys import Keys, secret_path

_MOST_BYTES = 4096
_OURS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def keys_of(state: Path) -> Keys:
    """Return the keys of a state directory; make a secret only where no ledger was begun.

    Raises:
        BrakeError: If the secret is gone, or another than the ledger was begun with.
        GallraError: As :meth:`Keys.open`.
    """
    ledger = state / "ledger"
    path = secret_path(state)
    if not os.path.lexists(path) and os.path.lexists(ledger / "checkpoint"):
        raise BrakeError(
            said(
                "{path}: the secret is not there, and the log was begun with one: nothing was done;"
                " put it back from your backup, or give it to the service again as the credential"
                " gallra-secret",
                path=path,
            )
        )
    keys = Keys.open(state)
    known = _founder(ledger)
    if known is not None and known != keys.signing_key().public_key().public_bytes_raw():
        raise BrakeError(
            said(
                "{path}: the secret is not the one that the log was begun with, so nothing was"
                " done; put that one back",
                path=path,
            )
        )
    return keys


def _founder(ledger: Path) -> bytes | None:
    """Return the public key that lies beside the ledger; ``None`` where nothing can be told.

    Then the ledger itself finds out by the signature of its checkpoint.
    """
    try:
        descriptor = os.open(ledger / "public.vkey", _OURS)
    except OSError:
        return None
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        line = os.read(descriptor, _MOST_BYTES) if is_file else b""
        return notes.parse_verifier_line(line.decode("ascii"))[1].public_bytes_raw()
    except (OSError, UnicodeDecodeError, notes.NoteError):
        return None
    finally:
        os.close(descriptor)
