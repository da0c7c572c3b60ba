"""A line of text that is being written, with the names in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from names_model.corpora import Span


@dataclass(slots=True)
class Line:
    """A line that is being written."""

    text: str = ""
    spans: list[Span] = field(default_factory=list)

    def add(self, written: str, kind: str = "") -> "Line":
        """Append ``written``, a name of ``kind`` where that is given."""
        if kind:
            self.spans.append((len(self.text), len(self.text) + len(written), kind))
        self.text += written
        return self


def lower(text: str) -> str:
    """Return ``text`` in lower case, where that leaves every offset as it is."""
    low = text.lower()
    return low if len(low) == len(text) else text


def replaced(
    text: str, spans: tuple[Span, ...], instead: Callable[[str, str], str]
) -> tuple[str, tuple[Span, ...]]:
    """Return ``text`` and its spans with ``instead(name, kind)`` for every name."""
    line = Line()
    at = 0
    for start, end, kind in spans:
        line.add(text[at:start]).add(instead(text[start:end], kind), kind)
        at = end
    return line.add(text[at:]).text, tuple(line.spans)
