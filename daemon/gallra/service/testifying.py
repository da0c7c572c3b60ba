"""What the ledger is told about people's decisions, and how it is read back.

The catalogue may be lost; then holds and events come back from here. So an entry says all of
what was decided, and whatever is written here is understood here.
"""

import json
from datetime import date
from typing import Final

from gallra.model.event import Event, EventSource, Place
from gallra.model.finding import ValueDigest
from gallra.model.ledger import Deed, Entry, LedgerEntry
from gallra.model.names import as_bytes, as_text
from gallra.model.record import Hold
from gallra.model.retention import Trigger
from gallra.store.packing import packed, packed_about, unpacked_about
from gallra.store.recalled import SIGN_IS_SOUGHT

_TIED: Final = "tied"
_EXACT: Final = "exact"


def hold_entry(deed: Deed, hold: Hold, *, by: str, why: str) -> Entry:
    """Return the entry for a hold that is placed or lifted.

    What persons it is on stands there as keyed digests, as in the catalogue: in the half of the
    entry that can be erased.
    """
    about = hold.about
    places = [f"{place.share}/{as_text(place.path)}#{place.part}" for place in about.places]
    told: tuple[tuple[str, str | int | None], ...] = (
        ("reference", hold.reference),
        ("pattern", hold.path),
        ("about", json.dumps([each.removesuffix("#") for each in places]) if places else None),
        ("cases", json.dumps(about.cases) if about.cases else None),
        ("persons", ", ".join(about.persons) or None),
        ("when", packed(about.when) if about.when else None),
        (_EXACT, packed_about(about)),
        ("until", hold.until.isoformat() if hold.until else None),
        ("reason", why),
        ("by", by),
    )
    return Entry(
        deed=deed,
        class_code=hold.class_code or "",
        clear=tuple(pair for pair in told if pair[1] is not None),
    )


def reference_of(entry: LedgerEntry) -> str | None:
    """Return what the hold is called that an entry speaks of; ``None`` where it was erased."""
    reference = dict(entry.entry.clear).get("reference")
    return reference if isinstance(reference, str) else None


def hold_of(entry: LedgerEntry) -> Hold | None:
    """Return the hold that an entry says was placed.

    ``None`` where its text was erased, or does not say exactly what it is on.
    """
    clear = dict(entry.entry.clear)
    exact, until, pattern = clear.get(_EXACT), clear.get("until"), clear.get("pattern")
    if exact is None and any(clear.get(key) for key in ("about", "cases", "persons", "when")):
        return None
    try:
        return Hold(
            reference=str(clear["reference"]),
            path=pattern if isinstance(pattern, str) else None,
            class_code=entry.entry.class_code or None,
            reason=str(clear.get("reason") or ""),
            placed_by=str(clear.get("by") or ""),
            placed_at=entry.at,
            about=unpacked_about(exact if isinstance(exact, str) else None),
            until=date.fromisoformat(str(until)) if until else None,
        )
    except (LookupError, ValueError):
        return None


def event_entry(deed: Deed, event: Event, by: str) -> Entry:
    """Return the entry for an event that is told or taken back.

    What persons it is about stands there as keyed digests, as in the catalogue: in the half of
    the entry that can be erased.
    """
    tied = [f"{place.share}/{as_text(place.path)}#{place.part}" for place in event.places]
    exact = {
        "places": [
            [each.share, as_text(each.path), each.part, each.sha256] for each in event.places
        ],
        "values": [[each.entity, each.digest] for each in event.values],
        "has_sign": event.sign_file_id is not None,
    }
    return Entry(
        deed=deed,
        clear=(
            ("event", event.kind.value),
            ("number", event.event_id),
            ("reference", event.reference),
            ("on", event.on.isoformat()),
            ("source", event.source.value),
            ("about", json.dumps([each.removesuffix("#") for each in tied])),
            ("values", len(event.values)),
            (_TIED, json.dumps(exact)),
            ("by", by),
        ),
    )


def number_of(entry: LedgerEntry) -> int | None:
    """Return the number of the event that an entry speaks of; ``None`` where it was erased."""
    number = dict(entry.entry.clear).get("number")
    return number if isinstance(number, int) else None


def event_of(entry: LedgerEntry) -> Event | None:
    """Return the event that an entry told of.

    ``None`` where its text was erased, or is of a version that did not write down exactly what
    an event is about: less than that could be about more than was meant.
    """
    clear = dict(entry.entry.clear)
    try:
        tied = json.loads(str(clear[_TIED]))
        return Event(
            event_id=int(clear["number"] or 0),
            kind=Trigger(str(clear["event"])),
            reference=str(clear["reference"]),
            on=date.fromisoformat(str(clear["on"])),
            places=tuple(
                Place(share=share, path=as_bytes(path), part=part, sha256=sha256)
                for share, path, part, sha256 in tied["places"]
            ),
            values=tuple(
                ValueDigest(entity=entity, digest=digest) for entity, digest in tied["values"]
            ),
            source=EventSource(str(clear["source"])),
            told_by=str(clear.get("by") or ""),
            told_at=entry.at,
            sign_file_id=SIGN_IS_SOUGHT if tied["has_sign"] else None,
        )
    except (LookupError, TypeError, ValueError):
        return None
