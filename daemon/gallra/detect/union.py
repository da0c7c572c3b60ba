"""What ties somebody to a union: lists of members, offices, a union's name beside a person."""

from gallra.detect import phrases
from gallra.detect.persons import REACH, Persons
from gallra.detect.sentences import Sentence
from gallra.detect.verdict import Mark

_TITLE = 250
"""Characters in which a document's title stands."""
_AFTER_COLON = 3
_GOES_ON = 3
"""Words behind an office, from which on it is no signature."""
_LETTERS = 3
"""Letters of a union's name that is written large: LO, YS."""


def on_list(persons: Persons, sentence: Sentence, mark: Mark, *, is_list: bool) -> float:
    """Return the score of a heading above persons, or of somebody who stands on the list."""
    low = sentence.low
    at = mark.start - sentence.start
    if phrases.ALL & sentence.words:
        return 0.0
    is_title = mark.start <= _TITLE and low.startswith(("medlem", "member"))
    if persons.are_below(sentence) or (is_list and is_title):
        return 0.8
    if sentence.general or not sentence.people:
        return 0.0
    colon = low.find(":", at)
    for person in sentence.people:
        first = person.start - sentence.start
        if colon >= 0 and 0 <= first - colon <= _AFTER_COLON:
            return 0.75
    first_person = sentence.people[0]
    is_on = (
        first_person.end <= mark.start
        and phrases.STANDS_ON.search(low, 0, at) is not None
        and not persons.is_public(sentence, first_person)
    )
    return 0.65 if is_on else 0.0


def in_office(persons: Persons, sentence: Sentence, mark: Mark) -> float:
    """Return the score of an office that somebody is said to hold, to get, or to have held."""
    low = sentence.low
    if sentence.general:
        return 0.0
    at = mark.start - sentence.start
    before = low[max(0, at - 80) : at]
    best = 0.0
    for person in sentence.people:
        if person.end > mark.start:
            best = max(best, _held_by_next(persons, sentence, mark, person))
        elif not persons.is_public(sentence, person, of_office=True):
            best = max(best, _held_by_last(sentence, mark, person))
    if best or not phrases.HOLDS.search(before):
        return best
    is_writer = persons.has_writer and sentence.words & phrases.FIRST_PERSON
    is_taken_up = sentence.words & phrases.THIRD_PERSON and persons.before(sentence)
    return 0.6 if is_writer or is_taken_up else 0.0


def _held_by_next(persons: Persons, sentence: Sentence, mark: Mark, person: Mark) -> float:
    """Return the score of an office before a person: our new steward is her."""
    at, end = mark.start - sentence.start, mark.end - sentence.start
    before = sentence.low[max(0, at - 80) : at]
    is_hers = (
        phrases.BY.fullmatch(sentence.low, end, person.start - sentence.start)
        and not phrases.MEETS.search(before)
        and ":" not in before
        and not persons.is_public(sentence, person)
    )
    return 0.6 if is_hers else 0.0


def _held_by_last(sentence: Sentence, mark: Mark, person: Mark) -> float:
    """Return the score of an office behind a person; a signature's is not told."""
    low = sentence.low
    at, end = mark.start - sentence.start, mark.end - sentence.start
    first, last = person.start - sentence.start, person.end - sentence.start
    between = low[last:at]
    if len(between) > REACH:
        return 0.0
    if phrases.APPOSED.fullmatch(between):
        is_told = len(low[end : end + 60].split()) >= _GOES_ON and not (
            phrases.CONTACT.search(low, max(0, at - 80), at)
        )
        return 0.55 if is_told else 0.0
    is_held = phrases.HOLDS.search(low, max(0, first - 30), at) and not (
        phrases.MEETS.search(between)
    )
    return 0.6 if is_held else 0.0


def beside_name(persons: Persons, sentence: Sentence, mark: Mark) -> float:
    """Return the score of a union's name that stands behind a person in a list."""
    written = persons.text[mark.start : mark.end]
    if not written[0].isupper() or (len(written) <= _LETTERS and not written.isupper()):
        return 0.0
    return max(
        (
            0.6
            for person in sentence.people
            if person.end <= mark.start
            and phrases.BESIDE.fullmatch(persons.text, person.end, mark.start)
            and not persons.is_public(sentence, person)
        ),
        default=0.0,
    )


def is_no_membership(sentence: Sentence, mark: Mark) -> bool:
    """Tell whether a member is one of something else, or anybody who might become one."""
    at, end = mark.start - sentence.start, mark.end - sentence.start
    if not phrases.MEMBER.fullmatch(sentence.low, at, end):
        return False
    body = phrases.IN_BODY.match(sentence.low, end)
    if (
        body
        and not phrases.UNION_LIKE.search(body["body"])
        and not phrases.INITIALS.match(sentence.written, body.start("body"))
    ):
        return True
    before = sentence.low[:at]
    match = phrases.AS_MEMBER.search(before)
    if match is None:
        return False
    is_invited = not before[: match.start()].strip()
    is_anybody = before[match.start() :].startswith(("som", "as"))
    return is_invited or (is_anybody and not phrases.STAYS_MEMBER.search(before))
