"""From the bytes of a rules.toml to its values, or as many of them as can be read.

A mistake in TOML's grammar stops ``tomllib`` where it stands. Here the statement that holds
it is put aside and the rest is read again, so that one missing quotation mark does not hide
the other mistakes of the file.
"""

import re
import tomllib
from dataclasses import dataclass

from gallra.model.message import Message, said
from gallra.rules.complaint import WHOLE_FILE, Complaint, quoted
from gallra.rules.positions import Key, LostError, Positions, TooDeepError, place_of, scan

LARGEST_BYTES = 1_048_576
"""A thousand times the work of a diligent volunteer; more is not a rules.toml."""
LONGEST_LINE = 4_000
MOST_BROKEN = 10
"""After so many statements that cannot be read, no further ones are looked for."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_OPENING = re.compile(r"[ \t]*(?:(\[)|[A-Za-z0-9_.\"'-]+[ \t]*=)")

_EXPLANATIONS: tuple[tuple[str, Message], ...] = (
    (
        "Expected newline or end of document after a statement",
        said(
            "this line goes on after its value has ended: a text stands in quotation marks, "
            'as in keep = "4 years"'
        ),
    ),
    (
        "Invalid value",
        said(
            "the value cannot be read: a text stands in straight quotation marks, "
            'as in mode = "observe"'
        ),
    ),
    (
        "Expected '=' after a key",
        said('after a key stands = and a value, as in keep = "4 years"'),
    ),
    (
        "Invalid initial character for a key part",
        said("a key holds only a to z, 0 to 9, - and _; anything else stands in quotation marks"),
    ),
    (
        "Invalid statement",
        said("this is neither a [table], nor a key = value, nor a # comment"),
    ),
    ("Expected ']", said("the name of a table ends with ], and with ]] where it began with [[")),
    ("Illegal character '\\n'", said("the quotation mark that ends the text is missing")),
    ('Expected "\'"', said("the quotation mark that ends the text is missing")),
    ("Unterminated string", said("the quotation mark that ends the text is missing")),
    ("Expected \"'''\"", said("the three quotation marks that end the text are missing")),
    ('Expected \'"""\'', said("the three quotation marks that end the text are missing")),
    ("Unclosed array", said("the ] that ends the list is missing, or a comma in it")),
    ("Unclosed inline table", said("the }} that ends the table is missing, or a comma in it")),
    (
        "Unescaped '\\'",
        said("a \\ in a text is written twice, or the text stands in single quotation marks"),
    ),
    ("Invalid hex value", said("a \\ in a text is written twice")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of a file."""

    document: dict[str, object]
    positions: Positions
    complaints: tuple[Complaint, ...]
    broken_lines: tuple[int, ...] = ()
    """First lines of the statements that were put aside, ascending."""
    is_table_missing: bool = False
    """Whether a whole table was put aside, so that what refers to it is not to blame."""

    def is_hurt(self, first: int, end: int) -> bool:
        """Tell whether a statement from line ``first`` up to ``end`` was put aside."""
        return any(first <= line < end for line in self.broken_lines)


def read(content: bytes) -> Reading:
    """Read ``content``, and say all that is wrong with its bytes and its grammar.

    Never raises: what cannot be read becomes a complaint, and at worst the document is empty.
    """
    if len(content) > LARGEST_BYTES:
        limit = said("the file is larger than {limit} bytes", limit=LARGEST_BYTES)
        return _nothing(Complaint(line=WHOLE_FILE, message=limit))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        utf16 = said("the file is saved as UTF-16; save it as UTF-8")
        return _nothing(Complaint(line=1, message=utf16))
    raw = content.removeprefix(b"\xef\xbb\xbf")
    complaints = list(_undecodable(raw))
    if len(complaints) > MOST_BROKEN:
        return _nothing(*complaints[:MOST_BROKEN])
    lines = raw.decode("utf-8", "replace").split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            long = said("the line is longer than {limit} characters", limit=LONGEST_LINE)
            complaints.append(Complaint(line=number, message=long))
            return _nothing(*complaints)
    return _read_around_mistakes(lines, complaints)


def _nothing(*complaints: Complaint) -> Reading:
    return Reading(document={}, positions=Positions(), complaints=complaints, is_table_missing=True)


def _undecodable(raw: bytes) -> tuple[Complaint, ...]:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        pass  # each line says for itself what is wrong with it
    else:
        return ()
    found: list[Complaint] = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"0x{line[error.start]:02X}"
            message = said("the byte {byte} is not UTF-8; save the file as UTF-8", byte=byte)
            found.append(Complaint(line=number, message=message))
    return tuple(found)


def _read_around_mistakes(lines: list[str], complaints: list[Complaint]) -> Reading:
    broken: list[int] = []
    is_table_missing = False
    while True:
        text = "\n".join(lines)
        lost_line: int | None = None
        positions = Positions()
        try:
            positions = scan(text)
        except TooDeepError as error:
            deep = said("names or brackets are nested too deeply to be meant")
            complaints.append(Complaint(line=error.line, message=deep))
            return _nothing(*complaints)
        except LostError as error:
            lost_line = error.line
        repeated = _repetitions(positions)
        if repeated:
            complaints.extend(repeated)
            at = [complaint.line for complaint in repeated]
        else:
            try:
                document = tomllib.loads(text)
            except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
                mistake = _mistake(error, lost_line, len(lines))
                complaints.append(mistake)
                at = [mistake.line]
            else:
                return Reading(
                    document=document,
                    positions=positions,
                    complaints=tuple(complaints),
                    broken_lines=tuple(sorted(broken)),
                    is_table_missing=is_table_missing,
                )
        for line in at:
            first, opens_table = _put_aside(lines, line, lost_line)
            broken.append(first)
            is_table_missing = is_table_missing or opens_table
        if len(broken) >= MOST_BROKEN:
            return _nothing(*complaints)


def _repetitions(positions: Positions) -> list[Complaint]:
    found: dict[int, Complaint] = {}
    tables: set[Key] = set()
    headers = {line for line, opens_table in positions.statements if opens_table}
    for key, line in positions.repeated:
        if any(key[:length] in tables for length in range(1, len(key))):
            continue  # a table that comes twice is said once, not for each of its keys
        if line in headers:
            tables.add(key)
        message = said(
            "{where}: already stands on line {first}",
            where=place_of(key),
            first=positions.line_of(key),
        )
        found.setdefault(line, Complaint(line=line, message=message))
    return list(found.values())


def _mistake(error: Exception, lost_line: int | None, line_count: int) -> Complaint:
    problem = str(error)
    place = _PLACE.search(problem)
    line = int(place[1]) if place and place[1] else (lost_line or line_count)
    if problem.startswith("Unclosed") and lost_line is not None:
        line = lost_line  # tomllib notices it only where the next statement begins
    for beginning, explanation in _EXPLANATIONS:
        if problem.startswith(beginning):
            return Complaint(line=line, message=explanation)
    if place is not None:
        problem = problem[: place.start()]
    return Complaint(
        line=line, message=said("this is not TOML: {problem}", problem=quoted(problem))
    )


def _put_aside(lines: list[str], line: int, lost_line: int | None) -> tuple[int, bool]:
    """Blank the statement around ``line``; a table's name takes all of its table along.

    Args:
        lines: Of the whole file; changed in place.
        line: Where the mistake was noticed.
        lost_line: Where the statement began that the scanner could not follow, if it was lost.

    Returns:
        The line on which the statement began, and whether it opened a table.
    """
    first = line
    if lost_line is not None and lost_line <= line:
        first = lost_line
    while first > 1 and not _OPENING.match(lines[first - 1]) and lines[first - 2].strip():
        first -= 1
    opening = _OPENING.match(lines[first - 1])
    opens_table = bool(opening and opening[1]) and "=" not in lines[first - 1].partition("]")[0]
    chunk = "\n".join(lines[first - 1 : line])
    is_open = (
        chunk.count("[") > chunk.count("]")
        or chunk.count("{") > chunk.count("}")
        or chunk.count('"""') % 2
        or chunk.count("'''") % 2
    )
    end = line
    while end < len(lines) and (opens_table or is_open):
        following = _OPENING.match(lines[end])
        if following and (following[1] or not opens_table):
            break
        end += 1
    lines[first - 1 : end] = [""] * (end - first + 1)
    return first, opens_table
