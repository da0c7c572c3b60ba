"""Who acts for the club, as the rules say."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """One ``[[representative]]``: a person with an office, a system account, mail addresses."""

    name: str
    accounts: tuple[str, ...] = ()
    """System accounts, as ``id`` knows them; a number is a user id."""
    addresses: tuple[str, ...] = ()
    """Mail addresses, in lower case."""
    offices: tuple[str, ...] = ()
    areas: tuple[tuple[str, bytes], ...] = ()
    """Folders that are theirs alone: the share's name, and the path in it."""
    from_on: date | None = None
    """The first day of the office; ``None``: it was always theirs."""
    until_on: date | None = None
    """Its last day; ``None``: it has no end."""
    line: int = 0

    def is_in_office(self, on: date) -> bool:
        """Tell whether ``on`` lies within the office."""
        begun = self.from_on is None or self.from_on <= on
        return begun and (self.until_on is None or on <= self.until_on)
