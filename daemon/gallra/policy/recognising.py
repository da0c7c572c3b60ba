"""Where a text speaks of a person: precise spans, and how much each of them says.

Works on text in memory, together with what detection found in it; keeps and returns none of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from gallra.model.access import Person
from gallra.model.entities import IDENTIFYING
from gallra.model.finding import Finding
from gallra.policy.name_forms import (
    ENDINGS,
    PARTICLES,
    Form,
    Strength,
    forms_of,
    readings,
    sounding,
    spelled,
)

BIRTH_NUMBERS: Final = frozenset(
    {"SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER", "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER"}
)
_TELLING: Final = BIRTH_NUMBERS | {"MEMBER_NUMBER", "EMAIL_ADDRESS"}
"""Entities of which a person mostly has one: another's, on one line with a name, says namesake."""
_BETWEEN: Final = r"(?:[\s\u00a0]{1,3}|[ \t]*[;\t|\"]{1,3}[ \t]*|-|(?<=[^\s]),(?=[^\s]))"
_TURNED: Final = r"(?:[\s\u00a0]{1,3}|[ \t]*[;\t|\"]{1,3}[ \t]*|-|[ \t]*,[\s\u00a0]{0,2})"
_ENDING: Final = "(?:" + "|".join(re.escape(each) for each in ENDINGS if each) + ")?"
_LONGEST_GAP: Final = r"[\s\u00a0.\u2010-\u2015-]{0,3}"
_CAPITAL: Final = re.compile(r"(?<!\w)[^\W\d_a-zåäöæø][\w'\u2019-]*[ \u00a0]\Z")
_NEXT_CAPITAL: Final = re.compile(r"[ \u00a0][^\W\d_a-zåäöæø][^\W\d_]+")
_DECOMPOSED: Final = {
    "å": "a\u030a",
    "ä": "a\u0308",
    "ö": "o\u0308",
    "é": "e\u0301",
    "ü": "u\u0308",
}
_SHORTEST_MEMBER: Final = 5
_BIRTH_LENGTH: Final = 12


class Sort(StrEnum):
    """What a span is."""

    IDENTIFIER = "identifier"
    FULL_NAME = "full-name"
    PART_NAME = "part-name"
    SURNAME = "surname"
    GIVEN_NAME = "given-name"
    ADDRESS = "address"
    NAMESAKE = "namesake"
    """Their name, and beside it the number of somebody else."""


SAYS_WHO: Final = frozenset({Sort.IDENTIFIER, Sort.FULL_NAME})
_BY_STRENGTH: Final = {
    Strength.FULL: Sort.FULL_NAME,
    Strength.PART: Sort.PART_NAME,
    Strength.SURNAME: Sort.SURNAME,
    Strength.GIVEN: Sort.GIVEN_NAME,
}
_RANK: Final = {sort: rank for rank, sort in enumerate(Sort)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One span that speaks of the person."""

    start: int
    end: int
    sort: Sort
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Everything by which one person is recognised, compiled."""

    patterns: tuple[tuple[Sort, str, re.Pattern[str]], ...]
    digests: Mapping[tuple[str, str], Sort]
    """By entity and digest, as detection makes them."""
    surnames: tuple[str, ...] = ()
    """One of them, case-folded, stands wherever the full name does, or all but its first name."""

    def of_names(self) -> "Likeness":
        """Return what recognises the names alone."""
        return replace(self, patterns=tuple(e for e in self.patterns if e[1] == "PERSON"))

    def of_numbers(self) -> "Likeness":
        """Return what recognises numbers and addresses alone."""
        return replace(self, patterns=tuple(e for e in self.patterns if e[1] != "PERSON"))


def likeness_of(person: Person, digests: Mapping[tuple[str, str], Sort]) -> Likeness:
    """Return what ``person`` is recognised by.

    Args:
        person: Who, in clear text.
        digests: Keyed digests of the same, and of every form of the names.
    """
    patterns = [
        (Sort.IDENTIFIER, entity, re.compile(pattern, re.IGNORECASE))
        for entity, value in person.identifiers
        if (pattern := _number(entity, value))
    ]
    patterns += [
        (Sort.ADDRESS, "POSTAL_ADDRESS", re.compile(_postal(address), re.IGNORECASE))
        for address in person.addresses
        if address.strip()
    ]
    by_strength: dict[Strength, dict[str, None]] = {}
    for name in person.names:
        for form in forms_of(name):
            by_strength.setdefault(form.strength, {})[_name(form)] = None
    for strength, written in sorted(by_strength.items(), reverse=True):
        pattern = rf"(?<![\w@.-])(?:{'|'.join(written)}){_ENDING}(?![\w@]|[.-]\w)"
        patterns.append((_BY_STRENGTH[strength], "PERSON", re.compile(pattern, re.IGNORECASE)))
    surnames = {
        spelling
        for name in person.names
        for read in readings(name)
        for word in read.surname or read.given
        for spelling in (*spelled(word), *sounding(word))
    }
    return Likeness(patterns=tuple(patterns), digests=digests, surnames=tuple(sorted(surnames)))


def hits_in(text: str, findings: Sequence[Finding], likeness: Likeness) -> tuple[Hit, ...]:
    """Return where ``text`` speaks of the person, in order, no two overlapping.

    A part of the name inside somebody else's name is nobody's hit; a name on one line with
    somebody else's number is a namesake's.

    Args:
        text: Of one part.
        findings: What detection found in it, with digests.
        likeness: Of whom.
    """
    raw = [
        Hit(start=each.start, end=each.end, sort=sort, entity=each.entity)
        for each in findings
        if each.digest and (sort := likeness.digests.get((each.entity, each.digest)))
    ]
    for sort, entity, pattern in likeness.patterns:
        raw += [
            Hit(start=match.start(), end=match.end(), sort=sort, entity=entity)
            for match in pattern.finditer(text)
            if entity != "PERSON" or _is_name(text, match.start(), match.end())
        ]
    kept: list[Hit] = []
    for hit in sorted(raw, key=lambda each: (_RANK[each.sort], each.start - each.end, each.start)):
        if any(hit.start < other.end and other.start < hit.end for other in kept):
            continue
        kept.append(hit)
    others = [
        each for each in findings
        if not any(each.start < hit.end and hit.start < each.end and not _is_inside(hit, each)
                   for hit in kept)
    ]  # fmt: skip
    persons = [each for each in others if each.entity == "PERSON"]
    kept = [hit for hit in kept if not _is_of_another(hit, text, persons)]
    telling = [
        each for each in findings
        if each.entity in _TELLING
        and not any(each.start < hit.end and hit.start < each.end for hit in kept)
    ]  # fmt: skip
    kept.sort(key=lambda each: each.start)
    return tuple(_doubted(hit, text, kept, telling) for hit in kept)


def foreign_in(findings: Sequence[Finding], hits: Sequence[Hit]) -> Iterator[Finding]:
    """Yield the findings that name, or number, somebody else."""
    own = [hit for hit in hits if hit.sort is not Sort.NAMESAKE]
    for each in findings:
        if each.entity in IDENTIFYING and not any(
            each.start < hit.end and hit.start < each.end for hit in own
        ):
            yield each


def _is_inside(hit: Hit, finding: Finding) -> bool:
    """Tell whether a part of a name stands within a longer name."""
    return (
        hit.sort in {Sort.PART_NAME, Sort.SURNAME, Sort.GIVEN_NAME}
        and finding.entity == "PERSON"
        and finding.start <= hit.start
        and hit.end <= finding.end
        and finding.end - finding.start > hit.end - hit.start + 1
    )


def _is_of_another(hit: Hit, text: str, persons: Sequence[Finding]) -> bool:
    if hit.sort in {Sort.PART_NAME, Sort.SURNAME, Sort.GIVEN_NAME}:
        if any(_is_inside(hit, each) for each in persons):
            return True
        if hit.sort is not Sort.PART_NAME:
            # a word of a name that detection did not see as one: Erik Ås, Anna Lind
            before, after = text[max(0, hit.start - 40) : hit.start], text[hit.end : hit.end + 40]
            if hit.sort is Sort.SURNAME and _CAPITAL.search(before) and hit.entity == "PERSON":
                return True
            return hit.sort is Sort.GIVEN_NAME and _NEXT_CAPITAL.match(after) is not None
    return False


def _doubted(hit: Hit, text: str, kept: Sequence[Hit], telling: Sequence[Finding]) -> Hit:
    """Return ``hit``, as a namesake's where its line has somebody else's number and not theirs."""
    if hit.sort not in {Sort.FULL_NAME, Sort.PART_NAME}:
        return hit
    start = text.rfind("\n", 0, hit.start) + 1
    end = text.find("\n", hit.end)
    end = len(text) if end < 0 else end
    if any(start <= each.start < end and each.sort is Sort.IDENTIFIER for each in kept):
        return hit
    beside = [each for each in telling if start <= each.start < end]
    if any(_is_beside(hit, each, text, start, end) for each in beside):
        return replace(hit, sort=Sort.NAMESAKE)
    return hit


def _is_beside(hit: Hit, finding: Finding, text: str, start: int, end: int) -> bool:
    """Tell whether a number belongs to this name: nothing else that is named lies nearer."""
    if end - start > 300 and abs(finding.start - hit.end) > 80:  # noqa: PLR2004 - a line of prose, a clause
        return False
    between = text[min(hit.end, finding.end) : max(hit.start, finding.start)]
    return re.search(r"[.!?]\s|[A-ZÅÄÖÆØ][a-zåäöæøé]+ [A-ZÅÄÖÆØ][a-zåäöæøé]+", between) is None


def _is_name(text: str, start: int, end: int) -> bool:
    """Tell whether what matched is written as a name is, and not across two people's names."""
    written = text[start:end]
    first = written.partition(" ")[0]
    if not first[:1].isupper() and written != written.lower() and first not in PARTICLES:
        return False
    if "," in written:
        before, after = text[max(0, start - 40) : start], text[end : end + 40]
        other = _CAPITAL.search(before)
        if other is not None and written == written.upper() != before[other.start() :].upper():
            other = None  # Undersigned ÅS, ANNA: only the name is in capitals
        if other is not None or _NEXT_CAPITAL.match(after):
            return False
    # a common word that is somebody's name: only as names are written
    return written[:1].isupper() or " " in written or not written.isalpha()


def _name(form: Form) -> str:
    between = _TURNED if form.is_turned else _BETWEEN
    return between.join(
        "(?:" + "|".join(_letters(word) for word in words) + ")" for words in form.words
    )


def _letters(word: str) -> str:
    return "".join(
        f"(?:{re.escape(letter)}|{_DECOMPOSED[letter]})"
        if letter in _DECOMPOSED
        else "[-\u2010\u2011 ]"
        if letter == "-"
        else re.escape(letter)
        for letter in word
    )


def _number(entity: str, value: str) -> str:
    """Return a pattern for a number or address as people write it; ``""`` where none is safe."""
    value = value.strip()
    if entity == "EMAIL_ADDRESS":
        return rf"(?<![\w.+-]){re.escape(value)}(?![\w-])(?!\.\w)"
    digits = re.sub(r"\D", "", value)
    if entity == "PHONE_NUMBER":
        return _phone(value, digits)
    if entity in BIRTH_NUMBERS:
        short = digits[2:] if len(digits) == _BIRTH_LENGTH else digits
        century = rf"(?:{digits[:2]})?" if len(digits) == _BIRTH_LENGTH else "(?:19|20)?"
        if entity.startswith("NO_"):
            century = ""
        gap = rf"(?:{_LONGEST_GAP}|\+)"
        return rf"(?<!\d){century}{gap.join(short)}(?!\d)"
    if entity == "MEMBER_NUMBER":
        plain = re.sub(r"[^0-9A-Za-z]", "", value)
        return rf"(?<![\w-]){'[ -]?'.join(plain)}(?!\w)" if len(plain) >= _SHORTEST_MEMBER else ""
    plain = re.sub(r"[^0-9A-Za-z]", "", value)
    return rf"(?<!\w){_LONGEST_GAP.join(plain)}(?!\w)" if len(plain) >= _SHORTEST_MEMBER else ""


def _phone(value: str, digits: str) -> str:
    national, prefix = digits.removeprefix("00"), r"(?:(?:\+|00)4[67]\s?(?:\(0\))?|0)?"
    if value.lstrip(" (").startswith(("+", "00")) and national[:2] in {"46", "47"}:
        prefix = rf"(?:(?:\+|00){national[:2]}[\s.-]?(?:\(0\))?|0)?"
        national = national[2:]
    national = national.removeprefix("0")
    if len(national) < 7:  # noqa: PLR2004 - shorter ones are anybody's
        return ""
    gap = r"[\s\u00a0./()\u2010-\u2015-]{0,2}"
    return rf"(?<!\d){prefix}{gap}{gap.join(national)}(?!\d)"


def _postal(address: str) -> str:
    words = re.findall(r"\w+", address)
    loose = [
        rf"{word[:3]}\s?{word[3:]}" if word.isdigit() and len(word) == 5 else re.escape(word)  # noqa: PLR2004 - a Swedish postcode
        for word in words
    ]
    # what follows the street and its number is often left out, or stands elsewhere
    numbered = next((index for index, word in enumerate(words) if re.match(r"\d", word)), None)
    if numbered is not None and 0 < numbered < len(words) - 1:
        loose = loose[: numbered + 1]
    return r"(?<!\w)" + r"[\s,;|\t]{1,4}".join(loose) + r"(?!\w)"
