"""How gallra is doing, in figures: for monitoring, and for who only asks if all is well."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gallra.model.errors import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFigures:
    """One share. Nothing of what lies in it is named."""

    name: str
    file_count: int
    backlog_count: int
    directory_count: int
    watched_directory_count: int
    read: tuple[tuple[str, int], ...]
    """Files by how far they were read."""
    is_present: bool = True
    events_lost_at: datetime | None = None
    reconciled_at: datetime | None = None
    """When a pass last went through all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFigures:
    """What one look at what falls due came to."""

    at: datetime
    due_count: int = 0
    """Records that fall under a destructive act: quarantine, destruction."""
    review_count: int = 0
    alert_count: int = 0
    """What is there for longer than it may be, and other things that are said before all else."""
    brakes: tuple[str, ...] = ()
    """Codes of those that hold."""
    has_failed: bool = False
    """Whether it came to no end, for a reason that was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All of it at one moment."""

    at: datetime
    version: str
    mode: str
    rules_digest: str
    shares: tuple[ShareFigures, ...]
    round: RoundFigures | None
    """``None`` before the first."""
    quarantine_count: int
    hold_count: int
    acts: tuple[tuple[str, int], ...]
    """Of this catalogue, by kind; they only ever grow."""
    ledger_entry_count: int
    is_ledger_good: bool
    is_rebuilding: bool
    has_bad_rules: bool = False
    """Whether rules.toml does not hold, and older rules stay in force."""
    full_pass_at: datetime | None = None
    worker_count: int = 0
    memory_bytes: int = 0
    processor_seconds: float = 0.0

    @property
    def brakes(self) -> tuple[str, ...]:
        """Codes of the brakes that hold."""
        return self.round.brakes if self.round else ()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What a person should look at, as words that stay the same."""
        return tuple(self._troubles())

    @property
    def exit_code(self) -> ExitCode:
        """What monitoring is told."""
        if self.brakes:
            return ExitCode.BRAKE
        return ExitCode.IN_PART if self.troubles else ExitCode.DONE

    def _troubles(self) -> Iterator[str]:
        if not self.is_ledger_good:
            yield "ledger"
        if self.has_bad_rules:
            yield "rules"
        if self.is_rebuilding:
            yield "catalogue"
        if any(not share.is_present for share in self.shares):
            yield "share"
        if self.round is None:
            return
        if self.round.has_failed:
            yield "round"
        if self.round.alert_count:
            yield "overdue"
        if self.round.review_count:
            yield "review"
