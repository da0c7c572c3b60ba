"""The one secret, and the keys that are derived from it.

Whoever has the secret can test a guess against every digest in the catalogue and sign a
ledger in our name. So it lives outside the database: as a systemd credential where there
is one, else as a file that only the service's own user can read.
"""

import errno
import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gallra.model.entities import ENTITIES
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.event import MARKS
from gallra.model.finding import SPECIAL_CATEGORIES
from gallra.model.mailing import MAIL_DOMAIN
from gallra.model.message import said

SECRET_BYTES = 32
CREDENTIAL = "gallra-secret"
"""The credential's name, for ``LoadCredentialEncrypted=`` in the unit."""

_FILE = "secret"
_NEVER_SOUGHT = SPECIAL_CATEGORIES | {"DATE_TIME", "LOCATION", "SALARY", "URL"}

DIGESTED_ENTITIES = tuple(sorted((ENTITIES - _NEVER_SOUGHT) | MARKS | {MAIL_DOMAIN}))
"""The entities by whose value a file may be found again, the marks of messages, and the domains
of those who write to each other. Special
categories are not among them: nobody is looked up by an illness."""

_HEX_DIGITS = 2 * SECRET_BYTES


class Keys:
    """Every key, derived on demand by HKDF-SHA256, one for each purpose (RFC 5869)."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Derive from ``secret``, 32 bytes that were made at random.

        Raises:
            ValueError: If it has another length.
        """
        if len(secret) != SECRET_BYTES:
            raise ValueError("the secret is 32 bytes long")
        self._secret = secret

    def __repr__(self) -> str:
        """Say nothing of the secret, wherever this is printed."""
        return "Keys(…)"

    @classmethod
    def open(cls, state_directory: Path) -> "Keys":
        """Take the secret from the systemd credential, else from the state directory.

        ``$CREDENTIALS_DIRECTORY/gallra-secret`` wins where it exists. Otherwise
        ``state_directory/secret`` is read, and made on first use: 32 random bytes, mode
        0600, durable before it is used, and never overwritten.

        Raises:
            WrongUseError: If the secret can be read by others, is no plain file of ours, or
                has the wrong length.
            GallraError: If it can be neither read nor made.
        """
        path = secret_path(state_directory)
        try:
            if path != os.path.join(state_directory, _FILE):
                # systemd guards its credentials itself; their mode shows an ACL mask
                return cls(_read(path, is_guarded=True))
            if not os.path.lexists(path):
                state_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                _make(path)
            return cls(_read(path, is_guarded=False))
        except OSError as error:
            raise GallraError(
                said(
                    "The secret {path} can be neither read nor made: {why}. Run as the user "
                    "that owns the state directory.",
                    path=path,
                    why=os.strerror(error.errno or 0),
                )
            ) from None

    def derived(self, purpose: str) -> bytes:
        """Return the 32-byte key for ``purpose``; another purpose, an unrelated key."""
        kdf = HKDF(SHA256(), SECRET_BYTES, None, f"gallra/1/{purpose}".encode())
        return kdf.derive(self._secret)

    def digest_keys(self) -> dict[str, bytes]:
        """Return, for each entity whose values are digested, its HMAC key of 32 bytes."""
        return {entity: self.derived(f"digest/{entity}") for entity in DIGESTED_ENTITIES}

    def signing_key(self) -> Ed25519PrivateKey:
        """Return the key that signs the ledger's checkpoints."""
        return Ed25519PrivateKey.from_private_bytes(self.derived("ledger/ed25519"))


def secret_path(state_directory: Path) -> str:
    """Return where the secret is, or would be made; systemd's credential wins."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    path = os.path.join(credentials or "", CREDENTIAL)
    if credentials and os.path.lexists(path):
        return path
    return os.path.join(state_directory, _FILE)


def _read(path: str, *, is_guarded: bool) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        content = os.read(descriptor, _HEX_DIGITS + 2) if stat.S_ISREG(status.st_mode) else b""
    finally:
        os.close(descriptor)
    if not is_guarded and stat.S_IMODE(status.st_mode) & 0o077:
        raise WrongUseError(
            said("Others can read the secret {path}: run `chmod 600 {path}`.", path=path)
        )
    if not is_guarded and status.st_uid not in {0, os.geteuid()}:
        raise WrongUseError(
            said("The secret {path} belongs to another user: run `chown` on it.", path=path)
        )
    secret = _secret_in(content)
    if secret is None:
        raise WrongUseError(
            said(
                "{path} is not a secret of 32 bytes: put the right one back from your backup.",
                path=path,
            )
        )
    return secret


def _secret_in(content: bytes) -> bytes | None:
    """Return the secret, written as 32 bytes or, for people's sake, as 64 hex digits."""
    if len(content) == SECRET_BYTES:
        return content
    digits = content.strip()
    if len(digits) != _HEX_DIGITS:
        return None
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return None


def _make(path: str) -> None:
    """Make a secret that is whole or not there, and is nobody's but ours.

    Written under another name and linked into place: a crash never leaves half a secret,
    and of two processes that start together one wins and both use its secret.
    """
    draft = f"{path}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            if os.write(descriptor, secrets.token_bytes(SECRET_BYTES)) != SECRET_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        os.unlink(draft)
    directory = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
