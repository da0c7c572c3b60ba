"""What shows to somebody outside that a thing was done: entries with their proofs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gallra.model.ledger import LedgerEntry
from gallra.model.retention import Organisation, RetentionSchedule
from gallra.store.merkle import InclusionProof
from gallra.store.vault import Secret

Attest = Callable[[str, Sequence[str]], str]
"""Signs what somebody says: its kind, and the digests of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that shows to somebody else what one entry says, and that it is in the tree."""

    entry: LedgerEntry
    proof: InclusionProof
    secret: Secret | None
    """What opens the leaf's commitment; ``None`` once it was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """One destruction, with every entry that bears it out."""

    destroyed: Evidence
    taken: Evidence | None
    """How it came into quarantine; ``None`` where the texts that tie them were erased."""
    confirmed: tuple[Evidence, ...]
    """The plans that persons confirmed and that this was part of."""
    approved: tuple[Evidence, ...]
    """The reviewers who had approved that this very content goes."""
    rules: Evidence | None
    """When the rules it was done under were taken into use."""
    schedule: RetentionSchedule | None
    """These rules, where their text is still there."""

    @property
    def evidence(self) -> Iterator[tuple[str, Evidence]]:
        """Yield all there is, the act itself first, by what it shows."""
        yield "destroyed", self.destroyed
        if self.taken is not None:
            yield "taken", self.taken
        for each in self.confirmed:
            yield "confirmed", each
        for each in self.approved:
            yield "approved", each
        if self.rules is not None:
            yield "rules", self.rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Acts of destruction, and the signed checkpoint that all proofs lead to."""

    issued_at: datetime
    organisation: Organisation
    origin: str
    size: int
    """How many entries the ledger had."""
    checkpoint: str
    key: str
    """The line that checks the checkpoint's signature."""
    acts: tuple[Certified, ...]
    """In the order in which they were done."""
    attest: Attest
    """Signs what the certificate says, with the ledger's key."""
