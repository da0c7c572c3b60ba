"""What of a document is handed out: the passages about one person, everybody else masked.

It rather masks too much than too little: what is masked wrongly a person can still hand out.
"""

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gallra.model.entities import IDENTIFYING
from gallra.model.finding import Finding
from gallra.model.passage import Passage
from gallra.policy.recognising import SAYS_WHO, Hit, Sort

MASK: Final = "█████"
"""Always as long: its length tells nothing."""
_ATTRIBUTES: Final = frozenset({"SALARY", "DATE_OF_BIRTH"})
"""Said of somebody: of whom, the nearest name before them tells."""
_OWNED: Final = frozenset(
    {"POSTAL_ADDRESS", "NO_KONTONUMMER", "IBAN_CODE", "CREDIT_CARD", "IP_ADDRESS", "MEMBER_NUMBER"}
)
"""Somebody's, and not only one can be listed: in a row of their own they are the row's."""
_ADDRESSING: Final = frozenset({"from", "to", "cc", "bcc", "reply-to", "subject"})
_DIGITS: Final = re.compile(r"(?<![\w-])\+?\d(?:[\s\u00a0.\-/()]{0,2}\d){5,}(?![\w])")
_DATE: Final = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?:[ T]\d\d[:.]\d\d(?:[:.]\d\d)?)?|\d{1,2}\.\d{1,2}\.(?:19|20)?\d\d"
    r"|\d{1,3}(?:[ \u00a0]\d{3})+"
)
_MAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_TWO_NAMES: Final = re.compile(
    r"(?<![\w@.-])[A-ZÅÄÖÆØÉ][a-zåäöæøéü]+(?:-[A-ZÅÄÖÆØÉ][a-zåäöæøéü]+)?"
    r"(?:[ \u00a0](?:[A-Z]\.|[A-ZÅÄÖÆØÉ][a-zåäöæøéü]+(?:-[A-ZÅÄÖÆØÉ][a-zåäöæøéü]+)?))+(?!\w)"
)
_OFFICE: Final = re.compile(
    r"(?:info|post|kontakt|contact|kansli|styrelsen?|styret?|klubb(?:en|styrelsen|styret)?|facket?"
    r"|medlem|tillitsvalgte?|fortroendevald[ae]?|admin|webmaster|noreply|no-reply)@.*",
    re.IGNORECASE,
)
"""An address that an office has, and nobody by name."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_PARTED: Final = re.compile(r"[\t;|]|,.*,")
_FOLLOWING: Final = 2
"""Paragraphs after one about the person that are taken to go on about them, if nobody is named."""
_ROWS: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One passage that is handed out, masked."""

    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """What is handed out of one part."""

    extracts: tuple[Extract, ...]
    """In order; empty where nothing in it is about the person."""
    masked_count: int
    """How many spans of all its text would be masked: 0 where it speaks of nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    start: int
    end: int
    where: str
    is_row: bool


def excerpt_of(
    passages: Sequence[Passage],
    findings: Sequence[Finding],
    hits: Sequence[Hit],
    *,
    own: Iterable[str] = (),
    is_all: bool = False,
) -> Excerpt:
    """Return the passages about the person, with other people's names and numbers masked.

    Args:
        passages: All of one part.
        findings: What detection found in it, hints included.
        hits: Where it speaks of the person.
        own: Words that never need masking: the person's names, the organisation's.
        is_all: Every passage is about the person: it is what they wrote.
    """
    text = "\n".join(passage.text for passage in passages)
    blocks = tuple(_blocks(passages))
    own_hits = [hit for hit in hits if hit.sort is not Sort.NAMESAKE]
    masks = _masks(text, blocks, findings, own_hits, {word.casefold() for word in own})
    chosen = blocks if is_all else _chosen(blocks, own_hits, masks)
    return Excerpt(
        extracts=tuple(
            Extract(where=block.where, text=_masked(text, block, masks)) for block in chosen
        ),
        masked_count=len(masks),
    )


def _blocks(passages: Sequence[Passage]) -> Iterator[_Block]:
    position = 0
    for passage in passages:
        end = position + len(passage.text)
        if passage.where.startswith(("row ", "table")):
            yield _Block(start=position, end=end, where=passage.where, is_row=True)
        else:
            yield from _paragraphs(passage, position)
        position = end + 1


def _paragraphs(passage: Passage, offset: int) -> Iterator[_Block]:
    """Yield the paragraphs of a passage; of one that is a list, its lines."""
    for match in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+", passage.text):
        lines = [line for line in match[0].split("\n") if line.strip()]
        parted = sum(1 for line in lines if _PARTED.search(line))
        is_list = len(lines) > 1 and parted >= _ROWS * len(lines)
        if not is_list:
            end = offset + match.start() + len(match[0].rstrip("\n"))
            yield _Block(start=offset + match.start(), end=end, where=passage.where, is_row=False)
            continue
        at = offset + match.start()
        for line in match[0].split("\n"):
            if line.strip():
                yield _Block(start=at, end=at + len(line), where=passage.where, is_row=True)
            at += len(line) + 1


def _masks(
    text: str,
    blocks: Sequence[_Block],
    findings: Sequence[Finding],
    hits: Sequence[Hit],
    own: set[str],
) -> list[tuple[int, int]]:
    """Return the spans that are masked, merged, in order."""
    spans = [(hit.start, hit.end) for hit in hits]
    spans += [
        match.span()
        for match in _MAIL.finditer(text)
        if match[0].casefold() in own or _OFFICE.fullmatch(match[0])
    ]
    names_hits = [hit for hit in hits if hit.entity == "PERSON"]
    foreign = [
        each for each in findings
        if each.entity in IDENTIFYING and not _overlaps(each.start, each.end, spans)
    ]  # fmt: skip
    persons = [each for each in foreign if each.entity == "PERSON"]
    found = [(each.start, each.end) for each in foreign if each.entity not in _OWNED]
    is_alone = not persons
    starts = [block.start for block in blocks]
    for each in findings:
        if _overlaps(each.start, each.end, spans):
            continue
        index = bisect_right(starts, each.start) - 1
        block = blocks[index] if index >= 0 else None
        if each.entity in _OWNED:
            in_own_row = block is not None and block.is_row and _is_own(block, hits, persons)
            if not (in_own_row or (is_alone and hits)):
                found.append((each.start, each.end))
        elif (
            each.entity in _ATTRIBUTES
            and block is not None
            and not _said_of_person(each, block, names_hits or hits, persons)
        ):
            found.append((each.start, each.end))
    own_words = own | {
        word.casefold() for hit in names_hits for word in _WORD.findall(text[hit.start : hit.end])
    }
    found += _names_again(text, [text[each.start : each.end] for each in persons], own_words)
    found += [match.span() for match in _MAIL.finditer(text)]
    found += [match.span() for match in _DIGITS.finditer(text) if not _DATE.fullmatch(match[0])]
    found += [
        match.span() for match in _TWO_NAMES.finditer(text)
        if not own_words & {word.casefold() for word in _WORD.findall(match[0])}
    ]  # fmt: skip
    whole = [
        (start, end) for start, end in found if not _overlaps(start, end, spans)
    ]  # fmt: skip
    return _merged(whole)


def _names_again(text: str, names: Sequence[str], own: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where words of others' names stand once more, alone or in the genitive."""
    words = {
        word.casefold() for name in names for word in _WORD.findall(name)
        if word[:1].isupper() and word.casefold() not in own
    }  # fmt: skip
    for match in _WORD.finditer(text) if words else ():
        word = match[0].casefold()
        if match[0][0].isupper() and (word in words or word.removesuffix("s") in words):
            yield match.span()


def _chosen(
    blocks: Sequence[_Block], hits: Sequence[Hit], masks: Sequence[tuple[int, int]]
) -> list[_Block]:
    """Return the passages that are about the person, in order; with a row the list's first one."""
    starts = [block.start for block in blocks]
    by_block: dict[int, list[Hit]] = {}
    for hit in hits:
        by_block.setdefault(max(0, bisect_right(starts, hit.start) - 1), []).append(hit)
    is_told = any(blocks[index].is_row and _says_who(found) for index, found in by_block.items())
    chosen: set[int] = set()
    for index, found in by_block.items():
        block = blocks[index]
        if block.is_row and is_told and not _says_who(found):
            continue  # a row of somebody who shares a name or an address
        if all(hit.sort is Sort.ADDRESS for hit in found) and _has_mask(block, masks):
            continue
        chosen.add(index)
        if block.is_row:
            chosen |= _heading(blocks, by_block, masks)
        else:
            chosen |= _following(index, blocks, by_block, masks)
    if chosen:
        chosen |= {
            index for index, block in enumerate(blocks) if block.where.lower() in _ADDRESSING
        }
    return [blocks[index] for index in sorted(chosen)]


def _says_who(hits: Sequence[Hit]) -> bool:
    return any(hit.sort in SAYS_WHO for hit in hits)


def _heading(
    blocks: Sequence[_Block], by_block: Container[int], masks: Sequence[tuple[int, int]]
) -> set[int]:
    """Return the first row of a list, where nobody stands in it: the names of its columns."""
    first = next(index for index, block in enumerate(blocks) if block.is_row)
    return set() if first in by_block or _has_mask(blocks[first], masks) else {first}


def _following(
    index: int,
    blocks: Sequence[_Block],
    by_block: Container[int],
    masks: Sequence[tuple[int, int]],
) -> set[int]:
    """Return the paragraphs that go on where one about the person ends, and name nobody."""
    found: set[int] = set()
    where = blocks[index].where
    if where.lower() in _ADDRESSING:
        return found
    for later in range(index + 1, min(index + 1 + _FOLLOWING, len(blocks))):
        block = blocks[later]
        if block.is_row or block.where != where or later in by_block or _has_mask(block, masks):
            break
        found.add(later)
    return found


def _is_own(block: _Block, hits: Sequence[Hit], persons: Sequence[Finding]) -> bool:
    return any(
        block.start <= hit.start < block.end and hit.sort in SAYS_WHO for hit in hits
    ) and not any(block.start <= each.start < block.end for each in persons)


def _said_of_person(
    finding: Finding, block: _Block, hits: Sequence[Hit], persons: Sequence[Finding]
) -> bool:
    """Tell whether the nearest name before, else after, in the block is the person's."""
    own = [hit.start for hit in hits if block.start <= hit.start < block.end]
    others = [each.start for each in persons if block.start <= each.start < block.end]
    before = (
        max((at, True) for at in own if at < finding.start)
        if any(at < finding.start for at in own)
        else (-1, False)
    )
    foreign = max((at for at in others if at < finding.start), default=-1)
    if before[0] >= 0 or foreign >= 0:
        return before[0] > foreign
    if not others:
        return bool(own) or not persons
    return bool(own) and min(own) < min(others)


def _has_mask(block: _Block, masks: Sequence[tuple[int, int]]) -> bool:
    return any(start < block.end and block.start < end for start, end in masks)


def _masked(text: str, block: _Block, masks: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = block.start
    for start, end in masks:
        if end <= block.start or start >= block.end:
            continue
        pieces += [text[position : max(start, position)], MASK]
        position = min(end, block.end)
    pieces.append(text[position : block.end])
    return "".join(pieces)


def _overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
