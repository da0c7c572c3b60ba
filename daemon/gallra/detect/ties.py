"""Words of the special categories, tied to the persons of whom they are said.

A word is tied by its sentence: to a person named there, to one whom a pronoun takes up, to the
writer who says "I", to the reader who is greeted by name; in a table by its row or its header. A
sentence that speaks of anybody ("if you fall ill", "members who") ties nothing, nor does a person
who only speaks of the subject, or can be asked about it.

Source: docs/reference/special-categories.md says what each category means.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence

from gallra.detect import phrases
from gallra.detect.court import Court
from gallra.detect.judgement import Judge
from gallra.detect.persons import REACH, Persons
from gallra.detect.recognizer import THRESHOLD
from gallra.detect.said import of_first_name, said
from gallra.detect.sentences import Sentence, separator_of
from gallra.detect.special import LIST, MENTION, OFFICE, THING
from gallra.detect.union import beside_name, in_office, is_no_membership, on_list
from gallra.detect.verdict import Mark
from gallra.model.finding import SPECIAL_CATEGORIES, UNION_MEMBERSHIP

OFFICES = "UnionOffices"
"""Who is said to have found that somebody holds an office in a union: told apart from members."""

_COLUMN = 40
"""Characters of a column's name."""
_ROWS = 30
"""Rows below a header that are looked at."""
_ROW = 400
"""Characters of a row in which its separator is looked for."""
_BESIDE = 12
"""Characters that may stand in a cell beside the word that fills it."""


def _is_nobody(word: str) -> bool:
    """Know no names."""
    return not word


def tied(
    text: str,
    marks: Sequence[Mark],
    *,
    is_list: bool = False,
    is_first_name: Callable[[str], object] = _is_nobody,
    judge: Judge | None = None,
) -> list[Mark]:
    """Return ``marks`` with the words of special categories that are said of a person raised.

    Words that stay untied are dropped: a document *about* health policy holds no one's health
    data.

    Args:
        text: The whole text.
        marks: As ``settled`` leaves them, in order.
        is_list: Whether the text has a table of persons.
        is_first_name: Tells whether a word, in small letters, can be a first name: whoever it is
            that the sentence is about, who was not seen to be a person.
        judge: Has the last word on the categories that it judges; the rules alone where there is
            none.
    """
    if not any(mark.entity in SPECIAL_CATEGORIES for mark in marks):
        return list(marks)
    persons = Persons(text, marks, is_first_name=is_first_name)
    court = Court(persons, judge) if judge else None
    offices = [mark.start for mark in marks if mark.score == OFFICE]
    kept: list[Mark] = []
    for mark in marks:
        if mark.entity not in SPECIAL_CATEGORIES or mark.score >= THRESHOLD:
            kept.append(mark)
            continue
        score = _score(persons, mark, is_list=is_list)
        if court and court.judges(mark):
            score = court.score(mark, rule=score)
        if score >= THRESHOLD:
            is_of_office = mark.score == OFFICE or (
                mark.score == MENTION and _has_any(offices, persons.sentence(mark))
            )
            recognizer = OFFICES if is_of_office else mark.recognizer
            kept.append(mark._replace(score=score, recognizer=recognizer))
    return kept


def _has_any(starts: Sequence[int], sentence: Sentence) -> bool:
    """Tell whether one of ``starts``, in order, is in ``sentence``."""
    index = bisect_left(starts, sentence.start)
    return index < len(starts) and starts[index] < sentence.end


def _score(persons: Persons, mark: Mark, *, is_list: bool) -> float:
    """Return how surely ``mark`` is said of somebody; 0 where it is not."""
    if phrases.NUMBERED.fullmatch(persons.text, mark.start, mark.end):
        return 0.85  # the number itself is somebody's
    sentence = persons.sentence(mark)
    if not persons.marks and not sentence.words & phrases.FIRST_PERSON:
        score = of_first_name(persons, sentence, mark)
        if score or not (persons.has_writer or persons.has_reader()):
            return score
    inside = persons.over(mark)
    if inside is not None:  # a column of members, or a name that is also a word
        return 0.85 if (inside.start, inside.end) == (mark.start, mark.end) else 0.0
    if sentence.separator:
        score = _in_table(persons, sentence, mark)
        if score or mark.end - mark.start > len(sentence.written) // 2:
            return score
    if mark.score >= THING and not phrases.ALL & sentence.words and persons.are_below(sentence):
        return 0.75
    return _in_text(persons, sentence, mark, is_list=is_list)


def _in_text(persons: Persons, sentence: Sentence, mark: Mark, *, is_list: bool) -> float:
    if mark.score == OFFICE:
        return in_office(persons, sentence, mark)
    if mark.score == LIST:
        return on_list(persons, sentence, mark, is_list=is_list)
    if mark.score == MENTION:
        return beside_name(persons, sentence, mark)
    if mark.entity == UNION_MEMBERSHIP and is_no_membership(sentence, mark):
        return 0.0
    if mark.entity == "POLITICAL_OPINION" and _is_no_party(persons.text, mark):
        return 0.0
    return said(persons, sentence, mark)


def _is_no_party(text: str, mark: Mark) -> bool:
    """Tell whether a party's name is the ordinary word: to the right, in red, SV for an answer."""
    written = text[mark.start : mark.end]
    small = phrases.WORD_AS_PARTY.search(written.lower())
    return small is not None and (
        not written[small.start()].isupper() or text.startswith(":", mark.end)
    )


def _in_table(persons: Persons, sentence: Sentence, mark: Mark) -> float:
    """Return the score of a cell beside a person, or of a header above persons."""
    if mark.score == OFFICE:
        return 0.0
    at = mark.start - sentence.start
    cell_start = sentence.written.rfind(sentence.separator, 0, at) + 1
    cell_end = sentence.written.find(sentence.separator, at)
    cell = sentence.written[cell_start : cell_end if cell_end >= 0 else None].strip(' "')
    if not sentence.people:
        is_header = len(cell) <= _COLUMN and _persons_below(persons, sentence)
        return 0.8 if is_header else 0.0
    is_told = (
        len(cell) <= REACH // 2
        and not phrases.SPEAKS.search(cell.lower())
        and (mark.score not in {MENTION, LIST} or len(cell) <= mark.end - mark.start + _BESIDE)
    )
    return 0.8 if is_told else 0.0


def _persons_below(persons: Persons, header: Sentence) -> bool:
    """Tell whether the rows below ``header``, parted alike, hold a person."""
    text = persons.text
    position = header.end + 1
    for _ in range(_ROWS):
        found = text.find("\n", position)
        end = found if found >= 0 else len(text)
        if separator_of(text[position : min(end, position + _ROW)]) != header.separator:
            return False
        if persons.first_from(position, end) is not None:
            return True
        position = end + 1
    return False
