"""The persons of a text, as a sentence finds them: named in it, taken up by it, greeted, listed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from gallra.detect import phrases
from gallra.detect.sentences import Sentence, line_around, sentence_around
from gallra.detect.verdict import PERSONAL, Mark

REACH = 160
"""Characters between a word and its person."""
_FAR = 1_000
"""Characters that a pronoun reaches back."""
_GREETINGS = 5_000
"""Characters in which somebody is greeted."""
_FEW, _MANY = 3, 20
"""Different persons of a text that is about them; marks of persons that are too many for it."""
_ADDRESS = 80
"""Characters in which a letter says to whom it goes."""
_HEADING = 120
"""Characters of a heading, at most, or of a row below it."""
_ROWS = 30
"""Rows below a heading that are looked at."""
_LISTED = 2
"""Rows with persons that make a list; and other rows that may stand above them."""
_ROW_BEGINS = 10
"""Characters before its person with which a row, and no heading, begins."""
_GREETING_WORD = 9


_LARGE = re.compile(r"(?<![^\W_])[A-ZÅÄÖÆØ][a-zåäöæøéü]+")


class Persons:
    """The persons of one text."""

    def __init__(
        self, text: str, marks: Sequence[Mark], *, is_first_name: Callable[[str], object]
    ) -> None:
        """Index the persons among ``marks``."""
        self.text = text
        self.is_first_name = is_first_name
        self.marks = [mark for mark in marks if mark.entity in PERSONAL]
        self._starts = [mark.start for mark in self.marks]
        self.has_writer = bool(self.marks) or any(
            mark.entity in {"EMAIL_ADDRESS", "PHONE_NUMBER"} for mark in marks
        )
        self._sentences: dict[int, list[Sentence]] = {}
        self._headings: dict[int, bool] = {}
        self._reader: bool | None = None
        self._is_few: bool | None = None

    def sentence(self, mark: Mark) -> Sentence:
        """Return the sentence, or the row, that ``mark`` stands in."""
        line, _ = line_around(self.text, mark.start)
        known = self._sentences.setdefault(line, [])
        for sentence in known:
            if sentence.start <= mark.start and mark.end <= sentence.end:
                return sentence
        found = sentence_around(self.text, mark.start, mark.end, self.marks, self._starts)
        known.append(found)
        return found

    def over(self, mark: Mark) -> Mark | None:
        """Return the person within whose name ``mark`` stands, if any."""
        index = bisect_right(self._starts, mark.start) - 1
        if index >= 0 and self.marks[index].end >= mark.end:
            return self.marks[index]
        return None

    def first_from(self, start: int, end: int) -> Mark | None:
        """Return the first person that starts from ``start`` on and before ``end``."""
        index = bisect_left(self._starts, start)
        if index < len(self._starts) and self._starts[index] < end:
            return self.marks[index]
        return None

    def before(self, sentence: Sentence, *, reach: int = _FAR, is_any: bool = False) -> Mark | None:
        """Return the person last named before ``sentence`` that something can be said of.

        With ``is_any`` those who are there to be asked, or to sign, are taken too.
        """
        index = bisect_left(self._starts, sentence.start) - 1
        while index >= 0 and sentence.start - self.marks[index].end <= reach:
            person = self.marks[index]
            if is_any or not self.is_public(self.sentence(person), person):
                return person
            index -= 1
        return None

    def may_be_named(self, sentence: Sentence) -> bool:
        """Tell whether a word of ``sentence`` that is written large can be a first name."""
        return any(self.is_first_name(each.lower()) for each in _LARGE.findall(sentence.written))

    def is_about_few(self) -> bool:
        """Tell whether no more than three persons are named, by the beginning of their names."""
        if self._is_few is None:
            names = {
                self.text[mark.start : mark.end].partition(" ")[0].lower()
                for mark in self.marks[:_MANY]
            }
            self._is_few = len(self.marks) < _MANY and len(names) <= _FEW
        return self._is_few

    def labelled_after(self, end: int, reach: int) -> bool:
        """Tell whether one of the next two persons stands behind a form's "name:"."""
        index = bisect_left(self._starts, end)
        return any(
            each.start - end <= reach
            and phrases.NAME_LABEL.search(self.text, max(0, each.start - 30), each.start)
            for each in self.marks[index : index + 2]
        )

    def has_reader(self) -> bool:
        """Tell whether somebody is greeted by name, or stands in the address of a letter."""
        if self._reader is None:
            self._reader = self._has_address() or any(
                match["name"][0].isupper()
                and match["name"].lower() not in phrases.GREETED_BY_OFFICE
                for match in phrases.GREETED.finditer(self.text[:_GREETINGS])
            )
        return self._reader

    def _has_address(self) -> bool:
        """Tell whether the text opens with a line that is a name, as letters do."""
        first = self.first_from(0, _ADDRESS)
        if first is None:
            return False
        start, end = line_around(self.text, first.start)
        return end < _ADDRESS and end - start - (first.end - first.start) <= len("Till: ")

    @staticmethod
    def is_public(sentence: Sentence, person: Mark, *, of_office: bool = False) -> bool:
        """Tell whether a person is there to be asked, to sign, to have a post, to be thanked.

        With ``of_office`` a post is no reason: it is asked whether they hold an office.
        """
        first = person.start - sentence.start
        if first < 0:
            return False
        low = sentence.low
        return bool(
            (
                "contact" in sentence.possible
                and phrases.CONTACT.search(low, max(0, first - 60), first)
            )
            or (
                "said by" in sentence.possible
                and phrases.SAID_BY.search(low, max(0, first - 20), first)
            )
            or phrases.GREETING.match(low[first : first + _GREETING_WORD].partition(" ")[0])
            or (not of_office and phrases.ROLE.match(low, person.end - sentence.start))
        )

    # lists

    def are_below(self, sentence: Sentence) -> bool:
        """Tell whether ``sentence`` is a heading, or an opening, above rows of persons."""
        known = self._headings.get(sentence.start)
        if known is None:
            is_row = bool(
                sentence.separator
                or (sentence.people and sentence.people[0].start - sentence.start < _ROW_BEGINS)
            )
            known = (
                not is_row
                and len(sentence.low) <= _HEADING
                and self._rows_below(sentence.end) >= _LISTED
            )
            self._headings[sentence.start] = known
        return known

    def _rows_below(self, position: int) -> int:
        """Count the lines below that begin with a person, behind a bullet or a number."""
        rows = others = 0
        position = self.text.find("\n", position) + 1
        for _ in range(_ROWS):
            if not position:
                break
            found = self.text.find("\n", position)
            end = found if found >= 0 else len(self.text)
            bullet = phrases.BULLET.match(self.text, position, end)
            first = bullet.end() if bullet else position
            person = self.first_from(position, end)
            if person is not None and person.start <= first:
                rows += 1
            else:
                others += 1
                if rows or others > _LISTED or end - position > _HEADING:
                    break
            position = found + 1
        return rows
