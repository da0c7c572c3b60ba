"""What stands in the ledger, read back: entries, open intents, proofs."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from gallra.model.ledger import Deed, LedgerEntry
from gallra.store import merkle
from gallra.store.evidence import Evidence
from gallra.store.folder import Folder, unverified
from gallra.store.leaves import LeafError, entry_of, has_deed, settles_intent
from gallra.store.recount import lines
from gallra.store.segments import View
from gallra.store.standing import Standing
from gallra.store.vault import Secret, Vault


class LedgerReader(ABC):
    """The part of the ledger that changes nothing."""

    _folder: Folder
    _vault: Vault
    _complaint: str

    @abstractmethod
    def _caught_up(self) -> tuple[Standing, View]:
        """Return where the ledger stands now, for the caller alone, and the leaves."""

    def entries(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        first: int = 0,
        deeds: Collection[Deed] = (),
        only_with_text: bool = False,
    ) -> Iterator[LedgerEntry]:
        """Yield the entries there are now, in order, with their clear halves where kept.

        Args:
            since: Entries before it are left out.
            until: Entries at or after it are left out.
            first: Entries with a lower sequence number are left out.
            deeds: Where any is given, entries that testify to anything else are left out, and
                not even parsed.
            only_with_text: Leave out, unparsed, entries of which the clear half was erased.

        Raises:
            BrakeError: At an entry, or a text in the vault, that gallra did not write.
        """
        standing, leaves = self._caught_up()
        size = standing.tree.size
        secrets = self._vault.secrets(first, size)
        secret = next(secrets, None)
        for sequence, line in enumerate(lines(leaves, 0, standing.length_bytes)):
            if sequence < first or (deeds and not has_deed(line, deeds)):
                continue
            while secret is not None and secret.sequence < sequence:
                secret = next(secrets, None)
            is_kept = secret is not None and secret.sequence == sequence
            if only_with_text and not is_kept:
                continue
            entry = self._believed(line, sequence, secret if is_kept else None)
            if (since is None or entry.at >= since) and (until is None or entry.at < until):
                yield entry

    def open_intents(self) -> tuple[LedgerEntry, ...]:
        """Return the intents that have no outcome yet, oldest first.

        Raises:
            BrakeError: At an entry, or a text in the vault, that gallra did not write.
        """
        standing, leaves = self._caught_up()
        found = []
        for sequence, place in sorted(standing.open_intents.items()):
            line = next(lines(leaves, place, standing.length_bytes), b"")
            found.append(self._entry(line, sequence))
        return tuple(found)

    def outcomes(self, intents: Collection[int]) -> dict[int, LedgerEntry]:
        """Return the outcome of each of ``intents`` that has one, by the intent's number.

        One pass over the leaves, which parses only what it returns.

        Raises:
            BrakeError: At an entry, or a text in the vault, that gallra did not write.
        """
        standing, leaves = self._caught_up()
        wanted = frozenset(intents)
        found: dict[int, LedgerEntry] = {}
        for sequence, line in enumerate(lines(leaves, 0, standing.length_bytes)):
            settled = settles_intent(line)
            if settled is not None and settled in wanted:
                found[settled] = self._entry(line, sequence)
        return found

    def lost_text(self) -> int | None:
        """Return the first entry without its text whose text is never erased, if any.

        The rules' texts stay for good: where one is gone the vault was lost or emptied.
        """
        standing, leaves = self._caught_up()
        for sequence, line in enumerate(lines(leaves, 0, standing.length_bytes)):
            if has_deed(line, (Deed.RULES_LOADED,)) and not self._vault.rows(
                sequence, sequence + 1
            ):
                return sequence
        return None

    def evidence(self, sequences: Iterable[int], *, size: int) -> dict[int, Evidence]:
        """Return, by its number, what shows each of ``sequences`` to somebody else.

        One pass over the leaves, however many are asked for.

        Args:
            sequences: Counted from 0.
            size: That of the checkpoint that goes with the proofs.

        Raises:
            ValueError: If there is no such entry.
            BrakeError: At an entry, or a text in the vault, that gallra did not write.
        """
        standing, leaves = self._caught_up()
        if size > standing.tree.size:
            raise ValueError("there are fewer entries")
        every = lines(leaves, 0, standing.length_bytes)
        found = {}
        for sequence, proof in merkle.proved(every, sequences, size).items():
            secret = next(self._vault.secrets(sequence, sequence + 1), None)
            entry = self._believed(proof.leaf, sequence, secret)
            found[sequence] = Evidence(entry=entry, proof=proof, secret=secret)
        return found

    def inclusion_proof(self, sequence: int, *, size: int | None = None) -> merkle.InclusionProof:
        """Return the proof that entry ``sequence`` is in the tree of the first ``size``.

        Args:
            sequence: Counted from 0.
            size: That of the checkpoint it is to be checked against; default: all entries.

        Raises:
            ValueError: If there is no such entry.
        """
        standing, leaves = self._caught_up()
        size = standing.tree.size if size is None else size
        if size > standing.tree.size:
            raise ValueError("there is no such entry")
        every = lines(leaves, 0, standing.length_bytes)
        return merkle.proved(every, (sequence,), size)[sequence]

    def _entry(self, line: bytes, sequence: int) -> LedgerEntry:
        secret = next(self._vault.secrets(sequence, sequence + 1), None)
        return self._believed(line, sequence, secret)

    def _believed(self, line: bytes, sequence: int, secret: Secret | None) -> LedgerEntry:
        try:
            return entry_of(line, sequence, secret)
        except LeafError as error:
            self._complaint = self._complaint or str(error)
            raise unverified(self._complaint) from None
