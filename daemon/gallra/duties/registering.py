"""Registers in which each entry is a value of one form, and each change is told to the ledger."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from gallra.model.errors import GallraError, WrongUseError
from gallra.model.ledger import Deed, Entry
from gallra.model.message import said
from gallra.model.names import shown
from gallra.service import clock
from gallra.service.house import House
from gallra.store.registers import Dossier

Form = TypeVar("Form")
Clear = Sequence[tuple[str, str | int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[Form]):
    """One entry of a register."""

    body: Form
    dossier: Dossier

    @property
    def reference(self) -> str:
        """What it is called: ``2026-3``."""
        return self.dossier.reference

    @property
    def opened_at(self) -> datetime:
        """When it was opened; aware."""
        return self.dossier.opened_at

    @property
    def due_at(self) -> datetime | None:
        """Until when something has to be done."""
        return self.dossier.due_at

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed; ``None`` while it is open."""
        return self.dossier.closed_at


class Register(Generic[Form]):
    """One register of one house, whose entries are of one form: a frozen dataclass."""

    def __init__(self, house: House, kind: str, form: type[Form]) -> None:
        """Keep entries of ``form`` under the name ``kind``."""
        self._house = house
        self._kind = kind
        self._decoder = msgspec.json.Decoder(form)
        self._encoder = msgspec.json.Encoder()

    def open(  # noqa: PLR0913 - what a new entry is
        self,
        body: Form,
        *,
        deed: Deed,
        clear: Clear = (),
        opened_at: datetime | None = None,
        due_at: datetime | None = None,
        is_closed: bool = False,
    ) -> Kept[Form]:
        """Add an entry, and tell the ledger; the reference is added to what it is told.

        Args:
            body: What is kept.
            deed: Under which name the ledger knows it.
            clear: What the erasable half of the ledger's entry says.
            opened_at: Aware; now if not given.
            due_at: Until when something has to be done.
            is_closed: Whether nothing is to be done about it.
        """
        at = opened_at or clock.now()
        zone = ZoneInfo(self._house.schedule.organisation.timezone)
        dossier = self._house.registers.add(
            self._kind,
            self._encoder.encode(body),
            year=at.astimezone(zone).year,
            opened_at=at,
            due_at=due_at,
            closed_at=at if is_closed else None,
            entry=self._entry(deed, clear),
        )
        testify(self._house)
        return Kept(body=body, dossier=dossier)

    def change(  # noqa: PLR0913 - what may change
        self,
        kept: Kept[Form],
        body: Form,
        *,
        deed: Deed | None,
        clear: Clear = (),
        due_at: datetime | None = None,
        closed_at: datetime | None = None,
    ) -> Kept[Form]:
        """Put ``body`` in the place of what was kept, and tell the ledger.

        Args:
            kept: The entry as it was read.
            body: What is kept from now on.
            deed: Under which name the ledger knows the change; ``None``: it is not told.
            clear: What the erasable half of the ledger's entry says.
            due_at: Until when something has to be done from now on.
            closed_at: When it was closed; ``None``: it is open from now on.

        Raises:
            OccupiedError: If somebody else changed it since it was read; nothing was done.
        """
        dossier = replace(
            kept.dossier, body=self._encoder.encode(body), due_at=due_at, closed_at=closed_at
        )
        entry = None if deed is None else self._entry(deed, clear)
        dossier = self._house.registers.change(dossier, at=clock.now(), entry=entry)
        testify(self._house)
        return Kept(body=body, dossier=dossier)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Write, and tell, all that is opened and changed meanwhile as one; or nothing of it."""
        with self._house.registers.together():
            yield
        testify(self._house)

    def erase(self, references: Sequence[str], *, deed: Deed, clear: Clear = ()) -> int:
        """Take entries out for good; return how many there were."""
        entry = self._entry(deed, (*clear, ("references", ", ".join(references))))
        count = self._house.registers.erase(self._kind, references, at=clock.now(), entry=entry)
        testify(self._house)
        return count

    def get(self, reference: str) -> Kept[Form]:
        """Return one entry.

        Raises:
            WrongUseError: If there is none of that name.
        """
        dossier = self._house.registers.find(self._kind, reference)
        if dossier is None:
            raise WrongUseError(
                said("{reference}: nothing is registered under that", reference=shown(reference))
            )
        return self._kept(dossier)

    def all(self, *, is_open: bool | None = None) -> Iterator[Kept[Form]]:
        """Yield the entries, oldest first; only what is open, or only what is closed, if asked."""
        for dossier in self._house.registers.dossiers(self._kind, is_open=is_open):
            yield self._kept(dossier)

    def _kept(self, dossier: Dossier) -> Kept[Form]:
        try:
            return Kept(body=self._decoder.decode(dossier.body), dossier=dossier)
        except msgspec.MsgspecError:
            raise GallraError(
                said(
                    "{reference} in the registers cannot be understood: put back a copy of {path}",
                    reference=dossier.reference,
                    path=str(self._house.state / "registers.db"),
                )
            ) from None

    def _entry(self, deed: Deed, clear: Clear) -> Entry:
        return Entry(
            deed=deed,
            rules_digest=self._house.schedule.digest,
            clear=tuple(pair for pair in clear if pair[1] is not None),
        )


def testify(house: House) -> None:
    """Tell the ledger what it was not told yet; after a crash, what it may have been told already.

    Raises:
        GallraError: If the ledger cannot be written: it is told the next time.
    """
    if house.registers.is_writing:
        return  # only what is certain is told: whoever began it tells
    untold = house.registers.untold()
    if untold:
        house.ledger.append([each.entry for each in untold], at=clock.now())
        house.registers.note_told([each.number for each in untold])
