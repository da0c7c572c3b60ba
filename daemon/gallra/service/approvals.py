"""Which approvals of reviewers an act rests on, as the ledger tells it."""

from typing import Final

from gallra.model.ledger import Deed, LedgerEntry

APPROVALS: Final = (Deed.REVIEW_APPROVED, Deed.REVIEW_KEPT, Deed.REVIEW_VOID)
"""What :meth:`Approvals.note` is to be told of."""


class Approvals:
    """The approvals that count, while one reads the ledger from its beginning."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self._standing: dict[tuple[str, ...], list[LedgerEntry]] = {}

    def note(self, entry: LedgerEntry) -> None:
        """Take in a decision: to keep a record ends what was approved of it before."""
        if entry.is_erased:
            return
        standing = self._standing.setdefault(_record(entry), [])
        deed = entry.entry.deed
        if deed is Deed.REVIEW_APPROVED:
            standing.append(entry)
        elif deed is Deed.REVIEW_KEPT:
            standing.clear()
        elif deed is Deed.REVIEW_VOID:
            number = _number(entry)
            standing[:] = [each for each in standing if _number(each) != number]

    def of(self, act: LedgerEntry) -> tuple[int, ...]:
        """Return the numbers of the approvals of the very content that ``act`` is about."""
        sha256 = dict(act.entry.clear).get("sha256")
        return tuple(
            each.sequence
            for each in self._standing.get(_record(act), ())
            if sha256 and dict(each.entry.clear).get("sha256") == sha256
        )

    def end(self, act: LedgerEntry) -> None:
        """Let approvals end with what they were about: a later file there needs its own."""
        numbers = set(self.of(act))
        standing = self._standing.get(_record(act), [])
        standing[:] = [each for each in standing if each.sequence not in numbers]


def _record(entry: LedgerEntry) -> tuple[str, ...]:
    clear = dict(entry.entry.clear)
    return tuple(str(clear.get(key) or "") for key in ("share", "path", "part"))


def _number(entry: LedgerEntry) -> object:
    return dict(entry.entry.clear).get("number")
