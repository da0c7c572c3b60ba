"""Read the leaves from the first to the last: what is counted, hashed and compared with claims."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gallra.store.leaves import LeafError, commitment_in, entry_of, opens_intent, settles_intent
from gallra.store.merkle import CompactRange
from gallra.store.segments import View
from gallra.store.standing import Standing
from gallra.store.vault import Vault

_CHUNK_BYTES = 1 << 20
_INTENT = b'"intent"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody who can be believed says the tree was."""

    size: int
    root: bytes
    by: str
    """Who says so, as the end of an English sentence: ``the checkpoint``."""

    def complaint(self, found: bytes | None, size: int) -> str:
        """Return what is wrong where the tree has ``size`` leaves, ``""`` when nothing is.

        Args:
            found: The root over the first ``self.size`` leaves; ``None`` if there are fewer.
            size: How many leaves there are.
        """
        if found is None:
            return f"entries are missing: {size} are there, {self.size} are known to {self.by}"
        if found != self.root:
            return f"entries before number {self.size} are not those known to {self.by}"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """The outcome of a reading."""

    standing: Standing
    torn_bytes: int
    """How long an incomplete last line is: the trace of a crash while writing."""
    complaint: str
    """The first thing that is wrong, or ``""``."""


def lines(leaves: View, start: int, end: int) -> Iterator[bytes]:
    """Yield the complete lines between two places, without their line breaks."""
    for batch in _batches(leaves, start, end):
        yield from batch


def recounted(leaves: View, claims: Iterable[Claim]) -> Recounted:
    """Hash all leaves, find the open intents, and compare with ``claims``.

    Costs about two seconds for a million entries; memory stays flat.
    """
    standing = Standing()
    judge = _Judge(claims)
    judge.look(standing.tree)
    last = b""
    end = leaves.length_bytes
    for batch in _batches(leaves, 0, end):
        judge.extend(standing.tree, batch)
        note_intents(standing, batch)
        last = batch[-1]
    complaint = judge.verdict(standing.tree.size)
    if last:
        complaint = _note_last(standing, last) or complaint
    return Recounted(standing=standing, torn_bytes=end - standing.length_bytes, complaint=complaint)


def note_intents(standing: Standing, batch: Iterable[bytes]) -> None:
    """Move ``standing`` past ``batch``, whose leaves are in its tree already."""
    batch = tuple(batch)
    sequence = standing.tree.size - len(batch)
    for line in batch:
        if _INTENT in line:
            if opens_intent(line):
                standing.open_intents[sequence] = standing.length_bytes
            elif (settled := settles_intent(line)) is not None:
                standing.open_intents.pop(settled, None)
        standing.length_bytes += len(line) + 1
        sequence += 1


def audited(
    leaves: View, end: int, vault: Vault | None, claims: Iterable[Claim]
) -> tuple[CompactRange, str]:
    """Read every leaf up to the byte ``end``, and every text the vault still has.

    Besides the tree, the form of each leaf and its place are checked, and that the vault's
    texts are those the leaves bind to. A text that is not there was erased: that is no fault.

    Args:
        leaves: The files.
        end: How much of them counts.
        vault: ``None`` to leave the texts alone.
        claims: What is known of the tree.

    Returns:
        The tree, and the first complaint, ``""`` when there is none.
    """
    tree = CompactRange()
    judge = _Judge(claims)
    judge.look(tree)
    complaint, place = "", 0
    for batch in _batches(leaves, 0, end):
        first = tree.size
        if not complaint:
            at, complaint = _form_complaint(batch, first, vault)
            if complaint:
                where = place + sum(len(line) + 1 for line in batch[:at])
                segment = leaves.segment_at(where)
                number = sum(1 for _ in lines(leaves, segment.start, where)) + 1
                complaint = f"{segment.name}, line {number}: {complaint}"
        place += sum(map(len, batch)) + len(batch)
        judge.extend(tree, batch)
    return tree, complaint or judge.verdict(tree.size)


def _form_complaint(batch: list[bytes], first: int, vault: Vault | None) -> tuple[int, str]:
    """Return which line of ``batch`` is not as it was written, and why; ``""`` where all are."""
    commitments: list[str] = []
    for at, line in enumerate(batch):
        try:
            commitments.append(commitment_in(line, first + at))
        except LeafError as error:
            return at, str(error)
    digest = hmac.digest
    rows = vault.rows(first, first + len(batch)) if vault is not None else ()
    for sequence, salt, text in rows:
        if digest(salt, text, "sha256").hex() != commitments[sequence - first]:
            return sequence - first, f"the vault's text for entry {sequence} was changed"
    return 0, ""


class _Judge:
    """Looks at the tree whenever it has a size that a claim speaks of."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._waiting = sorted(claims, key=lambda claim: -claim.size)
        self._complaint = ""

    def look(self, tree: CompactRange) -> None:
        while self._waiting and self._waiting[-1].size == tree.size:
            found = self._waiting.pop().complaint(tree.root(), tree.size)
            self._complaint = self._complaint or found

    def extend(self, tree: CompactRange, batch: list[bytes]) -> None:
        at = 0
        while self._waiting and self._waiting[-1].size <= tree.size + len(batch) - at:
            until = at + self._waiting[-1].size - tree.size
            tree.extend(batch[at:until])
            at = until
            self.look(tree)
        tree.extend(batch[at:])

    def verdict(self, size: int) -> str:
        """Return the first complaint; whoever still waits knows of entries that are gone."""
        missing = self._waiting[0].complaint(None, size) if self._waiting else ""
        return missing or self._complaint


def _note_last(standing: Standing, last: bytes) -> str:
    try:
        standing.last_at = entry_of(last, standing.tree.size - 1, None).at
    except LeafError as error:
        return str(error)
    return ""


def _batches(leaves: View, start: int, end: int) -> Iterator[list[bytes]]:
    """Yield complete lines in runs; what comes after the last line break is left out."""
    rest = b""
    while start < end and (chunk := leaves.read(min(_CHUNK_BYTES, end - start), start)):
        start += len(chunk)
        *complete, rest = (rest + chunk).split(b"\n")
        if complete:
            yield complete
