"""What the columns of a list of members are: by their headings, else by what stands in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gallra.detect.columns import role_of
from gallra.duties.member_lines import birth_of, mails_in

_REMARK: Final = re.compile(r"\(.*?\)|\[.*?\]|[*:#]+|\bprivat\b|\barbete\b|\bjobb\b|\bhem\b")
_MORE: Final = (
    (
        "left",
        re.compile(
            r"(?:utträdes?(?:datum)?|utträdd|utmeldt?(?:[ -]?dato)?|utmeldings-?dato|utmeld"
            r"|left(?: on)?|leaving date|utgått|medlem (?:till och med|t\.?o\.?m\.?|til)"
            r"|member until)"
        ),
    ),
    ("status", re.compile(r"(?:medlems)?status|membership status|medlemskap")),
    ("first-name", re.compile(r"förnamn(?:en)?|fornavn.*|förstanamn|firstname|given names?")),
    ("last-name", re.compile(r"efternamn.*|etternavn.*|slektsnavn|släktnamn|lastname|family name")),
    ("name", re.compile(r"medlemsnamn|medlemsnavn|member name|namn på medlem|navn på medlem")),
    (
        "personal-number",
        re.compile(
            r"(?:personnummer|person-?id|fødselsnr\.?|personnr\.?|ssn|national identity number"
            r"|personal id|fødsels- og personnummer|f\.?nr\.?|pers\.?nummer)"
        ),
    ),
    (
        "member-number",
        re.compile(r"medl\.?(?:em)?s?[- ]?(?:nr|no|nummer|id)\.?|member(?:ship)?[- #]?"),
    ),
    (
        "email",
        re.compile(r"e[- ]?(?:post|mail)s?(?:[- ]?add?ress[ae]?)?(?: \d)?|mail(?:add?ress)?"),
    ),
    ("phone", re.compile(r"(?:mobil|tele?fon|tlf|tel|phone)\w*\.?(?: \d)?")),
    ("birth", re.compile(r"födelse(?:datum|tid|dag)|fødsels-?(?:dato|tid)|født|född|birth.*|fødd")),
)
_FEWEST_ROLES: Final = 2
_MOST_OF_COLUMN: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One column."""

    heading: str
    """As written."""
    role: str = ""
    """What stands below it; ``""``: something else."""


def heads_of(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[Head, ...]]:
    """Return which of the first rows holds the headings, and what they say; none: -1 and ()."""
    best, most = -1, 0
    found: tuple[Head, ...] = ()
    for index, cells in enumerate(rows):
        heads = tuple(Head(heading=cell.strip(), role=_role(cell)) for cell in cells)
        count = len({head.role for head in heads if head.role})
        is_data = any(birth_of(cell)[0] or mails_in(cell) for cell in cells)
        if count >= _FEWEST_ROLES and count > most and not is_data:
            best, found, most = index, heads, count
    return best, found


def inferred(heads: tuple[Head, ...], rows: Sequence[Sequence[str]]) -> tuple[Head, ...]:
    """Return the columns, with those that no heading explains told by what stands in them."""
    width = max([len(heads), *(len(cells) for cells in rows)], default=0)
    roles = {head.role for head in heads}
    columns: list[Head] = []
    for index in range(width):
        head = heads[index] if index < len(heads) else Head(heading="")
        if not head.role:
            values = [cells[index].strip() for cells in rows if index < len(cells)]
            role = _role_of_values([each for each in values if each])
            if role and role not in roles:
                head = Head(heading=head.heading, role=role)
                roles.add(role)
        columns.append(head)
    if not heads and "name" not in roles and roles - {""}:
        columns = _with_names(columns, rows)
    return tuple(columns)


def _role(cell: str) -> str:
    text = " ".join(_REMARK.sub(" ", cell.casefold()).split()).strip(" .-")
    if not text:
        return ""
    for role, pattern in _MORE:
        if pattern.fullmatch(text):
            return role
    return role_of(text) or role_of(cell.strip())


def _role_of_values(values: Sequence[str]) -> str:
    if len(values) < _FEWEST_ROLES:
        return ""
    least = _MOST_OF_COLUMN * len(values)
    if sum(1 for each in values if birth_of(each)[1]) >= least:
        return "personal-number"
    return "email" if sum(1 for each in values if mails_in(each)) >= least else ""


def _with_names(columns: list[Head], rows: Sequence[Sequence[str]]) -> list[Head]:
    """Let the first column of two words or more be the names, in a list without headings."""
    for index, head in enumerate(columns):
        values = [cells[index].strip() for cells in rows if index < len(cells)]
        filled = [each for each in values if each]
        words = [each for each in filled if len(each.split()) > 1 and not re.search(r"[\d@]", each)]
        if not head.role and filled and len(words) >= _MOST_OF_COLUMN * len(filled):
            columns[index] = Head(heading=head.heading, role="name")
            break
    return columns
