"""Days as they are typed."""

import argparse
from datetime import date

from gallra.cli.builder import Builder
from gallra.model.message import said
from gallra.report.language import Say


class Day:
    """Reads a date as ISO 8601 writes it."""

    def __init__(self, say: Say) -> None:
        """Speak through ``say``."""
        self._say = say

    def __call__(self, text: str) -> date:
        """Return the day."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                self._say(said("{text} is no date; write it as 2026-12-31", text=text))
            ) from None


def day(builder: Builder) -> Day:
    """Return what reads a day that was typed, and refuses anything else in one sentence."""
    return Day(builder.say)
