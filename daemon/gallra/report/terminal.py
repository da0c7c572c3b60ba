"""Where commands speak: results on standard output, complaints on standard error."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

from gallra.model.errors import GallraError
from gallra.model.message import Message
from gallra.model.names import shown
from gallra.report import jsonlines, tables
from gallra.report.language import SOURCE_LANGUAGE, Say
from gallra.report.progress import Shown
from gallra.report.refusals import sentences
from gallra.rules.complaint import RulesError


class Terminal:
    """One command's voice, in one language, for a person or (``is_json``) for a script."""

    def __init__(
        self,
        say: Say,
        *,
        language: str = SOURCE_LANGUAGE,
        is_json: bool = False,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        """Speak on ``out`` and ``err``, by default the standard ones of this moment."""
        self.say = say
        self.language = language
        self.is_json = is_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    def tell(self, message: Message) -> None:
        """Print a sentence for a person; a script that asked for JSON does not get it."""
        if not self.is_json:
            self.write(self.say(message))

    def write(self, text: str) -> None:
        """Print ``text``, already fit to be shown."""
        print(text, file=self._out)

    def emit(self, value: Mapping[str, object]) -> None:
        """Print one JSON object on a line of its own."""
        print(jsonlines.line(value), file=self._out)

    def complain(self, message: Message, *, about: bytes | None = None) -> None:
        """Print what is wrong, one line on standard error; ``about`` is the file it is about."""
        place = "" if about is None else f"{shown(about)}: "
        print(f"gallra: {place}{self.say(message)}", file=self._err)

    def refuse(self, refusal: GallraError) -> None:
        """Print why nothing was done; mistakes in rules as editors and scripts read them."""
        name = "" if isinstance(refusal, RulesError) else "gallra: "
        for sentence in sentences(refusal, self.say):
            print(f"{name}{sentence}", file=self._err)

    def table(self, headings: Sequence[Message], rows: Iterable[Sequence[str]]) -> None:
        """Print rows under headings; texts are escaped here."""
        named = [self.say(heading) for heading in headings]
        if self._out.isatty():
            tables.framed(named, rows, self._out)
            return
        for line in tables.plain(named, rows):
            print(line, file=self._out)

    def pairs(self, facts: Iterable[tuple[Message, str]]) -> None:
        """Print names and values, one pair a line, values aligned and escaped."""
        spoken = [(self.say(name), shown(value)) for name, value in facts]
        width = max((len(name) for name, _ in spoken), default=0) + 1
        for name, value in spoken:
            self.write(f"{name + ':':<{width}} {value}".rstrip())

    def flush(self) -> None:
        """Let what was printed be seen now; long-running commands print seldom."""
        self._out.flush()

    def progress(self) -> Shown:
        """Return progress on standard error, to be used in a ``with`` block."""
        return Shown(self.say, stream=self._err)
