"""Search for one person in everything: nominate by digest and by name, then read and see.

Digests only nominate. What counts is what stands in the text, read once more in the sandbox; the
text is never kept.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from gallra.detect.digests import Digester
from gallra.duties.naming import naming, registered, remembered
from gallra.duties.sighting import Reader, Sighting, version_of
from gallra.model.access import (
    Certainty,
    FoundRecord,
    NotSearched,
    Person,
    Remembered,
    Request,
    Stance,
)
from gallra.model.finding import ValueDigest
from gallra.model.message import Message, said
from gallra.model.names import as_text
from gallra.model.passage import Outcome
from gallra.model.record import CataloguedRecord, RecordState
from gallra.policy.name_forms import Strength, written
from gallra.policy.recognising import SAYS_WHO, Likeness, Sort, likeness_of
from gallra.service.house import House
from gallra.service.scanning import Scanner

MOST_BY_SURNAME: Final = 200
"""Records that a surname alone may nominate; a more common one nominates none."""
_SORT: Final = {
    Strength.FULL: Sort.FULL_NAME,
    Strength.PART: Sort.PART_NAME,
    Strength.SURNAME: Sort.SURNAME,
}
_KEYED_BY_HAND: Final = re.compile(r"[^0-9A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """What is to be read."""

    file_ids: tuple[int, ...]
    parts: Mapping[int, frozenset[str]]
    """By file, the records in it that are meant; none: all of them."""
    called_after: frozenset[int]
    """Files whose own name, or folder, is the person's."""
    left_out_count: int
    """Records that only a common surname would have led to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What one search found."""

    found: tuple[FoundRecord, ...]
    not_searched: tuple[NotSearched, ...]
    remembered: tuple[Remembered, ...]
    registered: tuple[tuple[str, str], ...]
    nominated_count: int
    left_out_count: int


def digests_of(person: Person, keys: Mapping[str, bytes]) -> dict[tuple[str, str], Sort]:
    """Return the digest of everything that may stand for ``person``, with what it says."""
    digester = Digester(keys)
    found: dict[tuple[str, str], Sort] = {}

    def note(entity: str, value: str, sort: Sort) -> None:
        digest = digester.digest(entity, value)
        if digest is not None:
            found.setdefault((entity, digest), sort)

    for entity, value in person.identifiers:
        note(entity, value, Sort.IDENTIFIER)
        if entity == "MEMBER_NUMBER":
            plain = _KEYED_BY_HAND.sub("", value)
            for each in {
                plain,
                plain.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            }:
                note(entity, each, Sort.IDENTIFIER)
    for address in person.addresses:
        note("POSTAL_ADDRESS", address, Sort.ADDRESS)
        note("POSTAL_ADDRESS", address.partition(",")[0], Sort.ADDRESS)
        note("POSTAL_ADDRESS", re.sub(r"\s*[,\n]\s*", " ", address), Sort.ADDRESS)
        note("POSTAL_ADDRESS", re.sub(r"\s*,\s*", "\n", address), Sort.ADDRESS)
    for name, strength in written(person.names).items():
        if strength in _SORT:
            note("PERSON", name, _SORT[strength])
    return found


def nominate(house: House, likeness: Likeness, *, is_whole: bool) -> Nomination:
    """Return the files that may speak of a person; nothing is opened.

    Args:
        house: Whose shares.
        likeness: What the person is recognised by.
        is_whole: Every file, and not only those that digests and names lead to.
    """
    catalogue = house.catalogue
    is_called = naming(likeness, SAYS_WHO | {Sort.PART_NAME})
    known = [(each.file_id, is_called(as_text(each.path))) for each in catalogue.files_by_name()]
    called = frozenset(file_id for file_id, is_theirs in known if is_theirs)
    if is_whole:
        return Nomination(
            file_ids=tuple(file_id for file_id, _ in known),
            parts={},
            called_after=called,
            left_out_count=0,
        )
    values = [ValueDigest(entity=entity, digest=digest) for entity, digest in likeness.digests]
    records = catalogue.nominated(values)
    weak = [
        number for number, found in records.items()
        if all(likeness.digests[each.entity, each.digest] is Sort.SURNAME for each in found)
    ]  # fmt: skip
    left_out = len(weak) if len(weak) > MOST_BY_SURNAME else 0
    if left_out:
        for number in weak:
            del records[number]
    parts: dict[int, set[str]] = {file_id: set() for file_id in sorted(called)}
    for number in sorted(records):
        item = catalogue.record(number)
        if item is not None and item.file_id not in called:
            parts.setdefault(item.file_id, set()).add(item.record.part)
    return Nomination(
        file_ids=tuple(parts),
        parts={file_id: frozenset(each) for file_id, each in parts.items()},
        called_after=called,
        left_out_count=left_out,
    )


def search(house: House, request: Request, *, is_whole: bool = False) -> Searched:
    """Find everything that speaks of the person of ``request``; what was decided stays.

    Args:
        house: Whose shares, quarantine and ledger.
        request: Whose person.
        is_whole: Read every file.

    Raises:
        GallraError: If the catalogue or the ledger cannot be read.
    """
    person = request.person
    keys = house.keys.digest_keys()
    likeness = likeness_of(person, digests_of(person, keys))
    nomination = nominate(house, likeness, is_whole=is_whole)
    found: list[FoundRecord] = []
    missed: list[NotSearched] = []
    with Scanner(digest_keys=keys) as scanner:
        reader = Reader(house, scanner, own_words(house, person))
        for file_id in nomination.file_ids:
            items = _alive(house, file_id)
            if not items:
                continue
            try:
                sightings = reader.sightings(
                    items, likeness, only=nomination.parts.get(file_id, ())
                )
            except OSError as error:
                missed.append(_gone(items[0], error))
                continue
            found += _found(sightings, is_called=file_id in nomination.called_after)
    return Searched(
        found=_numbered(found, request.found),
        not_searched=(*missed, *_not_searched(house)),
        remembered=tuple(remembered(house, likeness)),
        registered=tuple(registered(house, likeness)),
        nominated_count=len(nomination.file_ids),
        left_out_count=nomination.left_out_count,
    )


def seen_again(
    house: House, person: Person, wanted: Iterable[FoundRecord]
) -> Iterator[tuple[FoundRecord, Sighting | None, Reader]]:
    """Read records once more; ``None`` for one that is not what was found."""
    keys = house.keys.digest_keys()
    likeness = likeness_of(person, digests_of(person, keys))
    by_file: dict[tuple[str, bytes, str | None], list[FoundRecord]] = {}
    for each in wanted:
        by_file.setdefault((each.share, each.path, each.quarantine_id), []).append(each)
    with Scanner(digest_keys=keys) as scanner:
        reader = Reader(house, scanner, own_words(house, person))
        for records in by_file.values():
            read: dict[str, Sighting] = {}
            item = _item_of(house, records[0])
            if item is not None:
                with suppress(OSError):
                    items = _alive(house, item.file_id)
                    read = {
                        each.item.record.part: each
                        for each in reader.sightings(
                            items, likeness, only={each.part for each in records}
                        )
                    }
            for each in records:
                sighting = read.get(each.part)
                is_same = sighting is not None and version_of(sighting.item) == each.version
                yield each, sighting if is_same else None, reader


def _item_of(house: House, found: FoundRecord) -> CataloguedRecord | None:
    if found.quarantine_id is not None:
        inside = house.catalogue.quarantine_item(found.quarantine_id)
        if inside is None or inside.state is not RecordState.QUARANTINED:
            return None
        records = house.catalogue.records_of_file(inside.file_id)
        return next((each for each in records if each.record.part == found.part), None)
    item = house.catalogue.record_by_path(found.share, found.path, found.part)
    return item if item is not None and item.state is RecordState.PRESENT else None


def own_words(house: House, person: Person) -> frozenset[str]:
    """Return words that are never masked: of the person's names, and of the organisation's."""
    organisation = house.schedule.organisation
    texts = (*person.names, organisation.name, organisation.controller)
    words = {word.casefold() for text in texts for word in re.findall(r"\w+", text)}
    officer = organisation.data_protection_officer
    return frozenset(words | {officer.email.casefold()} if officer else words)


def _alive(house: House, file_id: int) -> list[CataloguedRecord]:
    return [
        each for each in house.catalogue.records_of_file(file_id)
        if each.state in {RecordState.PRESENT, RecordState.QUARANTINED}
    ]  # fmt: skip


def _found(sightings: Iterable[Sighting], *, is_called: bool) -> Iterator[FoundRecord]:
    for sighting in sightings:
        record = sighting.item.record
        certainty = sighting.certainty
        if certainty is None and is_called and not record.part:
            certainty = Certainty.DOUBTFUL  # its name is theirs; what is in it may be
        if certainty is None:
            continue
        counts: dict[str, int] = {}
        for sight in sighting.sights:
            for hit in sight.hits:
                counts[hit.entity] = counts.get(hit.entity, 0) + 1
        yield FoundRecord(
            number=0,
            share=record.share,
            path=record.path,
            part=record.part,
            version=version_of(sighting.item),
            quarantine_id=sighting.item.quarantine_id,
            class_code=sighting.item.classification.class_code,
            kind=record.kind,
            certainty=certainty,
            hits=tuple(sorted(counts.items())),
            speaks_of_others=sighting.speaks_of_others,
            is_incomplete=sighting.is_incomplete,
        )


def _numbered(
    found: Iterable[FoundRecord], before: Iterable[FoundRecord]
) -> tuple[FoundRecord, ...]:
    """Return what was found with the numbers and decisions of the last search."""
    known = {(each.share, each.path, each.part): each for each in before}
    last = max((each.number for each in known.values()), default=0)
    numbered: list[FoundRecord] = []
    for each in sorted(found, key=lambda item: (item.share, item.path, item.part)):
        old = known.get((each.share, each.path, each.part))
        if old is None:
            last += 1
            numbered.append(replace(each, number=last))
        elif old.version == each.version:
            numbered.append(
                replace(
                    each, number=old.number, stance=old.stance, why=old.why,
                    decided_by=old.decided_by,
                )
            )  # fmt: skip
        else:
            numbered.append(replace(each, number=old.number, stance=Stance.UNDECIDED))
    return tuple(sorted(numbered, key=lambda item: item.number))


def _gone(item: CataloguedRecord, error: OSError) -> NotSearched:
    return NotSearched(
        share=item.record.share,
        path=item.record.path,
        part="",
        outcome=Outcome.UNREADABLE.value,
        reason=said(
            "it cannot be opened ({error}): run gallra scan, and search again",
            error=os.strerror(error.errno or 0),
        ),
    )


def _not_searched(house: House) -> Iterator[NotSearched]:
    for each in house.catalogue.unread():
        if each.outcome == Outcome.READ.value:
            continue
        yield NotSearched(
            share=each.file.share,
            path=each.file.path,
            part=each.part,
            outcome=each.outcome or Outcome.UNREADABLE.value,
            reason=each.reason or (None if each.outcome else _NEW),
            is_encrypted=each.is_encrypted,
        )


_NEW: Final[Message] = said("it is new or was changed, and was not read yet: run gallra scan")
