"""Whether a message went out as the routines ask; what was wrong, how grave it is, what to do.

U1 and F11: mailings to members have hidden receivers. F12: invitations. F10: what is sensitive is
locked. Members' data to others: see ``policy.disclosures``; passwords: ``policy.passwords``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gallra.model.duty import FindingKind, Gravity
from gallra.model.finding import UNION_MEMBERSHIP
from gallra.model.mailed import AttachmentFacts, Mailed
from gallra.model.mailing import Field
from gallra.model.message import said
from gallra.policy.audience import Receiver, Standing, Surroundings, audience, is_ours
from gallra.policy.disclosures import told_outside, told_to_members
from gallra.policy.lapse import NUMBERS, REGISTERS, TELLING, Lapse, Values, finding_of, key_of

_MANY = 10
"""So many persons shown to each other are grave, whatever it was about."""
_SENSITIVE_KINDS = REGISTERS | {"case"}
_LEAST_OPEN = 2
_UNTOUCHED_KINDS = frozenset({"ics"})


def lapses(mailed: Mailed, surroundings: Surroundings, values: Values) -> Iterator[Lapse]:
    """Yield what was wrong with one message; nothing with one that the club did not send."""
    if not is_ours(mailed, surroundings):
        return
    receivers = audience(mailed, surroundings)
    yield from _shown_to_each_other(mailed, receivers, surroundings)
    outside = tuple(told_outside(mailed, receivers, surroundings, values))
    yield from outside or told_to_members(mailed, receivers, surroundings, values)
    yield from _unlocked(mailed, receivers)


def is_for_representatives(mailed: Mailed, surroundings: Surroundings) -> bool:
    """Tell whether a mailing is about an event whose participants may see each other."""
    return not surroundings.events.isdisjoint(mailed.facts.topics)


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
            finding=finding_of(
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
        finding=finding_of(
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
            finding=finding_of(
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
                finding_of(
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
    is_about_somebody = any(entities.get(each) for each in TELLING)
    special = set(attachment.special_categories)
    if set(attachment.subjects) & _SENSITIVE_KINDS or any(entities.get(each) for each in NUMBERS):
        return True
    if special - {UNION_MEMBERSHIP}:
        return is_about_somebody
    return bool(special) and is_about_somebody and not is_inside
