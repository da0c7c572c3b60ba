"""What of gallra's own names a person: files by their names, the log's texts, the registers."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from gallra.model.access import Remembered
from gallra.model.ledger import Deed, LedgerEntry
from gallra.policy.recognising import SAYS_WHO, Likeness, Sort, hits_in
from gallra.service.house import House

_PARTING: Final = re.compile(r"[_/.+]+")
_NUMBERED: Final = re.compile(r"\d{4}|@")
REQUESTS: Final = "request"
"""What the register of requests is called."""
_OURS: Final = frozenset({Deed.RULES_LOADED})


def naming(likeness: Likeness, sorts: frozenset[Sort] = SAYS_WHO) -> Callable[[str], bool]:
    """Return what tells whether a name of a file or a line names the person.

    Of most texts it is known at a glance that they do not.
    """
    names, numbers = likeness.of_names(), likeness.of_numbers()

    def is_naming(text: str) -> bool:
        text = unicodedata.normalize("NFC", text)
        folded = text.casefold()
        has_name = any(surname in folded for surname in likeness.surnames)
        has_number = _NUMBERED.search(text) is not None
        return any(
            hit.sort in sorts
            for wanted, is_sought in ((names, has_name), (numbers, has_number))
            if is_sought
            for each in (text, _PARTING.sub(" ", text))
            for hit in hits_in(each, (), wanted)
        )

    return is_naming


def remembered(house: House, likeness: Likeness) -> Iterator[Remembered]:
    """Yield the ledger's entries whose clear half names the person."""
    is_mentioned = mentioning(likeness)
    for entry in house.ledger.entries(only_with_text=True):
        if entry.entry.deed in _OURS or not is_mentioned(entry):
            continue
        yield Remembered(
            sequence=entry.sequence,
            at=entry.at,
            deed=entry.entry.deed.value,
            class_code=entry.entry.class_code,
            is_destroyed=entry.entry.deed is Deed.DESTROYED,
        )


def registered(house: House, likeness: Likeness) -> Iterator[tuple[str, str]]:
    """Yield the entries of gallra's own registers that name the person; requests are their own."""
    is_naming = naming(likeness)
    for kind in house.registers.kinds():
        if kind == REQUESTS:
            continue
        for dossier in house.registers.dossiers(kind):
            if any(is_naming(text) for text in _texts(json.loads(dossier.body))):
                yield kind, dossier.reference


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(_texts, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_texts, value))


def mentioning(likeness: Likeness) -> Callable[[LedgerEntry], bool]:
    """Return what tells whether the clear half of an entry of the ledger names the person."""
    is_naming = naming(likeness)

    def is_mentioned(entry: LedgerEntry) -> bool:
        return any(
            isinstance(value, str) and is_naming(value) for _, value in entry.entry.clear or ()
        )

    return is_mentioned
