"""Which consent holds when, for whom; and which sentences say that somebody consents."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from gallra.model.consents import ANYBODY, Consent, Declaration, Statement

_WORDS: Final = r"(?:\W+\w+){0,4}?\W+"
_GIVES: Final = re.compile(
    r"\b(?:"
    r"(?:jag|vi) (?:\w+ ){0,2}?samtycker|(?:jag|vi) (?:\w+ ){0,2}?godkänner att"
    rf"|(?:jag|vi) (?:\w+ )?(?:ger|lämnar|har gett){_WORDS}(?:samtycke|medgivande|tillstånd)"
    r"|(?:ni|du) får (?:gärna )?(?:lämna ut|lämna vidare|dela|skicka vidare|vidarebefordra)"
    r"|(?:jeg|vi|eg) (?:\w+ ){0,2}?(?:samtykker|samtykkjer|godtar at|godkjenner at|godtek at)"
    rf"|(?:jeg|vi|eg) (?:\w+ )?(?:gir|gjev|gjer|har gitt){_WORDS}(?:samtykke|tillatelse|løyve)"
    r"|(?:dere|de|du) (?:kan|får) (?:gjerne )?(?:gi videre|dele|utlevere|sende videre)"
    r"|i (?:\w+ ){0,2}?consent to|i (?:\w+ ){0,2}?agree (?:that|to) (?:you|your|the|my|being)"
    rf"|i (?:\w+ )?(?:give|have given){_WORDS}(?:consent|permission)"
    r"|you (?:may|can) (?:share|pass on|disclose|forward)"
    r")",
    re.IGNORECASE,
)
_WITHDRAWS: Final = re.compile(
    r"\b(?:"
    r"(?:återkallar|återtar|drar tillbaka|tar tillbaka)(?:\W+\w+){0,4}?\W+samtycke"
    r"|samtycker (?:inte|ej) längre|samtycket (?:återkallas|gäller inte)"
    r"|(?:trekker|trekkjer|kaller|kallar)(?:\W+\w+){0,4}?\W+samtykke"
    r"|samtykker ikke lenger|samtykkjer ikkje lenger|samtykket (?:trekkes|gjelder ikke)"
    r"|(?:withdraw|revoke)(?:\W+\w+){0,3}?\W+consent|no longer consent"
    r")",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"\b(?:inte|ej|aldrig|ikke|ikkje|aldri|not|never|don't|do not|cannot|if|om|hvis|dersom)\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:original|ursprung|opprinnelig|forwarded|vidarebefordra|videresendt)"
    r"|(?:från|fra|frå|from|avsändare|avsender)\s*:|(?:den|on|på)\b.{4,80}\b(?:skrev|wrote)\b)",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"[^.!?\n][^.!?]*[.!?]?", re.DOTALL)
_LONGEST: Final = 400
_MOST: Final = 20
_MOST_TEXT: Final = 60_000


def holds_on(given: Consent | Declaration, on: date) -> bool:
    """Tell whether it held on that day: from the day it was given, to the last of its days."""
    if on < given.given_on:
        return False
    if given.withdrawn_on is not None and on >= given.withdrawn_on:
        return False
    return given.until_on is None or on <= given.until_on


def is_over(given: Consent | Declaration, today: date) -> bool:
    """Tell whether its last day has passed, without anybody withdrawing it."""
    return given.until_on is not None and given.until_on < today


def is_for(given: Consent, purpose: str) -> bool:
    """Tell whether a consent speaks of ``purpose``; an empty one is not asked for."""
    wanted = " ".join(purpose.casefold().split())
    return not wanted or wanted in " ".join(given.purpose.casefold().split())


def statements(text: str) -> tuple[Statement, ...]:
    """Return the sentences of a message in which its writer consents, or takes that back.

    What is quoted of an earlier message, asked, negated or said under a condition is left out: it
    is better not to propose one than to propose what nobody said.
    """
    found: list[Statement] = []
    for sentence in _sentences(text[:_MOST_TEXT]):
        if len(found) >= _MOST:
            break
        if _WITHDRAWS.search(sentence):
            found.append(Statement(text=sentence[:_LONGEST], is_withdrawal=True))
        elif (given := _GIVES.search(sentence)) and not _is_undone(sentence, given.end()):
            found.append(Statement(text=sentence[:_LONGEST]))
    return tuple(found)


def _is_undone(sentence: str, end: int) -> bool:
    """Tell whether a sentence asks, or says not, about as far as its verb reaches."""
    return sentence.rstrip().endswith("?") or _NOT.search(sentence[: end + 30]) is not None


def _sentences(text: str) -> Iterator[str]:
    own: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            if not line.lstrip().startswith(">"):
                break  # all that follows is somebody else's
            continue
        own.append(line.strip())
    for paragraph in re.split(r"\n\s*\n", "\n".join(own)):
        for sentence in _SENTENCE.findall(" ".join(paragraph.split())):
            yield sentence.strip()


def covers(
    given: Consent,
    *,
    recipients: Collection[str],
    known_recipients: Collection[str],
    on: date,
    purpose: str = "",
) -> bool:
    """Tell whether a consent lets something be passed on.

    Args:
        given: The consent.
        recipients: The receiver, as everything that it can be known by: digests of its address
            and of its domains.
        known_recipients: The same of those that the consent names.
        on: The day on which it is, or was, passed on.
        purpose: What for; ``""``: whatever it was for.
    """
    is_meant = ANYBODY in given.recipients or not set(recipients).isdisjoint(known_recipients)
    return is_meant and holds_on(given, on) and is_for(given, purpose)
