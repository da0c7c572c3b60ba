"""The register of consents: recorded with their proof, asked for, withdrawn, at an end."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gallra.detect.addresses import address_in
from gallra.detect.digests import Digester
from gallra.detect.mailing import MailReader
from gallra.duties import proofs
from gallra.duties.registering import Clear, Kept, Register
from gallra.model.consents import ANYBODY, Consent
from gallra.model.errors import WrongUseError
from gallra.model.event import Event, EventSource, Place
from gallra.model.finding import ValueDigest
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.names import as_text, shown
from gallra.model.notification import Audience, Notification, Urgency
from gallra.model.retention import Trigger
from gallra.policy.consents import covers, is_over
from gallra.policy.decide import day_of
from gallra.service import clock
from gallra.service.claims import identified
from gallra.service.events import tell
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice

REGISTER: Final = "consent"
_DOMAIN: Final = re.compile(r"@?(?:[\w-]+\.)+[\w-]{2,}\.?")
_REMIND: Final = timedelta(days=30)
"""So long before its last day somebody is told that a consent ends."""
_LOOKED: Final = "consents_looked_on"


class Consents:
    """All consents of a house, ready to be asked about many messages."""

    def __init__(self, house: House) -> None:
        """Take in the register; what is recorded later is not seen."""
        keys = house.keys.digest_keys()
        self._mail = MailReader(keys)
        self._digester = Digester(keys)
        self._known = [
            (kept.body, self._persons(kept.body), self._recipients(kept.body))
            for kept in register(house).all()
        ]

    def has(
        self,
        persons: Collection[ValueDigest | str],
        recipient: str | Collection[str],
        on: date,
        *,
        purpose: str = "",
        is_name_enough: bool = False,
    ) -> bool:
        """Tell whether one person consented that it is passed on to a receiver.

        Args:
            persons: Everything that the person is known by, as keyed digests; one is enough.
            recipient: An address or a domain in clear text, or everything that the receiver is
                known by as digests: of the address, and of its domains.
            on: The day.
            purpose: What for; ``""``: whatever it was for.
            is_name_enough: Whether the digest of a name counts, too: somebody else can be called
                the same.
        """
        wanted = {each if isinstance(each, str) else each.digest for each in persons}
        to = self._known_by(recipient) if isinstance(recipient, str) else set(recipient)
        return any(
            not wanted.isdisjoint(marks[0] | (marks[1] if is_name_enough else set()))
            and covers(given, recipients=to, known_recipients=known, on=on, purpose=purpose)
            for given, marks, known in self._known
        )

    def _persons(self, given: Consent) -> tuple[set[str], set[str]]:
        """Return the digests of a person's numbers and addresses, and of the name."""
        marks = set[str]()
        for text in given.identifiers:
            entity = identified(text)
            digest = entity and self._digester.digest(entity, text.strip())
            marks |= {digest} if digest else set()
            marks |= set(self._mail.digests_of(text))
        name = self._digester.digest("PERSON", given.person)
        return marks, {name} if name else set()

    def _recipients(self, given: Consent) -> set[str]:
        return {
            digest
            for text in given.recipients
            if text != ANYBODY
            for digest in (
                self._mail.digests_of(text) if "@" in text[1:] else (self._mail.domain(text),)
            )
        }

    def _known_by(self, text: str) -> set[str]:
        """Return the digests of an address and of the domains that it lies in, or of a domain."""
        domain = text.rpartition("@")[2]
        labels = domain.split(".")
        above = (".".join(labels[index:]) for index in range(max(1, len(labels) - 1)))
        return {*self._mail.digests_of(text), *(self._mail.domain(each) for each in above)}


def has_consent(
    house: House,
    persons: Collection[ValueDigest | str],
    recipient: str | Collection[str],
    on: date,
    *,
    purpose: str = "",
) -> bool:
    """Tell whether one person consented; see :meth:`Consents.has`, which asks often cheaply."""
    return Consents(house).has(persons, recipient, on, purpose=purpose)


def consents_mark(house: House) -> str:
    """Return what is another text once a consent was recorded, changed or erased."""
    versions = [each.dossier.version for each in register(house).all()]
    return f"{len(versions)}/{sum(versions)}"


def register(house: House) -> Register[Consent]:
    """Return the register of consents."""
    return Register(house, REGISTER, Consent)


def require(consent: Consent) -> None:
    """Make sure that a consent can be recorded.

    Raises:
        WrongUseError: If nothing tells the person from others, or a receiver is none: what no
            message can go to would never be found to be covered.
    """
    if not any(identified(text) for text in consent.identifiers):
        raise WrongUseError(
            said(
                "a consent names the person by a number or a mail address: a name can be somebody"
                " else's too"
            )
        )
    if not consent.recipients or not all(map(_is_receiver, consent.recipients)):
        raise WrongUseError(
            said("a consent says to whom: a domain or an address, or * where it says anybody")
        )
    if consent.until_on is not None and consent.until_on < consent.given_on:
        raise WrongUseError(said("the last day lies before the first"))


def _is_receiver(text: str) -> bool:
    """Tell whether a consent can be compared with where messages go."""
    if text == ANYBODY or _DOMAIN.fullmatch(text) is not None:
        return True
    return text.count("@") == 1 and address_in(text) is not None and not set(",;") & set(text)


def record(house: House, consent: Consent) -> Kept[Consent]:
    """Record a consent, tell the ledger, and hold its proof while it stands.

    Raises:
        WrongUseError: See :func:`require`.
    """
    require(consent)
    now = clock.now()
    kept = register(house).open(
        consent,
        deed=Deed.CONSENT_RECORDED,
        clear=_clear(consent),
        opened_at=now,
        due_at=_end(consent, house),
    )
    proofs.keep(
        house, consent.proof, reference=_hold(kept.reference), by=consent.by or "gallra", at=now
    )
    return kept


def withdraw(house: House, reference: str, *, on: date, by: str, why: str) -> Kept[Consent]:
    """Note that a consent holds no more, let its proof go its way, and have people told.

    Raises:
        WrongUseError: If there is none of that name, it was withdrawn already, or before it was
            given.
    """
    kept = register(house).get(reference)
    if kept.body.withdrawn_on is not None:
        raise WrongUseError(said("{reference} was withdrawn already", reference=shown(reference)))
    if on < kept.body.given_on:
        raise WrongUseError(said("the last day lies before the first"))
    now = clock.now()
    kept = register(house).change(
        kept,
        replace(kept.body, withdrawn_on=on, withdrawn_why=why),
        deed=Deed.CONSENT_WITHDRAWN,
        clear=(("on", on.isoformat()), ("by", by), ("reason", why)),
        closed_at=now,
    )
    proofs.release(house, reference=_hold(reference), by=by, why="withdrawn")
    proof = kept.body.proof
    if proof is not None and proof.share:
        place = Place(share=proof.share, path=proof.path, part=proof.part)
        if proof.part:
            place = replace(place, sha256=proof.sha256)
        tell(
            house,
            Event(
                kind=Trigger.CONSENT_WITHDRAWN,
                reference=_hold(reference),
                on=on,
                places=(place,),
                source=EventSource.COMMAND,
                told_by=by,
                told_at=now,
            ),
        )
    announce(
        house,
        Notification(
            kind="consent",
            audience=Audience.CLUB,
            urgency=Urgency.SOON,
            key=f"consent {reference} withdrawn",
            subject=said("consent {reference} was withdrawn", reference=reference),
            lines=(
                said("Nothing more is passed on under it, and whoever received it is told."),
                said("See: gallra consent show {reference}", reference=reference),
            ),
            at=now,
        ),
    )
    return kept


def expire(house: House, now: datetime) -> tuple[Kept[Consent], ...]:
    """Close the consents whose last day has passed; return them."""
    today = day_of(now, house.schedule)
    over = [kept for kept in register(house).all(is_open=True) if is_over(kept.body, today)]
    closed: list[Kept[Consent]] = []
    for kept in over:
        until = kept.body.until_on
        closed.append(
            register(house).change(
                kept,
                kept.body,
                deed=Deed.CONSENT_EXPIRED,
                clear=(("on", until.isoformat() if until else None),),
                closed_at=now,
            )
        )
        proofs.release(house, reference=_hold(kept.reference), by="gallra", why="expired")
    return tuple(closed)


def remind(house: House, voice: Voice, now: datetime) -> None:
    """Once a day, close what is over and tell what soon will be: a chore of the daemon."""
    del voice  # what there is to say is announced
    today = day_of(now, house.schedule)
    if house.catalogue.meta(_LOOKED) == today.isoformat():
        return
    expire(house, now)
    for kept in _ending(house, today):
        announce(
            house,
            Notification(
                kind="consent",
                audience=Audience.CLUB,
                urgency=Urgency.DIGEST,
                key=f"consent {kept.reference} ends {kept.body.until_on}",
                subject=said("consent {reference} ends soon", reference=kept.reference),
                lines=(
                    said(
                        "Its last day is {day}. Ask again, or stop passing on what it covers.",
                        day=kept.body.until_on.isoformat() if kept.body.until_on else "",
                    ),
                    said("See: gallra consent show {reference}", reference=kept.reference),
                ),
                at=now,
            ),
        )
    house.catalogue.set_meta(_LOOKED, today.isoformat())


def _ending(house: House, today: date) -> Iterator[Kept[Consent]]:
    for kept in register(house).all(is_open=True):
        until = kept.body.until_on
        if until is not None and until - _REMIND <= today:
            yield kept


def _end(consent: Consent, house: House) -> datetime | None:
    """Return when the last day of a consent is over, on the organisation's calendar."""
    if consent.until_on is None:
        return None
    after = consent.until_on + timedelta(days=1)
    zone = ZoneInfo(house.schedule.organisation.timezone)
    return datetime(after.year, after.month, after.day, tzinfo=zone)


def _hold(reference: str) -> str:
    return f"consent {reference}"


def _clear(consent: Consent) -> Clear:
    proof = consent.proof
    return (
        ("person", consent.person),
        ("purpose", consent.purpose),
        ("to", ", ".join(consent.recipients)),
        ("given", consent.given_on.isoformat()),
        ("until", consent.until_on.isoformat() if consent.until_on else None),
        ("proof", shown(as_text(proof.path)) if proof else None),
        ("part", proof.part or None if proof else None),
        ("message_id", proof.message_id or None if proof else None),
        ("sha256", proof.sha256 or None if proof else None),
        ("by", consent.by),
    )
