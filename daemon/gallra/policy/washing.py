"""Comparing two lists of members: who left, who joined, what changed, and what nobody can tell.

Two lines are one person by the strongest thing that both of them say: a personal number, a
member number, a mail address, a name with a date of birth. Where something stronger says the
contrary, or only a name speaks for it, the pair is doubtful: it is neither the same nor gone.
"""

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from gallra.model.message import Message, said
from gallra.model.washing import Change, Comparison, Doubt, Member, Same

_LIKE: Final = 0.85
"""Names that are so alike may be one name, misspelt."""
_FEWEST: Final = 2
"""So many may always leave without a question: half of a club of four may."""

Marks = Callable[[Member], Iterable[str]]


def compare(old: Sequence[Member], new: Sequence[Member], *, on: date) -> Comparison:
    """Return what became of everybody between two lists.

    Args:
        old: What the club has.
        new: The fresh export.
        on: The day of the comparison: who the new list says has left by then has left.
    """
    earlier, repeated_old = _once(old)
    later, repeated_new = _once(new)
    gone = {id(each) for each in later if _has_left(each, on)}
    pairs, doubts = _paired(earlier, later)
    left = [_with_day(pair) for pair in pairs if id(pair.new) in gone]
    same = [pair for pair in pairs if id(pair.new) not in gone]
    taken_old = {id(pair.old) for pair in pairs} | {id(doubt.old) for doubt in doubts}
    taken_new = {id(pair.new) for pair in pairs} | {id(doubt.new) for doubt in doubts}
    left += [each for each in earlier if id(each) not in taken_old]
    joined = [each for each in later if id(each) not in taken_new | gone]
    return Comparison(
        left=tuple(sorted(left, key=lambda each: each.row)),
        joined=tuple(joined),
        same=tuple(same),
        doubtful=tuple(doubts),
        repeated=(*repeated_old, *repeated_new),
    )


def is_too_many(left_count: int, old_count: int, *, most: float) -> bool:
    """Tell whether so many have left that the list itself may be cut short.

    Args:
        left_count: Who would be told to have left.
        old_count: Of how many.
        most: The part that may leave without a question, 0 to 1.
    """
    return left_count > max(_FEWEST, most * old_count) or (
        old_count > 0 and left_count == old_count
    )


def _has_left(member: Member, on: date) -> bool:
    return member.has_left or (member.left_on is not None and member.left_on <= on)


def _with_day(pair: Same) -> Member:
    """Return the old line with the day on which the new one says that the membership ended."""
    return replace(pair.old, left_on=pair.new.left_on, has_left=True)


def _once(members: Sequence[Member]) -> tuple[list[Member], list[tuple[Member, Member]]]:
    """Return each person once, and the pairs of lines that are the same person."""
    first: dict[str, Member] = {}
    kept: list[Member] = []
    repeated: list[tuple[Member, Member]] = []
    for member in members:
        mark = _strongest(member)
        before = first.get(mark) if mark else None
        if before is not None and before.folded_name == member.folded_name:
            repeated.append((before, member))
            continue
        if mark:
            first.setdefault(mark, member)
        kept.append(member)
    return kept, repeated


def _strongest(member: Member) -> str:
    if member.birth_number:
        return f"birth {member.birth_number}"
    return f"member {member.member_number}" if member.member_number else ""


def _birth(member: Member) -> tuple[str, ...]:
    return (member.birth_number,)


def _number(member: Member) -> tuple[str, ...]:
    return (member.member_number,)


def _mails(member: Member) -> tuple[str, ...]:
    return member.mails


def _name_and_more(member: Member) -> tuple[str, ...]:
    """Return the name with a day of birth or a telephone number; alone it tells nobody."""
    more = (_born(member), *member.phones)
    return tuple(f"{member.folded_name} {each}" for each in more if each and member.folded_name)


def _born(member: Member) -> str:
    return member.born_on.isoformat() if member.born_on is not None else ""


def _paired(old: Sequence[Member], new: Sequence[Member]) -> tuple[list[Same], list[Doubt]]:
    pairs: list[Same] = []
    doubts: list[Doubt] = []
    open_old, open_new = list(old), list(new)
    taken: set[int] = set()
    for known_by, marks in (
        ("personal-number", _birth),
        ("member-number", _number),
        ("email", _mails),
        ("name", _name_and_more),
    ):
        for earlier, later in _by(open_old, open_new, marks):
            why = _against(earlier, later, known_by)
            if why is None:
                pairs.append(
                    Same(
                        old=earlier, new=later, known_by=known_by, changes=_changes(earlier, later)
                    )
                )
            else:
                doubts.append(Doubt(old=earlier, new=later, why=why))
            taken |= {id(earlier), id(later)}
        open_old = [each for each in open_old if id(each) not in taken]
        open_new = [each for each in open_new if id(each) not in taken]
    doubts += _alike(open_old, open_new)
    return sorted(pairs, key=lambda pair: pair.old.row), doubts


def _by(
    old: Sequence[Member],
    new: Sequence[Member],
    marks: Marks,
) -> list[tuple[Member, Member]]:
    """Return the pairs that share a mark which is one line's alone in each list."""
    mine, theirs = _alone(old, marks), _alone(new, marks)
    found: list[tuple[Member, Member]] = []
    taken: set[int] = set()
    for mark, member in mine.items():
        other = theirs.get(mark)
        if other is None or {id(member), id(other)} & taken:
            continue
        taken |= {id(member), id(other)}
        found.append((member, other))
    return found


def _alone(members: Sequence[Member], marks: Marks) -> dict[str, Member]:
    counts = Counter(mark for member in members for mark in set(marks(member)) if mark)
    return {
        mark: member for member in members for mark in marks(member) if mark and counts[mark] == 1
    }


def _against(old: Member, new: Member, known_by: str) -> Message | None:
    """Return what speaks against two lines being one person, though they share a mark."""
    if known_by == "personal-number":
        return None
    if _differ(old.birth_number, new.birth_number):
        return said("the same number or address, another personal number")
    if known_by != "member-number" and _differ(old.member_number, new.member_number):
        return said("the same number or address, another member number")
    if _differ(_born(old), _born(new)):
        return said("the same number or address, born on another day")
    # whoever marries keeps number and day of birth
    is_sure = known_by == "member-number" and bool(_born(old)) and bool(_born(new))
    if is_sure or _shares_a_name(old, new):
        return None
    return said("the same number or address, another name")


def _differ(before: str, after: str) -> bool:
    """Tell whether both lists say something, and not the same."""
    return bool(before and after) and before != after


def _shares_a_name(old: Member, new: Member) -> bool:
    """Tell whether two names can be one person's: equal, alike, or one holds the other's words."""
    if not old.name or not new.name:
        return True
    mine, theirs = set(old.folded_name.split()), set(new.folded_name.split())
    return mine <= theirs or theirs <= mine or _is_like(old, new)


def _is_like(old: Member, new: Member) -> bool:
    mine, theirs = old.folded_name, new.folded_name
    if not mine or not theirs or set(mine.split()) & set(theirs.split()):
        return True
    return difflib.SequenceMatcher(None, mine, theirs).ratio() >= _LIKE


def _alike(old: Sequence[Member], new: Sequence[Member]) -> list[Doubt]:
    """Return the pairs that only a name, or nearly a name, speaks for."""
    near: dict[str, list[Member]] = defaultdict(list)
    for other in new:
        for bond in _bonds(other):
            near[bond].append(other)
    doubts: list[Doubt] = []
    taken: set[int] = set()
    for member in old:
        candidates = {id(each): each for bond in _bonds(member) for each in near[bond]}
        for other in candidates.values():
            why = None if id(other) in taken else _resemblance(member, other)
            if why is not None:
                doubts.append(Doubt(old=member, new=other, why=why))
                taken.add(id(other))
                break
    return doubts


def _bonds(member: Member) -> tuple[str, ...]:
    """Return what a line must share with another for the two to resemble each other at all."""
    return tuple(
        each for each in (member.folded_name, _born(member), *member.phones, *member.mails) if each
    )


def _resemblance(old: Member, new: Member) -> Message | None:
    if old.birth_number and new.birth_number and old.birth_number != new.birth_number:
        # Two valid numbers are two persons, unless one of them was mistyped.
        is_typo = old.folded_name == new.folded_name and not (old.birth_entity and new.birth_entity)
        return said("the same name; one of the personal numbers does not hold") if is_typo else None
    if not old.folded_name or not new.folded_name:
        return None
    if old.folded_name == new.folded_name:
        if _born(old) and _born(new) and _born(old) != _born(new):
            return None
        return said("the same name, and nothing else that tells")
    has_bond = bool(_born(old) and _born(old) == _born(new)) or bool(
        set(old.phones) & set(new.phones) or set(old.mails) & set(new.mails)
    )
    ratio = difflib.SequenceMatcher(None, old.folded_name, new.folded_name).ratio()
    if has_bond and (ratio >= _LIKE or set(old.folded_name.split()) & set(new.folded_name.split())):
        return said("nearly the same name, and the same telephone number, address or day of birth")
    return None


def _changes(old: Member, new: Member) -> tuple[Change, ...]:
    """Return what the two lists say differently, where both of them speak of it."""
    found: list[Change] = []
    if old.name and new.name and old.folded_name != new.folded_name:
        found.append(Change(heading="name", before=old.name, after=new.name))
    for heading, before, after in (
        ("personal-number", old.birth_number, new.birth_number),
        ("member-number", old.member_number_written, new.member_number_written),
    ):
        is_equal = before == after or (
            heading == "member-number" and old.member_number == new.member_number
        )
        if before and after and not is_equal:
            found.append(Change(heading=heading, before=before, after=after))
    for heading, mine, theirs in (
        ("email", old.mails, new.mails),
        ("phone", old.phones, new.phones),
    ):
        if mine and theirs and set(mine) != set(theirs):
            found.append(Change(heading=heading, before=", ".join(mine), after=", ".join(theirs)))
    later = {heading.casefold(): text for heading, text in new.details}
    for heading, text in old.details:
        now = later.get(heading.casefold())
        if now is not None and _folded(now) != _folded(text):
            found.append(Change(heading=heading, before=text, after=now))
    return tuple(found)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
