"""Find the line on which each key of a TOML text is written.

``tomllib`` reports values without their places, and nobody should have to search a file for
a mistake that the program has already found in it. This scanner reads only as much of TOML
as it takes to know where keys, elements and statements begin; what the values are, and
whether the text is TOML at all, stays with ``tomllib``. It runs in linear time, and refuses
what would make ``tomllib`` run in worse.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from gallra.rules.complaint import quoted

Key = tuple[str | int, ...]
"""A path to a value: names of tables and keys, and indexes in arrays, counted from 0."""

DEEPEST = 12
"""How many names may be joined with dots, and how many brackets may be open at once.
``tomllib`` takes cubic time over the first, and recurses over the second."""

# Groups are not possessive: Python before 3.11.5 mismatches those that hold a look-ahead. Each
# alternative begins with another character, so none of these can be matched in two ways.
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)")
_NAME = re.compile(
    r"""(?P<bare>[A-Za-z0-9_-]+)|(?P<basic>"(?:[^"\\\n]|\\.)*")|'(?P<literal>[^'\n]*)'"""
)
_TEXT = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'''
    r"""|'''(?:[^']|'(?!''))*'{3,5}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\s,\[\]{}#\"'=]+(?:[ ][0-9][0-9:.Z+-]*)?")


class LostError(Exception):
    """The text stopped being TOML, as far as the scanner can tell."""

    def __init__(self, line: int) -> None:
        """Keep the line on which the statement that was being read began."""
        super().__init__(line)
        self.line = line


class TooDeepError(Exception):
    """A key or a value is nested deeper than :data:`DEEPEST`."""

    def __init__(self, line: int) -> None:
        """Keep the line."""
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class Positions:
    """Where everything stands."""

    lines: dict[Key, int] = field(default_factory=dict)
    statements: list[tuple[int, bool]] = field(default_factory=list)
    """The first line of every statement, in order, and whether it opens a table."""
    repeated: list[tuple[Key, int]] = field(default_factory=list)
    """Keys and tables that were already there, with the line of the later one."""

    def line_of(self, key: Key) -> int:
        """Return the line of ``key``, or of the nearest thing around it that has one."""
        for length in range(len(key), 0, -1):
            line = self.lines.get(key[:length])
            if line is not None:
                return line
        return 1


def scan(text: str) -> Positions:
    r"""Find every key and array element of ``text``.

    Args:
        text: TOML with ``\n`` or ``\r\n`` line ends. It need not be valid; what tomllib
            accepts, the scanner understands.

    Returns:
        The positions; an array of tables is addressed by index, so the second
        ``[[rule]]``'s class is ``("rule", 1, "class")``.

    Raises:
        LostError: If the text is not TOML.
        TooDeepError: If it is nested too deeply to be read safely.
    """
    return _Scanner(text).run()


def place_of(key: Key) -> str:
    """Name ``key`` as the file does: ``class salary-list: keep``, ``rule 3: when.kind``."""
    if not key:
        return ""
    first, rest = str(key[0]), key[1:]
    owner = first
    if first in {"share", "class"} and rest:
        owner, rest = f"{first} {quoted(str(rest[0]))}", rest[1:]
    elif first in {"rule", "event", "review"} and rest and isinstance(rest[0], int):
        owner, rest = f"{first} {rest[0] + 1}", rest[1:]
    inner = ".".join(quoted(part) for part in rest if isinstance(part, str))
    return f"{owner}: {inner}" if inner else quoted(owner)


class _Scanner:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Positions()
        self.table: Key = ()
        self.arrays: dict[Key, int] = {}
        self.defined: set[Key] = set()
        self.statement_line = 1
        self._counted_to = 0
        self._line = 1

    def run(self) -> Positions:
        while True:
            self.skip(_GAP)
            if self.at >= len(self.text):
                return self.found
            self.statement_line = self.line()
            is_header = self.text[self.at] == "["
            self.found.statements.append((self.statement_line, is_header))
            if is_header:
                self.header()
            else:
                self.pair(self.table)
            if not _REST.match(self.text, self.at):
                raise LostError(self.statement_line)

    def line(self) -> int:
        """Count on to the present line; every line break is counted once."""
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def take(self, literal: str) -> bool:
        if self.text.startswith(literal, self.at):
            self.at += len(literal)
            return True
        return False

    def require(self, literal: str) -> None:
        if not self.take(literal):
            raise LostError(self.statement_line)

    def header(self) -> None:
        opens_array = self.take("[[")
        if not opens_array:
            self.require("[")
        names = self.names()
        self.require("]]" if opens_array else "]")
        self.table = self.address(names, opens_array=opens_array)
        self.note(self.table, self.statement_line)

    def address(self, names: tuple[str, ...], *, opens_array: bool) -> Key:
        """Put the present index after every name that is an array of tables."""
        key: Key = ()
        for depth, name in enumerate(names, start=1):
            key = (*key, name)
            self.found.lines.setdefault(key, self.statement_line)
            if opens_array and depth == len(names):
                self.arrays[key] = self.arrays.get(key, -1) + 1
            if key in self.arrays:
                key = (*key, self.arrays[key])
        return key

    def note(self, key: Key, line: int) -> None:
        """Remember where ``key`` is defined; a second time it is a repetition."""
        if key in self.defined:
            self.found.repeated.append((key, line))
            return
        self.defined.add(key)
        self.found.lines.setdefault(key, line)

    def names(self) -> tuple[str, ...]:
        """Read a dotted key."""
        names: list[str] = []
        while True:
            self.skip(_SPACE)
            match = _NAME.match(self.text, self.at)
            if match is None:
                raise LostError(self.statement_line)
            self.at = match.end()
            names.append(self.unquoted(match))
            if len(names) > DEEPEST:
                raise TooDeepError(self.line())
            self.skip(_SPACE)
            if not self.take("."):
                return tuple(names)

    def unquoted(self, match: re.Match[str]) -> str:
        if match["basic"] is None:
            return match["bare"] or match["literal"] or ""
        if "\\" not in match["basic"]:
            return match["basic"][1:-1]
        try:
            return str(tomllib.loads(f"name = {match['basic']}")["name"])
        except tomllib.TOMLDecodeError:
            raise LostError(self.statement_line) from None

    def pair(self, owner: Key) -> None:
        """Read ``key = value`` and everything inside the value."""
        key = self.key(owner)
        self.require("=")
        self.skip(_SPACE)
        self.value(key)

    def key(self, owner: Key) -> Key:
        self.skip(_SPACE)
        line = self.line()
        names = self.names()
        for length in range(1, len(names)):
            self.found.lines.setdefault((*owner, *names[:length]), line)
        key = (*owner, *names)
        self.note(key, line)
        return key

    def value(self, key: Key) -> None:
        """Read a value, with a stack of our own instead of recursion."""
        open_values = [self.inside(key)]
        while open_values:
            inner = next(open_values[-1], None)
            if inner is None:
                open_values.pop()
                continue
            if len(open_values) > DEEPEST:
                raise TooDeepError(self.line())
            open_values.append(self.inside(inner))

    def inside(self, key: Key) -> Iterator[Key]:
        """Read one value; yield the key of each value inside it when it is that one's turn."""
        if self.take("["):
            yield from self.elements(key)
        elif self.take("{"):
            yield from self.members(key)
        else:
            match = _TEXT.match(self.text, self.at) or _PLAIN.match(self.text, self.at)
            if match is None:
                raise LostError(self.statement_line)
            self.at = match.end()

    def elements(self, key: Key) -> Iterator[Key]:
        index = 0
        while True:
            self.skip(_GAP)
            if self.take("]"):
                return
            element = (*key, index)
            self.found.lines[element] = self.line()
            yield element
            index += 1
            self.skip(_GAP)
            if not self.take(","):
                self.require("]")
                return

    def members(self, key: Key) -> Iterator[Key]:
        self.skip(_SPACE)
        if self.take("}"):
            return
        while True:
            member = self.key(key)
            self.require("=")
            self.skip(_SPACE)
            yield member
            self.skip(_SPACE)
            if not self.take(","):
                self.require("}")
                return
