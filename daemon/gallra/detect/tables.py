"""Tables in text: a header row says what stands below it, however far down."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from gallra.detect.recognizer import Cell

_ROLES: tuple[tuple[str, str], ...] = (
    ("personal-number", r"person-?(?:nummer|nr)\.?|pers\.?nr\.?|p-?nr|pnr|fødsels-?(?:nummer|nr)\.?"
     r"|fnr|personnr\.?|samordningsnummer|d-nummer|fødselsnummer .{0,12}|personnummer .{0,12}|f[øo]dselsn\w+"
     r"|personal (?:identity )?number|national id"),
    ("organisation-number", r"org\.?-?(?:nr|nummer)\.?|organisations(?:nummer|nr)|organisasjonsnummer"),
    ("member-number", r"medlems?-?\s?(?:nummer|nr|id)\.?|member(?:ship)? ?(?:no|number|id)\.?|förbundsnummer|forbundsnr\.?"),
    ("employee-number", r"anst\.?-?\s?(?:nr|nummer)\.?|anställnings-?(?:nr|nummer|id)|ansatt-?(?:nr|nummer|id)\.?"
     r"|tilsett-?(?:nr|nummer)|employee ?(?:no|number|id)"),
    ("first-name", r"för-?namn|fornavn|fornamn|førenamn|given name|first ?name|tilltalsnamn"),
    ("last-name", r"efter-?namn|etternavn|etternamn|surname|last ?name|familienavn"),
    ("name", r"namn|navn|name|full(?:t|ständigt) (?:namn|navn)|medlem|deltagare|deltaker|deltakar|anställd"
     r"|ansatt|tilsett|medarbetare|medarbeider|medarbeidar|person|kandidat|sökande|søker|søkjar|member|employee"
     r"|för- och efternamn|for- og etternavn|participant|kontaktperson"),
    ("birth", r"född|født|fødd|födelse(?:datum|dag)|fødsels-?(?:dato|dag)|date of birth|birth ?date|dob|f\.dato|fødd dato"),
    ("salary", r"(?:\w{0,14}(?:lön|lønn|løn|salary|lönen|lønnen|lønna))(?: (?:\(?(?:kr|sek|nok|per|pr|før|före|efter|etter|\d{4}|ny|ny\w*|gammal|gammel)[^;\t|]{0,16})?)?"
     r"|ny lön|ny lønn|(?:nuvarande|nåværende|noverande|gammal|gammel|dagens|current|old|new) (?:lön|lønn|løn|salary)"
     r"|(?:lön|lønn|løn)\.?(?: \d{4})?|(?:lönepåslag|lønnstillegg|lønstillegg|påslag|tillegg|revision|utfall)"),
    ("phone", r"tele?fon(?:nummer|nr)?|tel\.?|tlf\.?(?:nr)?|mobil(?:nummer|nr|telefon|tlf)?\.?|phone|mobile|cell"),
    ("email", r"e-?-?(?:post|mail|epost)(?:adress|adresse)?|mail|epost(?:adress|adresse)?"),
    ("account", r"konto(?:nr|nummer)?\.?|bankkonto(?:nr|nummer)?|lønnskonto|lönekonto|account"),
    ("bankgiro", r"bankgiro|bg"),
    ("plusgiro", r"plusgiro|pg|postgiro"),
    ("address", r"(?:post|bostads|gate|gatu|hem)?adress\w?|postort|poststed|poststad|postnr|address|gate|gata"),
    ("other-number", r"(?:faktura|ordre|order|serie|artikel|art\.?|vare|kund|kunde|ärende|saks|sak|bilag|ref|verifikat(?:ions)?|ver\.?|kid|ocr|inventarie)[-. ]?(?:nr|nummer|id|no)?\.?"),
    ("note", r"anmärkning\w*|kommentar\w*|merknad\w*|merknader|notering\w*|frånvaro\w*|fravær\w*|fråvær\w*|status|orsak|årsak|notes?|remarks?"),
)  # fmt: skip
_ROLE = re.compile(
    "|".join(f"(?P<r{number}>{words})" for number, (_, words) in enumerate(_ROLES)), re.IGNORECASE
)
_SEPARATORS = ("\t", ";", "|", ",")
_LONGEST_LINE = 4000
_SEPARATOR = re.compile(r"[\t;|,]")
_HEADER_HINT = re2.compile(
    r"(?im)^[^\n]*(?:namn|navn|name|nr|nummer|number|l[öø]n|salary|medlem|anst|ansat|person|f[öø]d|mail"
    r"|post|telef|tlf|mobil|konto|adres|delta|kandidat|s[öø]k|member|employee)[^\n]*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where a table stands in the text, its columns, and its cells that have a role."""

    start: int
    end: int
    roles: tuple[str, ...]
    cells: tuple[Cell, ...]
    row_count: int


def tables(text: str) -> Iterator[Table]:
    """Yield the tables of ``text`` that have a header row, in order.

    A header is a line of at least two short cells of which at least two, or one that names a
    kind of number, are known words; it holds for the lines below that are split the same way.
    """
    length = len(text)
    row = 0
    position = 0
    for start, end in _separated_lines(text):
        if start < position:
            continue
        position = end + 1
        line = text[start:end]
        found = _header(line)
        if found is None:
            continue
        mark, roles = found
        cells: list[Cell] = []
        rows = 0
        last = end
        while position < length:
            stop = text.find("\n", position)
            stop = length if stop < 0 else stop
            if stop - position > _LONGEST_LINE or mark not in text[position:stop]:
                break
            row += 1
            rows += 1
            _cut(text, position, stop, mark, roles, row, cells)
            last = stop
            position = stop + 1
        if rows:
            yield Table(start=start, end=last, roles=roles, cells=tuple(cells), row_count=rows)


def _separated_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that may be headers: those with a word for a column and a separator."""
    for match in _HEADER_HINT.finditer(text):
        start, end = match.span()
        if end - start <= _LONGEST_LINE and _SEPARATOR.search(text, start, end):
            yield start, end


def _header(line: str) -> tuple[str, tuple[str, ...]] | None:
    for mark in _SEPARATORS:
        if mark not in line:
            continue
        names = [name.strip(" \"'*:") for name in line.split(mark)]
        if any(len(name) > 40 for name in names):  # noqa: PLR2004 - a cell, not a sentence
            return None
        roles = tuple(_role(name) for name in names)
        known = sum(1 for role in roles if role)
        if known >= 2 or (known == 1 and len(names) >= 2 and mark != ","):  # noqa: PLR2004 - two make a header
            if any(re.search(r"\d{5}|@", name) for name in names):
                return None
            return mark, roles
        return None
    return None


def _role(name: str) -> str:
    match = _ROLE.fullmatch(name)
    if match is None or match.lastgroup is None:
        return ""
    return _ROLES[int(match.lastgroup[1:])][0]


def _cut(  # noqa: PLR0913, PLR0917 - one row's place, and where its cells go
    text: str,
    start: int,
    stop: int,
    mark: str,
    roles: tuple[str, ...],
    row: int,
    cells: list[Cell],
) -> None:
    position = start
    for role in roles:
        end = text.find(mark, position, stop)
        end = stop if end < 0 else end
        if role:
            first, last = position, end
            while first < last and text[first] in ' "':
                first += 1
            while last > first and text[last - 1] in ' "\r':
                last -= 1
            if first < last:
                cells.append(Cell(first, last, role, row))
        if end >= stop:
            return
        position = end + 1
