"""Who a message went to: representatives, members, the club's own, private persons, others.

Nothing here knows an address: digests are compared with digests.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from gallra.model.mailed import Mailed
from gallra.model.mailing import Correspondent, Field, MailFacts
from gallra.model.passage import Direction
from gallra.model.people import Representative

PRIVATE_PROVIDERS = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.se", "hotmail.no", "outlook.com",
    "outlook.no", "outlook.se", "live.com", "live.se", "live.no", "msn.com", "icloud.com", "me.com",
    "mac.com", "yahoo.com", "yahoo.se", "yahoo.no", "ymail.com", "aol.com", "gmx.com", "gmx.net",
    "proton.me", "protonmail.com", "pm.me", "tutanota.com", "tuta.io", "fastmail.com", "zoho.com",
    "mail.com", "telia.com", "bredband.net", "comhem.se", "tele2.se", "bahnhof.se", "spray.se",
    "passagen.se", "glocalnet.net", "home.se", "online.no", "broadpark.no", "getmail.no",
    "lyse.net", "altibox.no", "start.no", "frisurf.no", "c2i.net", "hotmail.co.uk", "hotmail.dk",
    "yahoo.co.uk", "yahoo.dk", "hotmail.fi", "swipnet.se", "ownit.se", "telenor.no", "tdcadsl.dk",
)  # fmt: skip
"""Where people have mail addresses of their own: large providers, and Nordic ones."""

Consent = Callable[[Collection[str], Collection[str], date], bool]
"""Tells whether one person, known by these digests, consented that a receiver, known by those of
an address and its domains, is told of them on a day."""


class Standing(StrEnum):
    """What a receiver is to the club; who is several of these is the first."""

    REPRESENTATIVE = "representative"
    MEMBER = "member"
    OWN = "own"
    """At one of the organisation's own domains."""
    ALLOWED = "allowed"
    """At a domain that may be sent members' data."""
    PRIVATE = "private"
    """At a provider where private persons have addresses."""
    OUTSIDE = "outside"

    @property
    def is_protected(self) -> bool:
        """Whether who it is must not be shown to the others."""
        return self in {Standing.MEMBER, Standing.PRIVATE}

    @property
    def is_inside(self) -> bool:
        """Whether it may be sent members' data."""
        return self in {Standing.REPRESENTATIVE, Standing.OWN, Standing.ALLOWED}


def nobody_consented(_person: Collection[str], _to: Collection[str], _on: date) -> bool:
    """Tell that no consent is on record, whoever is asked about."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the rules and the registers say, as digests."""

    representatives: Mapping[str, tuple[Representative, ...]] = field(default_factory=dict)
    """By each digest of an address of theirs."""
    representatives_values: frozenset[str] = frozenset()
    """Of their names and addresses, by which a text speaks of them."""
    members: frozenset[str] = frozenset()
    """Of mail addresses in the registers."""
    members_values: frozenset[str] = frozenset()
    """Of names, numbers and mail addresses in the registers."""
    own: frozenset[str] = frozenset()
    """Of domains; likewise the next two."""
    allowed: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    """Of subjects of mailings whose receivers may see each other."""
    password_within: timedelta = timedelta(days=14)
    has_consent: Consent = nobody_consented

    def is_representative(self, who: Correspondent | None, on: date | None) -> bool:
        """Tell whether an address is that of somebody who was in office; on any day if unknown."""
        if who is None:
            return False
        return any(
            on is None or each.is_in_office(on)
            for digest in who.digests
            for each in self.representatives.get(digest, ())
        )

    def standing_of(self, who: Correspondent, on: date | None) -> Standing:
        """Return what an address is to the club on a day."""
        if self.is_representative(who, on):
            return Standing.REPRESENTATIVE
        if not self.members.isdisjoint(who.digests):
            return Standing.MEMBER
        if not who.domains:  # a name out of the address book of the own server
            return Standing.MEMBER if who.address in self.members_values else Standing.OWN
        by_domain = (
            (self.own, Standing.OWN),
            (self.allowed, Standing.ALLOWED),
            (self.private, Standing.PRIVATE),
        )
        return next(
            (standing for known, standing in by_domain if not known.isdisjoint(who.domains)),
            Standing.OUTSIDE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One mailbox that a message went to."""

    who: Correspondent
    standing: Standing
    fields: frozenset[Field]

    @property
    def is_open(self) -> bool:
        """Whether the other receivers could see it."""
        return any(each.is_open for each in self.fields)


def sent_on(facts: MailFacts) -> date | None:
    """Return the day on which a message was sent, in UTC."""
    return facts.sent_at.date() if facts.sent_at else None


def is_ours(mailed: Mailed, surroundings: Surroundings) -> bool:
    """Tell whether the club sent a message, or one of its representatives sent it on.

    A draft was never sent. What came in is not ours, unless a representative wrote it or sent it
    on. Where nothing tells which way it went, the sender's domain does.
    """
    facts, on = mailed.facts, sent_on(mailed.facts)
    if mailed.direction is Direction.DRAFT:
        return False
    if surroundings.is_representative(facts.resender, on):
        return True
    if mailed.direction is Direction.SENT or surroundings.is_representative(facts.sender, on):
        return True
    return (
        mailed.direction is None
        and facts.sender is not None
        and not surroundings.own.isdisjoint(facts.sender.domains)
    )


def audience(mailed: Mailed, surroundings: Surroundings) -> tuple[Receiver, ...]:
    """Return to whom a message went, each mailbox once, without who sent it.

    Where it was sent on unchanged, those count to whom it was sent on: the others somebody else
    wrote to.
    """
    facts, on = mailed.facts, sent_on(mailed.facts)
    resent = {Field.RESENT, Field.RESENT_BCC}
    is_resent = facts.resender is not None and any(
        each.field in resent for each in facts.recipients
    )
    senders = {digest for each in (facts.sender, facts.resender) if each for digest in each.digests}
    fields: dict[str, set[Field]] = {}
    found: dict[str, Correspondent] = {}
    for each in facts.recipients:
        if (each.field in resent) is is_resent and senders.isdisjoint(each.digests):
            fields.setdefault(each.address, set()).add(each.field)
            found.setdefault(each.address, each)
    return tuple(
        Receiver(
            who=each,
            standing=surroundings.standing_of(each, on),
            fields=frozenset(fields[address]),
        )
        for address, each in found.items()
    )
