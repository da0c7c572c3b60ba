"""What a document is: scored lexicons, the columns of its tables, and whom it names.

A word of the lexicon makes a guess; evidence makes a kind. A salary list lists persons and their
pay; a template or a policy *about* salary lists names nobody, and is none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from gallra.detect.lexicon import alternatives
from gallra.detect.tables import Table
from gallra.detect.verdict import PERSONAL, Mark
from gallra.detect.wording import Screen, Words
from gallra.model.finding import DOCUMENT_KINDS, Subject

THRESHOLD = 0.5
TITLED = 0.4
"""What a word in the title, or in the name, gives."""
_HEAD = 1_500
"""Characters that count as title and introduction."""
_SAMPLE = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    words: Words
    """In the name or the head: the document says what it is."""
    hints: Words
    """Anywhere: three different ones say as much."""
    least_people: int = 1


_LEAST_PEOPLE = {
    "salary-list": 2,
    "member-register": 2,
    "participant-list": 2,
    "invitation": 0,
    "accounting": 0,
}
"""Persons without whom a document is none of a kind; of the others one."""
_KINDS = {
    kind: _Kind(
        words=Words(alternatives("kinds", f"{kind} titles")),
        hints=Words(alternatives("kinds", f"{kind} hints")),
        least_people=_LEAST_PEOPLE.get(kind, 1),
    )
    for kind in sorted(DOCUMENT_KINDS)
}
_TEMPLATE = Words(alternatives("kinds", "templates"))
_ENCLOSED = Words(alternatives("kinds", "enclosed"))
_COVER = 600
"""A letter that only says what is enclosed is not itself the list or the minutes."""


def subjects_of(
    text: str,
    *,
    name: str,
    marks: Sequence[Mark],
    tables: Iterable[Table],
    is_message: bool = False,
) -> tuple[Subject, ...]:
    """Return the kinds of document that ``text`` is, best first, each scored 0.5 or more."""
    head = _spaced(name).encode("utf-8", "replace")
    intro = text[:_HEAD].encode("utf-8", "replace")
    sample = text[:_SAMPLE].encode("utf-8", "replace")
    counts = Counter(mark.entity for mark in marks)
    people = max(
        counts["PERSON"],
        sum(counts[each] for each in PERSONAL if each not in {"PERSON", "MEMBER_NUMBER"}),
    )
    roles: Counter[str] = Counter()
    for table in tables:
        for role in set(table.roles):
            roles[role] = max(roles[role], table.row_count)
    in_head, in_intro = set(_TITLES.occurring(head)), set(_TITLES.occurring(intro))
    hinted = set(_HINTS.occurring(sample))
    is_template = _SAYS_TEMPLATE in in_head or _SAYS_TEMPLATE in in_intro
    is_case = _SAYS_CASE in in_intro and _CASE_NUMBER.search(text[:_HEAD]) is not None
    is_cover = is_message and len(text) < _COVER and _ENCLOSED.search(intro) is not None
    found: list[Subject] = []
    for place, (code, kind) in enumerate(_KINDS.items()):
        if people < kind.least_people:
            continue
        score = 0.4 * (place in in_head) + (_of_words(kind, intro) if place in in_intro else 0.0)
        if code == "accounting" and score < TITLED:
            continue  # an invoice is mentioned in many a letter
        if place in hinted:
            score += min(0.3, 0.1 * _different(kind.hints, sample))
        score += _evidence(code, counts, roles, people, is_case=is_case)
        if is_cover:
            score -= 0.6
        if is_template and people <= 2:  # noqa: PLR2004 - its author and a contact
            score -= 0.4
        if score >= THRESHOLD:
            found.append(Subject(kind=code, score=round(min(1.0, score), 2)))
    return tuple(sorted(found, key=lambda each: (-each.score, each.kind)))


def _spaced(name: str) -> str:
    return re.sub(r"[_\-.!]+", " ", name)


def _different(hints: Words, sample: bytes) -> int:
    """Count different hints, up to three: no more are needed, nor are more looked for."""
    found: set[bytes] = set()
    for match in islice(hints.finditer(sample), 50):
        found.add(match.group(1).lower()[:6])
        if len(found) >= 3:  # noqa: PLR2004 - enough
            break
    return len(found)


def _of_words(kind: _Kind, intro: bytes) -> float:
    match = kind.words.search(intro)
    if match is None:
        return 0.0
    line_start = intro.rfind(b"\n", 0, match.start(1)) + 1
    line_end = intro.find(b"\n", match.start(1))
    line = intro[line_start : line_end if line_end >= 0 else len(intro)]
    is_title = len(line) <= 120 and intro.count(b"\n", 0, match.start(1)) <= 3  # noqa: PLR2004 - near the top
    return TITLED if is_title else 0.1


_CASE_NUMBER = re.compile(
    r"(?:ärende|sak|saka|saken|saksnr\.?|ärendenr\.?|case)[ :]+(?:nr\.? ?)?"
    r"(?:19|20)\d\d[-/]\d{1,4}(?!\d)",
    re.IGNORECASE,
)


_SAYS_TEMPLATE = len(_KINDS)
_SAYS_CASE = _SAYS_TEMPLATE + 1
_TITLES = Screen(
    [
        *(kind.words.pattern for kind in _KINDS.values()),
        _TEMPLATE.pattern,
        r"(?:ärende|sak|case)[^\n]*(?:19|20)[0-9][0-9][-/][0-9]",
    ]
)
_HINTS = Screen(kind.hints.pattern for kind in _KINDS.values())


def _evidence(  # noqa: C901, PLR0911 - a table of kinds
    code: str, counts: Counter[str], roles: Counter[str], people: int, *, is_case: bool
) -> float:
    """Return what tables and findings say for a kind, or against it."""
    named = max(roles["name"], roles["member"], roles["first-name"], roles["last-name"])
    if code == "salary-list":
        paid = min(counts["SALARY"], people)
        if roles["salary"] and paid >= 2:  # noqa: PLR2004 - a list
            return 0.6
        return 0.2 if paid >= 3 else 0.1 if paid == 2 else -0.4  # noqa: PLR2004 - as above
    if code == "member-register":
        if roles["member-number"] and people >= 2:  # noqa: PLR2004 - a list
            return 0.6
        listed = counts["MEMBER_NUMBER"] >= 3 or (named >= 3 and people >= 3)  # noqa: PLR2004 - as above
        return 0.2 if listed else -0.3
    if code in {"participant-list", "new-employees", "recruiting-list", "conflict-preparedness"}:
        return 0.2 if named >= 2 or people >= 3 else 0.0 if code != "participant-list" else -0.2  # noqa: PLR2004 - a list
    if code == "case":
        if is_case:
            return 0.5
        if people > 15 or named >= 5:  # noqa: PLR2004 - a case has few persons
            return -0.2
        return 0.3 if counts["HEALTH"] or counts["UNION_MEMBERSHIP"] else 0.0
    if code == "minutes":
        return -0.4 if is_case else 0.0
    if code == "accounting":
        return 0.1 * bool(
            counts["SE_BANKGIRO"]
            + counts["SE_PLUSGIRO"]
            + counts["SE_ORGANISATIONSNUMMER"]
            + counts["NO_ORGANISASJONSNUMMER"]
        )
    return 0.0
