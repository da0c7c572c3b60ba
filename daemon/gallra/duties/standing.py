"""What of the duties is still open, for whoever asks how gallra is doing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from gallra.duties import access, findings, handover, incidents
from gallra.model.message import Message, said
from gallra.report.language import Say
from gallra.service.house import House

_NAMES: Final = {
    incidents.REGISTER: said("open incidents"),
    access.REGISTER: said("open requests"),
    findings.REGISTER: said("open findings"),
    handover.REGISTER: said("handovers under way"),
}
"""In the order in which they press. Of consents and the like, open means that they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The open entries of one register."""

    kind: str
    count: int
    due_at: datetime | None
    """When the next of them is due; aware."""


def open_duties(house: House) -> tuple[Standing, ...]:
    """Return what is open; nothing is begun where no register was."""
    if not house.has_registers:
        return ()
    found = {
        kind: Standing(kind=kind, count=count, due_at=due_at)
        for kind, count, due_at in house.registers.open_counts()
    }
    return tuple(found[kind] for kind in _NAMES if kind in found)


def as_json(standing: tuple[Standing, ...]) -> dict[str, object]:
    """Return the same for scripts, by register."""
    return {
        each.kind: {"count": each.count, "due_at": each.due_at and each.due_at.isoformat()}
        for each in standing
    }


def facts(standing: tuple[Standing, ...], house: House, say: Say) -> Iterator[tuple[Message, str]]:
    """Yield a line for each register in which anything is open."""
    zone = ZoneInfo(house.schedule.organisation.timezone)
    for each in standing:
        text = str(each.count)
        if each.due_at is not None:
            moment = f"{each.due_at.astimezone(zone):%Y-%m-%d %H:%M}"
            text = say(said("{count}, the next is due {moment}", count=each.count, moment=moment))
        yield _NAMES[each.kind], text
