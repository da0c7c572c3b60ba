"""How a name may be written: spellings of its words, shorter forms, initials, endings.

From what somebody listed, everything is derived that can stand for it, each with how much it
says. A form that says little nominates a record; it never decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from itertools import combinations, product
from typing import Final

_SAME: Final = (("å", "aa"), ("ø", "ö", "oe"), ("æ", "ä", "ae"))
"""One letter in the spellings of both languages, and on a keyboard that lacks it."""
_ALIKE: Final = (
    ("ch", "k", "c"), ("ck", "k", "kk"), ("th", "t"), ("ph", "f"), ("w", "v"), ("qu", "kv"),
    ("å", "a"), ("ø", "o"), ("ö", "o"), ("æ", "a"), ("ä", "a"), ("z", "s"), ("y", "i"), ("j", "i"),
)  # fmt: skip
"""What sounds alike: Kristian and Christian, Tomas and Thomas. May be another person's."""
_BARE: Final = str.maketrans("åäæöø", "aaaoo")
"""As mail addresses and foreign systems write them."""
_ACCENTS: Final = str.maketrans("éèêëáàóòíúüñç", "eeeeaaooiuunc")
PARTICLES: Final = frozenset(
    {"af", "al", "av", "da", "de", "del", "den", "der", "di", "el", "la", "le", "van", "von", "zu"}
)
ENDINGS: Final = ("", "s", ":s", "'s", "\u2019s", "'", "\u2019")
"""The genitive, as it is written and miswritten."""
MOST_SPELLINGS: Final = 48
MOST_SOUNDING: Final = 24
MOST_FORMS: Final = 30_000
"""Forms of one person; the rest would be spellings of spellings."""
_MOST_GIVEN: Final = 4


class Strength(IntEnum):
    """How much a form says about whom it means; more is more."""

    GIVEN = 1
    """A first name alone."""
    SURNAME = 2
    PART = 3
    """First name or initial, and surname; or all of it in a spelling that only sounds the same."""
    FULL = 4
    """All that was listed, in a spelling that was, or the same letters by other means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in its words, case-folded."""

    given: tuple[str, ...]
    surname: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write a name: its words in order, each in every spelling."""

    words: tuple[tuple[str, ...], ...]
    strength: Strength
    is_turned: bool = False
    """Surname first."""


def parsed(name: str) -> Name:
    """Return the words of ``name``; ``Ås, Anna`` and ``Anna Ås`` are the same."""
    last, comma, first = name.partition(",")
    if comma:
        return Name(given=_words(first), surname=_words(last))
    words = _words(name)
    if len(words) <= 1:
        return Name(given=words, surname=())
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    return Name(given=words[:start], surname=words[start:])


@cache
def spelled(word: str) -> tuple[str, ...]:
    """Return the spellings that are the same word by other letters, ``word`` first."""
    return tuple(dict.fromkeys(_replaced(word, _SAME)))[:MOST_SPELLINGS]


@cache
def sounding(word: str) -> tuple[str, ...]:
    """Return spellings that sound alike, and are not the same word: up to two letters differ."""
    same = spelled(word)
    known = dict.fromkeys((*same, *(each.translate(_BARE) for each in same)))
    layer: Iterable[str] = same
    for _ in range(2):
        layer = tuple(other for each in layer for other in _one_replaced(each))
        known.update(dict.fromkeys(layer))
    return tuple(each for each in known if each not in same)[:MOST_SOUNDING]


def readings(name: str) -> tuple[Name, ...]:
    """Return what may be first names and what surname, most likely first.

    Of three words without a comma the last two may be a double surname. A double name is
    written with a hyphen or without.
    """
    read = parsed(name)
    found = [read]
    if "," not in name and len(read.given) >= 2:  # noqa: PLR2004 - the second of them may be a surname
        found.append(Name(given=read.given[:1], surname=(*read.given[1:], *read.surname)))
    hyphenated = (
        Name(given=given, surname=surname)
        for each in found
        for given in _hyphenated(each.given)
        for surname in _hyphenated(each.surname)
    )
    return tuple(dict.fromkeys((*found, *hyphenated)))


def _hyphenated(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a name's words as they are, with a hyphen between two, and without any."""
    yield words
    if len(words) == 2 and not PARTICLES.intersection(words):  # noqa: PLR2004 - a double name
        yield ("-".join(words),)
    if any("-" in word.strip("-") for word in words):
        yield tuple(part for word in words for part in word.split("-") if part)


def forms_of(name: str) -> Iterator[Form]:
    """Yield every way to write ``name``, what says most first; see :func:`readings`."""
    found = [tuple(_forms_of(read)) for read in readings(name)]
    for strength in sorted(Strength, reverse=True):
        for forms in found:
            yield from (form for form in forms if form.strength is strength)


def _forms_of(read: Name) -> Iterator[Form]:
    given, surname = read.given[:_MOST_GIVEN], read.surname
    if not given or not surname:
        for word in (*given, *surname):
            yield Form(words=(spelled(word),), strength=Strength.GIVEN)
        return
    firsts, lasts = tuple(map(spelled, given)), tuple(map(spelled, surname))
    yield from _both_ways(firsts, lasts, Strength.FULL)
    initials = tuple((word[0], f"{word[0]}.") for word in given)
    for shorter in _shorter(firsts, initials):
        yield from _both_ways(shorter, lasts, Strength.PART)
    if len(given) > 1:
        together = ("".join(f"{word[0]}." for word in given), "".join(word[0] for word in given))
        yield from _both_ways((together,), lasts, Strength.PART)
    if len(surname) == 1 and "-" in surname[0]:
        for half in surname[0].split("-"):
            yield from _both_ways(firsts, (spelled(half),), Strength.PART)
    yield Form(words=lasts, strength=Strength.SURNAME)
    bare = tuple(each for word, each in zip(surname, lasts, strict=True) if word not in PARTICLES)
    if bare and bare != lasts:
        yield Form(words=bare, strength=Strength.SURNAME)
    for word in given:
        yield Form(words=(spelled(word),), strength=Strength.GIVEN)
    yield from _sounding_alike(given, surname)


def _sounding_alike(given: tuple[str, ...], surname: tuple[str, ...]) -> Iterator[Form]:
    """Yield all of a name with one of its words in a spelling that only sounds the same."""
    same = tuple(map(spelled, (*given, *surname)))
    for index, word in enumerate((*given, *surname)):
        if other := sounding(word):
            words = (*same[:index], other, *same[index + 1 :])
            yield from _both_ways(words[: len(given)], words[len(given) :], Strength.PART)


def written(names: Iterable[str]) -> dict[str, Strength]:
    """Return everything that may be digested for a person of these names, case-folded.

    Each text has single spaces, as detection normalises a name, and the most it can say.
    """
    found: dict[str, Strength] = {}
    for name in names:
        for form in forms_of(name):
            for words in product(*form.words):
                text = " ".join(words)
                for ending in ENDINGS:
                    known = found.get(text + ending)
                    if known is None or known < form.strength:
                        found[text + ending] = form.strength
                if len(found) > MOST_FORMS:
                    return found
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.casefold().replace('"', " ").split() if word)


def _both_ways(
    firsts: tuple[tuple[str, ...], ...], lasts: tuple[tuple[str, ...], ...], strength: Strength
) -> Iterator[Form]:
    yield Form(words=(*firsts, *lasts), strength=strength)
    yield Form(words=(*lasts, *firsts), strength=strength, is_turned=True)


def _shorter(
    firsts: tuple[tuple[str, ...], ...], initials: tuple[tuple[str, str], ...]
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield fewer first names, and initials for some or all of them."""
    count = len(firsts)
    for size in range(1, count):
        for chosen in combinations(range(count), size):
            yield tuple(firsts[index] for index in chosen)
    for size in range(1, count + 1):
        for kept in range(size):
            yield (*firsts[:kept], *initials[kept:size])


def _replaced(word: str, groups: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """Yield ``word`` with each letter of a group by each other of it."""
    choices: list[tuple[str, ...]] = []
    position = 0
    while position < len(word):
        for group in groups:
            own = next((each for each in group if word.startswith(each, position)), None)
            if own is not None:
                choices.append((own, *(each for each in group if each != own)))
                position += len(own)
                break
        else:
            letter = word[position]
            plain = letter.translate(_ACCENTS)
            choices.append((letter,) if plain == letter else (letter, plain))
            position += 1
    for count, letters in enumerate(product(*choices)):
        if count >= MOST_SPELLINGS:
            return
        yield "".join(letters)


def _one_replaced(word: str) -> Iterator[str]:
    for group in _ALIKE:
        for own in group:
            at = word.find(own)
            while at >= 0:
                for other in group:
                    if other != own:
                        yield word[:at] + other + word[at + len(own) :]
                at = word.find(own, at + 1)
