"""How far long work has come: a moving bar on a terminal, plain lines elsewhere."""

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TextIO

from gallra.model.message import Message, said
from gallra.report.language import Say

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

_EVERY = 500
"""Plain progress speaks again after so many pieces, and when a stage ends."""


class Progress(Protocol):
    """What long work calls as it goes along. Only one stage is under way at a time."""

    def begin(self, stage: Message, total: int | None = None) -> None:
        """Say that ``stage`` begins, with ``total`` pieces where that is known."""

    def advance(self, count: int = 1) -> None:
        """Say that ``count`` more pieces are done."""

    def note(self, message: Message) -> None:
        """Say a sentence between."""

    def end(self) -> None:
        """Say that the stage, if one is under way, is over."""


class Silent:
    """Progress that nobody watches."""

    def begin(self, stage: Message, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, count: int = 1) -> None:
        """Say nothing."""

    def note(self, message: Message) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Lines:
    """One plain line at a stage's beginning, every 500 pieces, and at its end."""

    def __init__(self, say: Say, stream: TextIO) -> None:
        """Write to ``stream``, in the language of ``say``."""
        self._say = say
        self._stream = stream
        self._stage = ""
        self._total: int | None = None
        self._done_count = 0

    def begin(self, stage: Message, total: int | None = None) -> None:
        """Write the stage's name."""
        self.end()
        self._stage, self._total, self._done_count = self._say(stage), total, 0
        self._write(self._stage if total is None else f"{self._stage} (0/{total})")

    def advance(self, count: int = 1) -> None:
        """Write how far it has come, now and then."""
        before, self._done_count = self._done_count, self._done_count + count
        if before // _EVERY != self._done_count // _EVERY:
            self._write(self._so_far())

    def note(self, message: Message) -> None:
        """Write a sentence."""
        self._write(self._say(message))

    def end(self) -> None:
        """Write the last count of the stage, where it has counted anything."""
        if self._stage and self._done_count and self._done_count % _EVERY:
            self._write(self._so_far())
        self._stage = ""

    def _so_far(self) -> str:
        of_total = "" if self._total is None else f"/{self._total}"
        return f"{self._stage} ({self._done_count}{of_total})"

    def _write(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class Moving:
    """A bar for each stage, for a person at a terminal."""

    def __init__(self, say: Say, bars: "Bars") -> None:
        """Draw on ``bars``, which has been started."""
        self._say = say
        self._bars = bars
        self._task: TaskID | None = None

    def begin(self, stage: Message, total: int | None = None) -> None:
        """Start a bar; one without a total only shows that something moves."""
        self.end()
        self._task = self._bars.add_task(self._say(stage), total=total)

    def advance(self, count: int = 1) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.advance(self._task, count)

    def note(self, message: Message) -> None:
        """Print a sentence above the bars."""
        self._bars.console.print(self._say(message), markup=False, highlight=False)

    def end(self) -> None:
        """Leave the bar standing, full."""
        if self._task is not None:
            done = self._bars.tasks[-1].completed
            self._bars.update(self._task, total=done, completed=done)
        self._task = None


class Shown:
    """The progress that suits a stream, for the length of a ``with`` block."""

    def __init__(self, say: Say, *, stream: TextIO | None = None, quiet: bool = False) -> None:
        """Choose by ``stream``, standard error by default: results own standard output."""
        self._say = say
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._bars: Bars | None = None

    def __enter__(self) -> Progress:
        """Start what moves."""
        if self._quiet:
            return Silent()
        if not self._stream.isatty() or os.environ.get("TERM") == "dumb":
            return Lines(self._say, self._stream)
        self._bars = _bars(self._stream)
        self._bars.start()
        return Moving(self._say, self._bars)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the terminal back as it was."""
        if self._bars is not None:
            self._bars.stop()


STAGE_LOOKING = said("Looking for new and changed files")
STAGE_READING = said("Reading files and finding personal data")
STAGE_PLANNING = said("Making the plan")
STAGE_ACTING = said("Carrying out the plan")


def _bars(stream: TextIO) -> "Bars":
    from rich.console import Console  # noqa: PLC0415 - 60 ms that only a terminal pays
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - as above
    from rich.progress import Progress as RichProgress  # noqa: PLC0415 - as above

    return RichProgress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=stream),
    )
