"""What is looked after in each round besides what is due; none of it can stop the rest."""

import traceback
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from gallra.model.errors import DurabilityError, GallraError, LostCatalogueError
from gallra.model.message import said
from gallra.service.house import House
from gallra.service.voice import Voice, Weight

Chore = Callable[[House, Voice, datetime], None]


def do_chores(
    house: House,
    voice: Voice,
    chores: Iterable[Chore],
    now: datetime,
    *,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Do each chore once; what goes wrong with one is said, and the others are done all the same.

    Args:
        house: Whose.
        voice: Says what went wrong, never with what names.
        chores: In order.
        now: Aware.
        goes_on: Asked before each; once it says no, the rest waits for the next round.

    Raises:
        DurabilityError: What is on the disk is unknown: nothing goes on.
        LostCatalogueError: Only a start builds another.
    """
    for chore in chores:
        if not goes_on():
            return
        try:
            chore(house, voice, now)
        except (DurabilityError, LostCatalogueError):
            raise
        except GallraError as error:
            voice.complain(error, topic="failed")
        except Exception as fault:  # noqa: BLE001 - the shares are looked after whatever happens here
            frame = traceback.extract_tb(fault.__traceback__)[-1]
            told = said(
                "a duty was not looked after ({kind} at {module}:{line}); please report it",
                kind=type(fault).__name__,
                module=Path(frame.filename).stem,
                line=frame.lineno or 0,
            )
            voice.say_once(f"failed {told.in_english()}", told, Weight.ERROR)
