"""From an event as a person wrote it down to what it is about in the catalogue."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from gallra.detect.checksums import swedish_birth, valid_birth
from gallra.detect.digests import Digester
from gallra.detect.marks import Marker
from gallra.model.errors import WrongUseError
from gallra.model.event import Event, EventSource, Place
from gallra.model.finding import ValueDigest
from gallra.model.message import said
from gallra.model.names import as_text
from gallra.model.record import CataloguedRecord
from gallra.model.retention import Trigger
from gallra.policy.paths import normalised
from gallra.rules.claims import Claim
from gallra.service.copies import what_is_said
from gallra.service.house import House

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_NUMBER = re.compile(r"[\d\s+().-]{3,40}")
_MEMBER = re.compile(r"[A-Za-z]{0,3}[ -]?\d{4,10}")
_NORWEGIAN_DIGITS = 11
_SHORTEST_PHONE = 8


def event_of(  # noqa: PLR0913 - what was written, and who wrote it when
    claim: Claim,
    house: House,
    *,
    source: EventSource,
    by: str,
    at: datetime,
    people: tuple[ValueDigest, ...] = (),
) -> Event:
    """Return the event that ``claim`` speaks of, ready to be told.

    Args:
        claim: As it was written; where it says nothing but a reference, that is a path in a
            share, a person's number or address, or the name of a folder and of what messages
            are about.
        house: Whose shares and catalogue.
        source: Where it was written.
        by: Who wrote it.
        at: Now, aware.
        people: Of others that it is about.

    Raises:
        WrongUseError: If something of it cannot be understood or is nowhere.
    """
    places = [_place(text, house, is_folder=True) for text in claim.folders]
    places += [_place(text, house, is_folder=False) for text in claim.files]
    values = [subject_of(text, house) for text in claim.subjects]
    values += [person_of(text, house) for text in claim.persons]
    values += people
    reference = claim.reference
    if not places and not values:
        more_places, more_values, reference = _meant_by(claim.reference, house)
        places += more_places
        values += more_values
    elif (person := identified(claim.reference)) is not None:
        reference = person  # nobody's number becomes the name of an event
    if claim.kind is Trigger.CASE_TRANSFERRED:
        values += what_is_said(house, places)
    zone = ZoneInfo(house.schedule.organisation.timezone)
    return Event(
        kind=claim.kind,
        reference=reference,
        on=claim.on or at.astimezone(zone).date(),
        places=tuple(dict.fromkeys(places)),
        values=tuple(dict.fromkeys(values)),
        source=source,
        told_by=by,
        told_at=at,
    )


def identified(text: str) -> str | None:
    """Return the entity whose value ``text`` is, if it tells one person from all others.

    A name does not: somebody else may be called the same.
    """
    text = text.strip()
    if _EMAIL.fullmatch(text):
        return "EMAIL_ADDRESS"
    if _NUMBER.fullmatch(text) is None:
        return "MEMBER_NUMBER" if _MEMBER.fullmatch(text) else None
    digits = re.sub(r"\D", "", text)
    swedish = swedish_birth(digits, is_centenarian="+" in text[1:])
    if swedish is not None:
        return "SE_SAMORDNINGSNUMMER" if swedish[1] else "SE_PERSONNUMMER"
    norwegian = valid_birth(digits) if len(digits) == _NORWEGIAN_DIGITS else None
    if norwegian is not None:
        return norwegian[0]
    if text.startswith(("+", "0")) and len(digits) >= _SHORTEST_PHONE:
        return "PHONE_NUMBER"
    return "MEMBER_NUMBER" if _MEMBER.fullmatch(text) else None


def _meant_by(reference: str, house: House) -> tuple[list[Place], list[ValueDigest], str]:
    """Return what a reference is about, and what to call it.

    Raises:
        WrongUseError: If it is about nothing that is known, or about several things.
    """
    found = list(places_named(reference, house))
    if found:
        return found[:1], [], reference
    person = identified(reference)
    if person is not None:
        return [], [person_of(reference, house)], person
    folders = house.catalogue.folders_called(os.fsencode(reference))
    if len(folders) > 1:
        raise WrongUseError(
            said(
                "{name}: several folders are called that ({folders}); say which with --folder",
                name=reference,
                folders=", ".join(f"{each.share}/{as_text(each.path)}" for each in folders),
            )
        )
    subject = subject_of(reference, house)
    is_subject = next(house.catalogue.nominate(subject.entity, subject.digest), None) is not None
    if not folders and not is_subject:
        raise WrongUseError(
            said(
                "{name}: nothing in the catalogue is called that: no folder, no file, no subject"
                " line, no person's number or address. Say what it is about with --folder,"
                " --file, --subject or --person",
                name=reference,
            )
        )
    return list(folders), [subject] if is_subject else [], reference


def _place(text: str, house: House, *, is_folder: bool) -> Place:
    """Return the place in a share that ``text`` names; it need not be there yet.

    Raises:
        WrongUseError: If it is in no share.
    """
    found = next(places_named(text, house), None) or next(_in_shares(text, house), None)
    if found is None or (is_folder and found.part):
        raise WrongUseError(
            said(
                "{path} is in no share; the shares are: {shares}",
                path=text,
                shares=", ".join(
                    f"{share.name} ({as_text(share.path)})" for share in house.schedule.shares
                ),
            )
        )
    return found


def places_named(text: str, house: House) -> Iterator[Place]:
    """Yield what ``text`` names and what is there, on the share or in the catalogue."""
    for given, part in _readings(text):
        for place in _in_shares(given, house):
            share = house.share(place.share)
            record = house.catalogue.record_by_path(place.share, place.path, part)
            if part:
                yield from _message(place, part, record)
            elif record is not None or os.path.lexists(os.path.join(share.path, place.path)):
                yield place
            else:
                yield from _spelled_otherwise(place, house)


def _message(place: Place, part: str, item: CataloguedRecord | None) -> Iterator[Place]:
    """Yield one message of a mailbox, by its bytes: its number may be another's tomorrow."""
    if item is None:
        return
    if item.record.span is None:
        raise WrongUseError(
            said(
                "{part}: a message of a mailbox of this kind cannot be named alone; name it by"
                " its subject line, or the mailbox as a whole",
                part=part,
            )
        )
    yield replace(place, part=part, sha256=item.record.span.sha256)


def _readings(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    for at in range(len(text) - 1, 0, -1):
        if text[at] in "#!":
            yield text[:at], text[at + 1 :]


def _spelled_otherwise(place: Place, house: House) -> Iterator[Place]:
    """Yield the one folder whose name differs only in how its letters are composed."""
    wanted = normalised(place.path)
    if wanted.isascii():
        return
    same = [path for path in house.catalogue.folders(place.share) if normalised(path) == wanted]
    if len(same) == 1:
        yield Place(share=place.share, path=same[0])


def _in_shares(text: str, house: House) -> Iterator[Place]:
    """Yield the places that ``text`` can mean: from the root, as SHARE/PATH, or from here."""
    typed = os.fsencode(text)
    here = os.path.normpath(os.path.join(os.getcwdb(), typed))
    for name, root in house.schedule.roots.items():
        if here == root or here.startswith(root + b"/"):
            yield Place(share=name, path=here.removeprefix(root).strip(b"/"))
        plain = os.path.normpath(typed)
        if plain == name.encode() or plain.startswith(name.encode() + b"/"):
            yield Place(share=name, path=plain.removeprefix(name.encode()).strip(b"/"))


def subject_of(text: str, house: House) -> ValueDigest:
    """Return the mark of messages of which ``text`` is the subject line.

    Raises:
        WrongUseError: If it says nothing.
    """
    mark = Marker(house.keys.digest_keys()).subject(text)
    if mark is None:
        raise WrongUseError(said("a subject line that says nothing is about everything"))
    return mark


def person_of(text: str, house: House) -> ValueDigest:
    """Return the digest of a person's number or address.

    Raises:
        WrongUseError: If it is neither; what was typed is not repeated.
    """
    entity = identified(text)
    digest = None
    if entity is not None:
        digest = Digester(house.keys.digest_keys()).digest(entity, text.strip())
    if entity is None or digest is None:
        raise WrongUseError(
            said(
                "a person is named by a personal number, a member number, a telephone number or"
                " a mail address: a name can be somebody else's too"
            )
        )
    return ValueDigest(entity=entity, digest=digest)
