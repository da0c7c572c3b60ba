"""The ledger: what was done, in a form in which nothing can be changed afterwards unseen.

The files in its directory, and their format, are described in ``docs/reference/ledger.md``.
"""

import contextlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from gallra.model.errors import GallraError
from gallra.model.ledger import Entry, Verification
from gallra.store import merkle, notes
from gallra.store.effects import EFFECTS, Effects
from gallra.store.folder import Folder, unverified
from gallra.store.keys import Keys
from gallra.store.leaves import clear_text, is_destructive, leaf
from gallra.store.ledger_reader import LedgerReader
from gallra.store.recount import Claim, audited, note_intents, recounted
from gallra.store.segments import View, year_of
from gallra.store.standing import Standing, load
from gallra.store.vault import Vault, sealed


class Ledger(LedgerReader):
    """The ledger of one state directory. Several processes may have it open and append to it."""

    def __init__(self, folder: Folder, vault: Vault, keys: Keys, origin: str) -> None:
        """Use :meth:`open`."""
        self._folder = folder
        self._vault = vault
        self._signing_key = keys.signing_key()
        self._standing_key = keys.derived("ledger/standing")
        self._origin = origin
        self._complaint = ""
        self._standing: Standing | None = None

    @classmethod
    def open(
        cls, directory: Path, keys: Keys, *, origin: str, effects: Effects = EFFECTS
    ) -> "Ledger":
        """Open the ledger in ``directory``, founding it where there is none.

        What the leaves say is compared with the signed checkpoint and with what was last
        written; a torn last line, the trace of a crash, is dropped. Where nothing was
        touched since the last append this takes a millisecond, else the leaves are read.

        Args:
            directory: Made, mode 0700, if need be.
            keys: Sign the checkpoints.
            origin: Names the ledger when it is founded; later, the name it was founded with
                holds.
            effects: Replaced in tests.

        Raises:
            GallraError: If files cannot be made or read. A ledger that does not verify opens:
                see :attr:`is_good`.
        """
        folder = Folder(directory, effects)
        try:
            self = cls(
                folder,
                Vault.open(directory / "vault.db", effects),
                keys,
                notes.origin_from(origin),
            )
        except BaseException:
            folder.close()
            raise
        try:
            with folder.locked():
                self._found()
                self._catch_up()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Close all files."""
        self._vault.close()
        self._folder.close()

    @property
    def is_good(self) -> bool:
        """Whether nothing was found that speaks against the ledger."""
        return not self._complaint

    @property
    def complaint(self) -> str:
        """What speaks against it, in English; ``""`` when nothing does."""
        return self._complaint

    @property
    def size(self) -> int:
        """How many entries it has."""
        return self._caught_up()[0].tree.size

    @property
    def last_at(self) -> datetime | None:
        """The time in the last entry; ``None`` where there is none."""
        return self._caught_up()[0].last_at

    @property
    def signed_at(self) -> datetime | None:
        """When the checkpoint was last written; ``None`` before there was one."""
        return self._folder.written_at("checkpoint")

    @property
    def origin(self) -> str:
        """The name that the ledger was founded with."""
        return self._origin

    def is_sound(self) -> bool:
        """Read and hash every leaf now, and compare with all that is known of them.

        This is what stands before destruction: it trusts no time stamp of a file and nothing
        that was found earlier. About 1.5 seconds of processor time for a million entries.

        Raises:
            GallraError: If the leaves cannot be read.
        """
        with self._folder.locked():
            self._catch_up(trusts_marks=False)
        return self.is_good

    def append(self, entries: Sequence[Entry], *, at: datetime) -> range:
        """Write ``entries``; when this returns they are on the disk, in full and in order.

        Args:
            entries: Any number, in the order in which they are to stand.
            at: The time they are given, aware.

        Returns:
            Their sequence numbers.

        Raises:
            BrakeError: If one of them announces a destructive act and the ledger does not
                verify; none was written.
            DurabilityError: If the disk did not confirm; nothing more can be appended.
            GallraError: If they cannot be written, as on a full disk; none was.
        """
        if not entries:
            return range(0)
        with self._folder.locked():
            standing = self._catch_up()
            if self._complaint and any(is_destructive(entry) for entry in entries):
                raise unverified(self._complaint)
            self._turn(standing, at)
            first = standing.tree.size
            secrets = sealed(first, [clear_text(entry) for entry in entries])
            batch = [
                leaf(entry, sequence=secret.sequence, at=at, commitment=secret.commitment())
                for entry, secret in zip(entries, secrets, strict=True)
            ]
            self._vault.keep(secrets)
            try:
                self._folder.append(b"".join(line + b"\n" for line in batch))
            except OSError:
                self._take_back(standing)
                raise
            standing.tree.extend(batch)
            note_intents(standing, batch)
            standing.last_at = at
            self._keep(standing)
        return range(first, first + len(entries))

    def checkpoint(self) -> str:
        """Sign the tree as it is now; return the signed note, which is durable then.

        Raises:
            BrakeError: If the ledger does not verify: what was tampered with is not signed.
            DurabilityError: If the disk did not confirm.
            GallraError: If it cannot be written.
        """
        with self._folder.locked():
            standing = self._catch_up()
            if self._complaint:
                raise unverified(self._complaint)
            note = self._signed(standing)
            digest = sha256(note.encode()).hexdigest()
            if digest != standing.checkpoint_sha256:
                self._folder.put("checkpoint", note.encode())
                standing.checkpoint_sha256 = digest
                self._keep(standing)
        return note

    def verify(self, checkpoint: str | None = None) -> Verification:
        """Read and check everything: each leaf, the tree, each text that the vault has.

        Args:
            checkpoint: One that was kept elsewhere: the ledger must be a continuation of what
                it was then.

        Returns:
            What was found; a checkpoint that is not ours is a complaint too.
        """
        standing, leaves = self._caught_up()
        complaint = self._complaint
        claims = [
            Claim(size=standing.tree.size, root=standing.tree.root(), by="what was last written")
        ]
        given = [
            (self._folder.read("checkpoint"), "the checkpoint"),
            (checkpoint, "the one given"),
        ]
        for year in filter(None, (year_of(each.name) for each in leaves.segments)):
            note = self._folder.read(f"checkpoint-{year}")
            given.append((note, f"the checkpoint of {year}"))
            if note is None:
                complaint = complaint or f"the checkpoint of {year} is missing"
        for note, by in given:
            try:
                if note is not None:
                    claims.append(self._claim(note, by))
            except notes.NoteError as error:
                complaint = complaint or f"{by}: {error}"
        tree, found = audited(leaves, standing.length_bytes, self._vault, claims)
        complaint = complaint or found
        if found and not self._complaint and checkpoint is None:
            self._complaint = found
        return Verification(
            is_good=not complaint,
            entry_count=tree.size,
            root=notes.as_base64(tree.root()),
            complaint=complaint,
        )

    def erase(self, sequences: Iterable[int]) -> None:
        """Destroy the clear half of entries; their leaves, and every proof, stay as they are.

        Raises:
            GallraError: If the vault cannot be written.
        """
        with self._folder.locked():
            self._vault.erase(sequences)

    def public_key(self) -> tuple[str, str]:
        """Return the key that checks our checkpoints: the line to pin, and the same as PEM."""
        public = self._signing_key.public_key()
        return notes.verifier_line(self._origin, public), notes.public_pem(public)

    def attest(self, kind: str, digests: Sequence[str]) -> str:
        """Return the signature over a statement that is no checkpoint, in base64.

        Args:
            kind: What is stated.
            digests: SHA-256 of its parts, hex.
        """
        return notes.attested(kind, digests, self._signing_key)

    def _found(self) -> None:
        """Write what a new ledger begins with; its name and key are settled here."""
        pinned = self._folder.read("public.vkey")
        if pinned is None:
            pinned = self._named_anew()
        if pinned is not None:
            try:
                origin, public = notes.parse_verifier_line(pinned)
            except notes.NoteError as error:
                self._complaint = f"public.vkey cannot be read: {error}"
                return
            self._origin = origin
            if public.public_bytes_raw() != self._signing_key.public_key().public_bytes_raw():
                self._complaint = (
                    "the secret is not the one that the ledger was begun with; put that one back"
                )
        elif self._folder.read("checkpoint") is None and not self._folder.leaves().length_bytes:
            line, pem = self.public_key()
            tree = merkle.CompactRange()
            empty = notes.Checkpoint(origin=self._origin, size=0, root=tree.root())
            self._folder.put("public.pem", pem.encode())
            self._folder.put("checkpoint", notes.sign(empty, self._signing_key).encode())
            self._folder.put("public.vkey", f"{line}\n".encode())

    def _named_anew(self) -> str | None:
        """Write the public key anew where it was deleted and our key signed the checkpoint."""
        note = self._folder.read("checkpoint") or ""
        origin = note.partition("\n")[0]
        try:
            notes.opened(note, origin, self._signing_key.public_key())
        except notes.NoteError:
            return None
        self._origin = origin
        line, pem = self.public_key()
        self._folder.put("public.pem", pem.encode())
        self._folder.put("public.vkey", f"{line}\n".encode())
        return line

    def _caught_up(self) -> tuple[Standing, View]:
        with self._folder.locked():
            return self._catch_up().copy(), self._folder.leaves()

    def _catch_up(self, *, trusts_marks: bool = True) -> Standing:
        """Learn what other processes appended; believe nothing that was not an append.

        Args:
            trusts_marks: Whether files whose inode, size and times are those of our last
                append need not be read.
        """
        note = self._folder.read("checkpoint")
        digest = sha256((note or "").encode("utf-8", "surrogateescape")).hexdigest()
        mark = (self._folder.leaves().fingerprint, digest)
        ours = self._standing
        if trusts_marks and ours is not None and mark == (ours.fingerprint, ours.checkpoint_sha256):
            return ours
        kept = load(str(self._folder.path / "standing"), self._standing_key)
        if trusts_marks and kept is not None and mark == (kept.fingerprint, kept.checkpoint_sha256):
            self._standing = kept
            return kept
        known = [standing for standing in (kept, ours) if standing is not None]
        standing = self._recounted(note, known)
        standing.checkpoint_sha256 = digest
        if not self._complaint:
            self._vault.trim(standing.tree.size)
            self._keep(standing)
        self._standing = standing
        return standing

    def _recounted(self, note: str | None, known: Iterable[Standing]) -> Standing:
        complaint = "" if note is not None else "the checkpoint is missing"
        claims = [
            Claim(size=each.tree.size, root=each.tree.root(), by="what was last written")
            for each in known
        ]
        try:
            if note is not None:
                claims.append(self._claim(note, "the checkpoint"))
        except notes.NoteError as error:
            complaint = str(error)
        leaves = self._folder.leaves()
        found = recounted(leaves, claims)
        if found.complaint and not self._complaint:
            # read again, to say where
            _, place = audited(leaves, found.standing.length_bytes, None, ())
            self._complaint = place or complaint or found.complaint
        self._complaint = self._complaint or complaint
        if found.torn_bytes:
            self._folder.cut(found.standing.length_bytes)
        found.standing.fingerprint = self._folder.leaves().fingerprint
        return found.standing

    def _claim(self, note: str, by: str) -> Claim:
        found = notes.opened(note, self._origin, self._signing_key.public_key())
        return Claim(size=found.size, root=found.root, by=by)

    def _keep(self, standing: Standing) -> None:
        """Leave the short cut for the next one; a ledger that does not verify is read anew."""
        standing.fingerprint = self._folder.leaves().fingerprint
        self._standing = standing
        if not self._complaint:
            self._folder.leave("standing", standing.sealed(self._standing_key))

    def _signed(self, standing: Standing) -> str:
        tree = standing.tree
        checkpoint = notes.Checkpoint(origin=self._origin, size=tree.size, root=tree.root())
        return notes.sign(checkpoint, self._signing_key)

    def _turn(self, standing: Standing, at: datetime) -> None:
        """Seal the file of leaves where ``at`` is in a later year, in UTC, than all in it.

        The checkpoint of the year's end is durable first. After a crash at any point the
        leaves are there, under the one name or the other. A ledger that does not verify is
        left as it is, to be looked at.
        """
        last_at = standing.last_at
        year = at.astimezone(UTC).year
        if self._complaint or last_at is None or last_at.astimezone(UTC).year >= year:
            return
        sealed = last_at.astimezone(UTC).year
        if self._folder.can_seal(sealed):
            self._folder.put(f"checkpoint-{sealed}", self._signed(standing).encode())
            self._folder.seal(sealed)
            self._keep(standing)

    def _take_back(self, standing: Standing) -> None:
        """Cut off what could be written of a batch, and forget its texts.

        Where even that fails, the next one who counts drops the torn line, and an intent
        that was written whole is settled as one that was not carried out.
        """
        with contextlib.suppress(OSError, GallraError):  # the first error is the one to tell
            self._folder.cut(standing.length_bytes)
            self._keep(standing)
            self._vault.trim(standing.tree.size)
