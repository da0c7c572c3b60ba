"""Whether members' data went to somebody outside, and whether who it is about agreed (F5, U2)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from gallra.model.duty import FindingKind, Gravity
from gallra.model.finding import UNION_MEMBERSHIP
from gallra.model.mailed import Mailed
from gallra.model.message import said
from gallra.policy.audience import Receiver, Standing, Surroundings, sent_on
from gallra.policy.lapse import (
    IDENTIFYING_NUMBERS,
    NUMBERS,
    REGISTERS,
    TELLING,
    Lapse,
    Values,
    finding_of,
    key_of,
)

_LEAST_LISTED = 2
"""Persons whom a list names at least."""


def told_outside(
    mailed: Mailed, receivers: Sequence[Receiver], surroundings: Surroundings, values: Values
) -> Iterator[Lapse]:
    """Yield that members' data went to somebody who is neither inside nor a member."""
    third = [each for each in receivers if each.standing in {Standing.PRIVATE, Standing.OUTSIDE}]
    if not third or not set(dict(mailed.entities)) & TELLING:
        return
    facts = mailed.facts
    found = values(mailed)
    told = {digest for entity, digest in found if entity in TELLING}
    theirs = {digest for each in receivers for digest in each.who.digests} | set(facts.named)
    numbers = _numbers_of_others(found, is_their_own=_is_their_own(third, told))
    members = (
        (
            ((told & surroundings.members_values) - {digest for _, digest in _numbered(found)})
            | (numbers & surroundings.members_values)
        )
        - theirs
        - surroundings.representatives_values
    )
    birth_numbers = {digest for entity, digest in found if entity in NUMBERS} & numbers
    has_list = (
        bool(set(mailed.subjects) & REGISTERS)
        and dict(mailed.entities).get("PERSON", 0) >= _LEAST_LISTED
    )
    special = set(mailed.special_categories)
    if not (members and special) and not birth_numbers and not has_list:
        return
    if not has_list and _have_consented(
        found, members | birth_numbers, third, mailed, surroundings
    ):
        return
    is_membership_alone = special <= {UNION_MEMBERSHIP} and not birth_numbers and not has_list
    persons = _persons_in(
        each for each in found if has_list or each[1] in members or each[1] in birth_numbers
    )
    if is_membership_alone:
        what = said(
            "who is a member was passed on to somebody outside, with no consent on record;"
            " persons: {persons}, receivers outside: {outside}",
            persons=persons,
            outside=len(third),
        )
    else:
        what = said(
            "members' data were sent to somebody outside; persons: {persons}, receivers outside:"
            " {outside}",
            persons=persons,
            outside=len(third),
        )
    yield Lapse(
        mailed=mailed,
        finding=finding_of(
            mailed,
            FindingKind.NO_CONSENT if is_membership_alone else FindingKind.THIRD_PARTY_DISCLOSURE,
            Gravity.GRAVE,
            "U2, F5" if is_membership_alone else "F5",
            what=what,
            advice=said(
                "ask the receiver to erase it and to confirm that, tell the members concerned, and"
                " ask the data protection officer whether it is to be reported; where there is a"
                " consent, put it on record"
            ),
            key=key_of(mailed),
            person_count=persons,
            is_breach=True,
            categories=sorted({*special, *(entity for entity, _ in found if entity in TELLING)}),
        ),
        exposed=frozenset(members),
        exposed_to=frozenset(each.who.address for each in third),
    )


def told_to_members(
    mailed: Mailed, receivers: Sequence[Receiver], surroundings: Surroundings, values: Values
) -> Iterator[Lapse]:
    """Yield that members got national identity numbers of others than themselves.

    A name or a case is spoken of among members; a number is nobody's business but its owner's.
    Whoever is alone in getting a single number may be its owner.
    """
    members = [each for each in receivers if each.standing is Standing.MEMBER]
    if not members or not set(dict(mailed.entities)) & NUMBERS:
        return
    found = [pair for pair in values(mailed) if pair[0] in NUMBERS]
    numbers = _numbers_of_others(found, is_their_own=len(receivers) == 1)
    numbers -= surroundings.representatives_values
    if not numbers or _have_consented(found, numbers, members, mailed, surroundings):
        return
    yield Lapse(
        mailed=mailed,
        finding=finding_of(
            mailed,
            FindingKind.THIRD_PARTY_DISCLOSURE,
            Gravity.GRAVE,
            "F5",
            what=said(
                "identity numbers were sent to members who are not their owners; numbers:"
                " {numbers}, members: {members}",
                numbers=len(numbers),
                members=len(members),
            ),
            advice=said(
                "ask the receivers to erase it and to confirm that, tell those whose numbers they"
                " are, and ask the data protection officer whether it is to be reported"
            ),
            key=key_of(mailed),
            person_count=len(numbers),
            is_breach=True,
            categories=sorted({entity for entity, digest in found if digest in numbers}),
        ),
        exposed=frozenset(numbers),
        exposed_to=frozenset(each.who.address for each in members),
    )


def _persons_in(found: Iterable[tuple[str, str]]) -> int:
    """Return about how many persons values tell of: one has a name, a number and an address.

    A list has first and last names in columns of their own: where enough of it is numbered, the
    numbers are counted.
    """
    counted = Counter(entity for entity, _ in set(found) if entity in TELLING)
    named = counted.pop("PERSON", 0)
    numbered = max(counted.values(), default=0)
    return max(numbered if numbered * 2 >= named else named, 1)


def _have_consented(
    found: Collection[tuple[str, str]],
    told: Collection[str],
    third: Sequence[Receiver],
    mailed: Mailed,
    surroundings: Surroundings,
) -> bool:
    """Tell whether everybody who was told of consented to each receiver outside.

    Which number belongs to which name is not known. Of one person everything is asked about
    together; of several each by name, and where there are more numbers than names nobody can say.
    """
    on = sent_on(mailed.facts)
    if on is None:
        return False
    by_entity: dict[str, set[str]] = {}
    for entity, digest in found:
        if digest in told:
            by_entity.setdefault(entity, set()).add(digest)
    names = by_entity.pop("PERSON", set())
    if any(len(digests) > max(1, len(names)) for digests in by_entity.values()):
        return False
    people = [{name} for name in names] if len(names) > 1 else [set(told)]
    return all(
        surroundings.has_consent(person, {*each.who.digests, *each.who.domains}, on)
        for person in people
        for each in third
    )


def _is_their_own(third: Sequence[Receiver], told: Collection[str]) -> bool:
    """Tell whether the one receiver outside may be whom it is about, as far as can be told.

    An address at a private provider is a person's; that of an office has to occur in the message.
    """
    if len(third) != 1:
        return False
    (only,) = third
    return only.standing is Standing.PRIVATE or not set(told).isdisjoint(only.who.digests)


def _numbered(found: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return (pair for pair in found if pair[0] in IDENTIFYING_NUMBERS)


def _numbers_of_others(found: Collection[tuple[str, str]], *, is_their_own: bool) -> set[str]:
    """Return the numbers of persons besides the receiver: the only one of its sort is theirs."""
    by_entity: dict[str, set[str]] = {}
    for entity, digest in _numbered(found):
        by_entity.setdefault(entity, set()).add(digest)
    return {
        digest
        for digests in by_entity.values()
        if len(digests) > is_their_own
        for digest in digests
    }
