"""Whether a message went out as the routines ask; what was wrong, how grave it is, what to do.

Who is told of what: U1 and F11 (mailings with hidden receivers), F12 (invitations), F5 and U2
(members' data to others, and consents), F10 (what is sensitive is locked). Passwords: see
``policy.passwords``.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.finding import UNION_MEMBERSHIP
from gallra.model.mailed import AttachmentFacts, Mailed
from gallra.model.mailing import Field
from gallra.model.message import Message, said
from gallra.policy.audience import (
    Receiver,
    Standing,
    Surroundings,
    audience,
    is_ours,
    sent_on,
)

Values = Callable[[Mailed], Collection[tuple[str, str]]]
"""Returns entity and digest of what a message speaks of outside its address lines."""

_MANY = 10
"""So many persons shown to each other are grave, whatever it was about."""
_REGISTERS = frozenset({"member-register", "recruiting-list", "conflict-preparedness"})
_SENSITIVE_KINDS = _REGISTERS | {"case"}
_NUMBERS = frozenset(
    {"SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER", "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER"}
)
_IDENTIFYING_NUMBERS = _NUMBERS | {"MEMBER_NUMBER"}
_TELLING = _IDENTIFYING_NUMBERS | {"PERSON", "EMAIL_ADDRESS"}
_LEAST_OPEN = 2
_UNTOUCHED_KINDS = frozenset({"ics"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Something that went wrong with a message, with digests where the finding has names."""

    finding: Finding
    mailed: Mailed
    exposed: frozenset[str] = frozenset()
    """Addresses whose owners were shown."""
    exposed_to: frozenset[str] = frozenset()
    """Addresses of those who could see."""


def lapses(mailed: Mailed, surroundings: Surroundings, values: Values) -> Iterator[Lapse]:
    """Yield what was wrong with one message; nothing with one that the club did not send."""
    if not is_ours(mailed, surroundings):
        return
    receivers = audience(mailed, surroundings)
    yield from _shown_to_each_other(mailed, receivers, surroundings)
    yield from _told_outside(mailed, receivers, surroundings, values)
    yield from _unlocked(mailed, receivers)


def key_of(mailed: Mailed, *more: str) -> str:
    """Return what a message is known by, in however many exports of mailboxes it lies.

    Not by its Message-ID alone: programs give the same one to two messages, and so can people.
    """
    facts = mailed.facts
    sender = facts.resender or facts.sender
    named = [facts.message_id or "", sender.address if sender else "", *facts.topics[:1]]
    if facts.message_id is None:
        named.append(facts.sent_at.isoformat() if facts.sent_at else "")
        named += sorted({each.address for each in facts.recipients})
    return hashlib.sha256("\n".join((*named, "", *more)).encode()).hexdigest()[:32]


def is_for_representatives(mailed: Mailed, surroundings: Surroundings) -> bool:
    """Tell whether a mailing is about an event whose participants may see each other."""
    return not surroundings.events.isdisjoint(mailed.facts.topics)


def _finding(  # noqa: PLR0913 - what differs from one to the other
    mailed: Mailed,
    kind: FindingKind,
    gravity: Gravity,
    clause: str,
    *,
    what: Message,
    advice: Message,
    key: str,
    person_count: int,
    is_breach: bool,
    categories: Sequence[str] = (),
) -> Finding:
    return Finding(
        kind=kind,
        gravity=gravity,
        clause=clause,
        share=mailed.share,
        path=mailed.path,
        part=mailed.part,
        key=key,
        what=what,
        advice=advice,
        person_count=person_count,
        categories=tuple(categories) or _categories(mailed),
        happened_at=mailed.facts.sent_at,
        is_breach=is_breach,
    )


def _categories(mailed: Mailed) -> tuple[str, ...]:
    return tuple(sorted({"EMAIL_ADDRESS", UNION_MEMBERSHIP, *mailed.special_categories}))


def _shown_to_each_other(
    mailed: Mailed, receivers: Sequence[Receiver], surroundings: Surroundings
) -> Iterator[Lapse]:
    if is_for_representatives(mailed, surroundings):
        return
    facts = mailed.facts
    protected = [each for each in receivers if each.standing.is_protected]
    shown = [each for each in protected if each.is_open]
    if len(shown) >= _LEAST_OPEN:
        yield _open(mailed, receivers, shown)
    elif (
        facts.is_invitation
        and facts.shows_participants
        and not facts.has_notice
        and len(protected) >= _LEAST_OPEN
    ):
        yield Lapse(
            mailed=mailed,
            finding=_finding(
                mailed,
                FindingKind.MISSING_NOTICE,
                Gravity.MINOR,
                "F12",
                what=said(
                    "an invitation to an event where members will see each other does not say so;"
                    " invited: {count}",
                    count=len(protected),
                ),
                advice=said(
                    "tell those who were invited, before the event, that the others will see who"
                    " takes part; write it into the next invitation"
                ),
                key=key_of(mailed),
                person_count=len(protected),
                is_breach=False,
            ),
        )


def _open(mailed: Mailed, receivers: Sequence[Receiver], shown: Sequence[Receiver]) -> Lapse:
    facts = mailed.facts
    attending = [each for each in shown if Field.ATTENDEE in each.fields]
    is_calendar = len(attending) >= _LEAST_OPEN
    is_more = bool(set(mailed.special_categories) - {UNION_MEMBERSHIP})
    is_warned = is_calendar and facts.has_notice and len(attending) == len(shown)
    if is_warned:
        gravity = Gravity.MINOR
    else:
        gravity = Gravity.GRAVE if is_more or len(shown) >= _MANY else Gravity.SERIOUS
    members = sum(each.standing is Standing.MEMBER for each in shown)
    count, private = len(shown), len(shown) - members
    if is_calendar:
        what = said(
            "a meeting was sent out with its participants open: {count} persons could see each"
            " other, members: {members}, private addresses: {private}",
            count=count,
            members=members,
            private=private,
        )
        advice = said(
            "withdraw the meeting, send the link to each by hidden copy, tell those who were"
            " shown, and ask the data protection officer whether it is to be reported"
        )
    else:
        what = said(
            "a message was sent with its receivers open: {count} persons could see each other,"
            " members: {members}, private addresses: {private}",
            count=count,
            members=members,
            private=private,
        )
        advice = said(
            "recall the message where that is possible, tell those who were shown, use the field"
            " for hidden copies, and ask the data protection officer whether it is to be reported"
        )
    kind = FindingKind.OPEN_ATTENDEES if is_calendar else FindingKind.OPEN_RECIPIENTS
    addresses = sorted(each.who.address for each in shown)
    return Lapse(
        mailed=mailed,
        finding=_finding(
            mailed,
            kind,
            gravity,
            "U1, F12" if facts.is_invitation else "U1, F11",
            what=what,
            advice=advice,
            key=key_of(mailed, *addresses),
            person_count=count,
            is_breach=not is_warned,
        ),
        exposed=frozenset(addresses),
        exposed_to=frozenset(each.who.address for each in receivers),
    )


def _told_outside(
    mailed: Mailed, receivers: Sequence[Receiver], surroundings: Surroundings, values: Values
) -> Iterator[Lapse]:
    """Yield that members' data went to somebody who is neither inside nor a member."""
    third = [each for each in receivers if each.standing in {Standing.PRIVATE, Standing.OUTSIDE}]
    if not third or not set(dict(mailed.entities)) & _TELLING:
        return
    facts = mailed.facts
    found = values(mailed)
    told = {digest for entity, digest in found if entity in _TELLING}
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
    birth_numbers = {digest for entity, digest in found if entity in _NUMBERS} & numbers
    has_list = (
        bool(set(mailed.subjects) & _REGISTERS)
        and dict(mailed.entities).get("PERSON", 0) >= _LEAST_OPEN
    )
    special = set(mailed.special_categories)
    if not (members and special) and not birth_numbers and not has_list:
        return
    to = [frozenset((*each.who.digests, *each.who.domains)) for each in third]
    if members and not has_list and surroundings.has_consent(members, to, sent_on(facts)):
        return
    is_membership_alone = special <= {UNION_MEMBERSHIP} and not birth_numbers and not has_list
    persons = max(len(members), len(birth_numbers), 1)
    if has_list:
        persons = max(persons, dict(mailed.entities).get("PERSON", 0))
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
        finding=_finding(
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
            categories=sorted({*special, *(entity for entity, _ in found if entity in _TELLING)}),
        ),
        exposed=frozenset(members),
        exposed_to=frozenset(each.who.address for each in third),
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
    return (pair for pair in found if pair[0] in _IDENTIFYING_NUMBERS)


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


def _unlocked(mailed: Mailed, receivers: Sequence[Receiver]) -> Iterator[Lapse]:
    """Yield sensitive attachments that anybody can open on the way, and locks that are weak."""
    if not receivers:
        return
    is_inside = all(each.standing.is_inside for each in receivers)
    is_outside = any(each.standing in {Standing.PRIVATE, Standing.OUTSIDE} for each in receivers)
    to = frozenset(each.who.address for each in receivers)
    plain = [
        each
        for each in mailed.attachments
        if each.kind not in _UNTOUCHED_KINDS and _is_sensitive(each, is_inside=is_inside)
    ]
    if plain:
        strong = any(_is_sensitive(each, is_inside=True) for each in plain)
        gravity = Gravity.GRAVE if is_outside and strong else Gravity.SERIOUS
        categories = sorted({kind for each in plain for kind in each.special_categories})
        yield Lapse(
            mailed=mailed,
            finding=_finding(
                mailed,
                FindingKind.UNENCRYPTED_ATTACHMENT,
                Gravity.MINOR if is_inside else gravity,
                "F10",
                what=said(
                    "sensitive attachments were sent without a lock: {count}; receivers:"
                    " {receivers}",
                    count=len(plain),
                    receivers=len(receivers),
                ),
                advice=said(
                    "ask the receivers to erase it; send such documents locked with AES (Office's"
                    " own password, a zip with AES-256), and the password by SMS"
                ),
                key=key_of(mailed),
                person_count=max(dict(each.entities).get("PERSON", 0) for each in plain),
                is_breach=is_outside and strong,
                categories=categories or ("PERSON",),
            ),
            exposed_to=to,
        )
    weak = sorted({method for each in mailed.attachments for method in each.weak_methods})
    if weak:
        yield Lapse(
            mailed=mailed,
            finding=replace(
                _finding(
                    mailed,
                    FindingKind.WEAK_ENCRYPTION,
                    Gravity.MINOR if is_inside else Gravity.SERIOUS,
                    "F10",
                    what=said(
                        "an attachment was sent with a weak lock ({methods}); receivers:"
                        " {receivers}",
                        methods=", ".join(weak),
                        receivers=len(receivers),
                    ),
                    advice=said(
                        "such a lock is opened without the password: send it again with AES"
                        " (Office's own password, a zip with AES-256), with another password"
                    ),
                    key=key_of(mailed),
                    person_count=0,
                    is_breach=False,
                ),
                categories=(),
            ),
            exposed_to=to,
        )


def _is_sensitive(attachment: AttachmentFacts, *, is_inside: bool) -> bool:
    """Tell whether what can be read in an attachment has to be locked.

    That somebody belongs to a union is said in every letter of a club: it needs a lock only where
    it goes further than the club.
    """
    entities = dict(attachment.entities)
    is_about_somebody = any(entities.get(each) for each in _TELLING)
    special = set(attachment.special_categories)
    if set(attachment.subjects) & _SENSITIVE_KINDS or any(entities.get(each) for each in _NUMBERS):
        return True
    if special - {UNION_MEMBERSHIP}:
        return is_about_somebody
    return bool(special) and is_about_somebody and not is_inside
