"""Codes that stand as values in a message, in the words of the reader's language.

Other rooms put codes into their messages, ``document-date``, ``P4Y``: stored sentences keep
them, and only here, where the language is known, do they become words.
"""

import re
from collections.abc import Mapping
from typing import Final

from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.passage import Outcome
from gallra.model.retention import Period, Trigger
from gallra.report.duty_words import GRAVITIES, KINDS, RECEIVERS, RISKS
from gallra.report.periods import spans
from gallra.report.words import named

_THOUSAND: Final = 1000
_PERIOD: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")

_TRIGGERS: Final = {str(trigger): named(trigger) for trigger in Trigger if trigger.is_event}
_WORDS: Final[Mapping[str, Mapping[str, Message]]] = {
    "outcome": {str(outcome): named(outcome) for outcome in Outcome},
    "deed": {str(deed): named(deed) for deed in Deed},
    "event": _TRIGGERS,
    "finding_kind": {str(kind): word for kind, word in KINDS.items()},
    "receiver": {str(receiver): word for receiver, word in RECEIVERS.items()},
    "risk": {str(risk): word for risk, word in RISKS.items()},
    "gravity": {str(gravity): word for gravity, word in GRAVITIES.items()},
    "trigger": {
        **_TRIGGERS,
        str(Trigger.DOCUMENT_DATE): named(Trigger.DOCUMENT_DATE),
        "created": said("created"),
        "modified": said("changed"),
    },
    "source": {
        "name": said("name"),
        "text": said("wording"),
        "header": said("header"),
        "properties": said("properties"),
        "folder": said("its folder's name"),
    },
}
"""By the name of the placeholder: only there is a text known to be a code, and not a name."""


def in_words(name: str, value: str) -> tuple[Message, ...]:
    """Return the words for the code ``value`` in the placeholder ``name``; none for a text."""
    if name == "period" and (found := _PERIOD.fullmatch(value)):
        years, months, weeks, days = (int(number or 0) for number in found.groups())
        return spans(Period(years=years, months=months, weeks=weeks, days=days))
    word = _WORDS.get(name, {}).get(value)
    return () if word is None else (word,)


def as_size(count: int) -> str:
    """Return a number of bytes as people say it: in whole kB, MB, GB or TB, rounded up."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < _THOUSAND:
            return f"{count} {unit}"
        count = -(-count // _THOUSAND)
    return f"{count} TB"
