"""Of whom a word in running text is said: somebody named, taken up, speaking, or spoken to."""

from gallra.detect import phrases
from gallra.detect.persons import REACH, Persons
from gallra.detect.sentences import Sentence, line_around
from gallra.detect.special import STATE, THING, TOPIC
from gallra.detect.verdict import Mark

_NEAR = REACH // 2
_HEADED = 250
"""Characters below a form's title in which its person is named."""
_LINE = 40
"""Characters of a heading that says who comes and goes; characters before the word of a note."""
_NOTE = 80
"""Characters of a short note."""
_SHORTEST = 3
"""Letters of a name that is written small, and more: per, ola and bo are words."""
_SURE = 0.8


def said(persons: Persons, sentence: Sentence, mark: Mark) -> float:
    """Return how surely ``mark`` is said of somebody; 0 where it is said in general."""
    if _is_general(persons, sentence, mark):
        return 0.0
    return (
        _of_named(persons, sentence, mark)
        or of_first_name(persons, sentence, mark)
        or _of_taken_up(persons, sentence, mark)
    )


def _is_general(persons: Persons, sentence: Sentence, mark: Mark) -> bool:
    low = sentence.low
    at = mark.start - sentence.start
    general = sentence.general
    is_question = persons.text[sentence.end : sentence.end + 1] == "?"
    if (
        (general and general.start() <= mark.end - sentence.start)
        or phrases.ASKS.search(low, 0, at)
        or (is_question and phrases.ASKED.search(low, 0, at))
    ) and not _is_plainly_said(persons, sentence, mark):
        return True
    if "works at" in sentence.possible and phrases.WORKS_AT.search(low, max(0, at - 60), at + 3):
        return True
    return (
        mark.score != STATE
        and mark.entity == "HEALTH"
        and phrases.IN_CASE_OF.search(low, max(0, at - 30), at) is not None
    )


def _is_plainly_said(persons: Persons, sentence: Sentence, mark: Mark) -> bool:
    """Tell whether a person stands right before the word, whatever else is said."""
    return mark.score == STATE and any(
        0 <= mark.start - person.end <= _LINE and phrases.COPULA.match(persons.text, person.end)
        for person in sentence.people
    )


# somebody named in the sentence


def _of_named(persons: Persons, sentence: Sentence, mark: Mark) -> float:
    best = 0.0
    for person in sentence.people:
        if person.end <= mark.start:
            best = max(best, _behind(persons, sentence, mark, person))
        elif person.start >= mark.end:
            best = max(best, _in_front(persons, sentence, mark, person))
        if best > _SURE:
            break
    return best


def _behind(persons: Persons, sentence: Sentence, mark: Mark, person: Mark) -> float:
    """Return the score of a word behind a person."""
    between = sentence.low[person.end - sentence.start : mark.start - sentence.start]
    if len(between) > REACH or (
        "speaks" in sentence.possible
        and phrases.SPEAKS.search(between)
        and not phrases.REPORTED.search(between)
    ):
        return 0.0
    is_public = persons.is_public(sentence, person)
    if mark.score == TOPIC:
        return 0.7 if phrases.OWN.match(between) and not is_public else 0.0
    is_plain = mark.score == STATE and (
        phrases.COPULA.match(persons.text, person.end) or between in {" (", ", ", " - "}
    )
    if is_public and not is_plain:
        return 0.0
    if phrases.THOSE.search(sentence.low[: mark.end - sentence.start]) and not (
        phrases.THEY_ARE.search(between)
    ):
        return 0.0
    return 0.85 if len(between) <= _NEAR else 0.75


def _in_front(persons: Persons, sentence: Sentence, mark: Mark, person: Mark) -> float:
    """Return the score of a word before a person: a certificate for her, our member her."""
    between = sentence.low[mark.end - sentence.start : person.start - sentence.start]
    if (
        len(between) > _NEAR
        or persons.is_public(sentence, person)
        or ("speaks" in sentence.possible and phrases.SPEAKS.search(between))
        or ("contact" in sentence.possible and phrases.CONTACT.search(between))
    ):
        return 0.0
    if mark.score == STATE:
        return 0.7
    at = mark.start - sentence.start
    is_sent = phrases.SENDS.search(sentence.low, 0, at + 12) and phrases.TO.match(between)
    return 0.7 if not is_sent and phrases.OF.fullmatch(between) else 0.0


def of_first_name(persons: Persons, sentence: Sentence, mark: Mark) -> float:
    """Return the score of what is said of a first name that nobody took for a person."""
    if mark.score < THING or sentence.general:
        return 0.0
    at = mark.start - sentence.start
    for match in phrases.SUBJECT.finditer(sentence.written, 0, at):
        name = match["name"]
        is_name = (
            persons.is_first_name(name.lower()) and (name[0].isupper() or len(name) > _SHORTEST)
        ) or (match.start() > 0 and name[0].isupper() and name[1:].islower())
        if is_name:
            speaks = "speaks" in sentence.possible and phrases.SPEAKS.search(
                sentence.low, match.end(), at
            )
            return 0.0 if speaks else 0.55
    return 0.0


# nobody named in the sentence


def _of_taken_up(  # noqa: PLR0911 - a person of speech after the other
    persons: Persons, sentence: Sentence, mark: Mark
) -> float:
    low, spoken = sentence.low, sentence.words
    at, end = mark.start - sentence.start, mark.end - sentence.start
    is_own = (
        "possessive" in sentence.possible
        and phrases.POSSESSIVE_BEFORE.search(low, max(0, at - 40), at) is not None
    ) or phrases.POSSESSIVE_AFTER.match(low, end) is not None
    is_spoken_of = (
        "speaks" in sentence.possible
        and phrases.SPEAKS.search(low, 0, at)
        and not phrases.REPORTED.search(low, 0, at)
    )
    if not is_own and (mark.score == TOPIC or is_spoken_of):
        return 0.0
    if sentence.is_first_person:
        return 0.7
    if spoken & phrases.THIRD_PERSON and persons.before(sentence, is_any=mark.score == STATE):
        return 0.7
    if mark.score == STATE and spoken & phrases.SOMEBODY:
        return 0.55
    if spoken & phrases.SECOND_PERSON:
        is_question = persons.text[sentence.end : sentence.end + 1] == "?"
        return 0.65 if persons.has_reader() and not is_question else 0.0
    if mark.score == TOPIC or sentence.people:
        return 0.0
    return 0.65 if _is_noted(persons, sentence, mark) else 0.0


def _is_noted(  # noqa: PLR0911 - a form of notes after the other
    persons: Persons, sentence: Sentence, mark: Mark
) -> bool:
    """Tell whether a note, a form or a short message says a word of whom it names elsewhere."""
    low = sentence.low
    at = mark.start - sentence.start
    if mark.score == STATE and persons.has_writer and phrases.SHORT_MESSAGE.match(low):
        return True
    if len(low) <= _LINE and phrases.COMES_AND_GOES.search(low):
        _, line_end = line_around(persons.text, min(sentence.end + 1, len(persons.text)))
        if persons.first_from(sentence.end, line_end) is not None:
            return True
    if (at > _LINE and len(low) > _NOTE) or (
        phrases.ABOUT.search(low, max(0, at - 30), at) and not phrases.ASKS_FOR.search(low, 0, at)
    ):
        return False
    if mark.score == THING and phrases.SAID_IN_GENERAL.search(low):
        return False
    if mark.score == STATE and persons.is_about_few() and persons.before(sentence):
        return True
    person = persons.before(sentence, reach=REACH)
    if person is not None and "\n\n" not in persons.text[person.end : sentence.start]:
        return True
    return persons.labelled_after(mark.end, _HEADED)
