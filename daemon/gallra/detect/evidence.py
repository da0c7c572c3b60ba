"""What speaks for and against a word of the special categories being said of a person.

Every circumstance is a short text, "sentence:office" or "person:before": what was learned gives
each a weight (``judgement``). Circumstances are of the word, of its sentence, and of what stands
around it; what the rules of ``said``, ``union`` and ``ties`` say is one of them.
"""

import re
from collections.abc import Iterable, Iterator

from gallra.detect import phrases
from gallra.detect.groups import Groups
from gallra.detect.lexicon import sections
from gallra.detect.persons import Persons
from gallra.detect.sentences import Sentence
from gallra.detect.special import MENTION, OFFICE, STATE, THING
from gallra.detect.verdict import Mark
from gallra.detect.vocabulary import kinds

_AROUND = 300
"""Characters to either side of a sentence that are looked at."""
_LINES = 4
_NEXT = 120
"""Characters above or below a sentence in which somebody is named."""
_TITLE = 150
_NEAR = 25
_MIDDLE = 70
"""Characters between a word and a person."""
_SHORT, _LONG = 200, 1_000
"""Characters of a text."""
_BRIEF, _WORDY = 60, 160
"""Characters of a sentence."""
_STEM = 7
"""Letters by which a word is known, whatever its ending."""
_FEW, _MANY = 3, 6
_WORD = re.compile(r"[^\W\d_]+")
_NAMED = re.compile(r"[A-ZÅÄÖÆØ]")
_KINDS = {STATE: "state", THING: "thing", OFFICE: "office", MENTION: "mention"}

_GROUPS = Groups(sections("evidence"))


class Evidence:
    """The circumstances in one text."""

    def __init__(self, persons: Persons) -> None:
        """Keep ``persons``; nothing is looked at yet."""
        self._persons = persons
        self._scenes: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._surroundings: dict[int, list[str]] = {}
        self._groups: dict[str, set[str]] = {}

    def of(self, sentence: Sentence, mark: Mark, *, rule: float) -> Iterator[Iterable[str]]:
        """Yield the circumstances of ``mark``, of which the rules said ``rule``.

        In three steps, each dearer than the last: of the word, of its sentence, of what is around.
        """
        stand = self._stand(sentence, mark)
        yield self._of_word(sentence, mark, stand, rule=rule)
        found, held = self._of_sentence(sentence)
        yield [*found, *held, *(f"{name}&{stand}" for name in held)]
        yield self._around(sentence)

    def _of_word(self, sentence: Sentence, mark: Mark, stand: str, *, rule: float) -> Iterator[str]:
        """Yield the circumstances of the word itself, and of the person it may be said of."""
        low = sentence.low
        at, end = mark.start - sentence.start, mark.end - sentence.start
        kind = _KINDS.get(mark.score, "other")
        said = "no" if not rule else f"{rule:.1f}"
        yield f"kind:{kind}"
        yield f"rule:{said}"
        yield f"rule:{said}:{kind}"
        if mark.entity == "HEALTH":
            of_health = kinds().get(low[at:end], "")
            yield f"of:{of_health}"
            yield f"of:{of_health}:{stand}"
        for name in self._held(low[at:end]):
            yield f"its:{name}"
            yield f"its:{name}:{stand}"
        for word in _WORD.findall(low, at, end):
            yield f"is:{word[:_STEM]}"
        before = _WORD.findall(low, max(0, at - 40), at)[-2:]
        behind = _WORD.findall(low, end, end + 40)[:2]
        if before:
            yield f"before:{before[-1][:_STEM]}"
        if behind:
            yield f"behind:{behind[0][:_STEM]}"
        if "possessive" in sentence.possible and (
            phrases.POSSESSIVE_BEFORE.search(low, max(0, at - 40), at)
            or phrases.POSSESSIVE_AFTER.match(low, end)
        ):
            yield "possessive"
        if mark.score == MENTION and _NAMED.match(sentence.written, at):
            yield "named"
        yield f"stand:{stand}"
        yield f"stand:{stand}:{kind}"
        yield f"stand:{stand}:{said}"
        yield from self._nearest(sentence, mark)

    def _stand(self, sentence: Sentence, mark: Mark) -> str:
        """Return where the person stands of whom it may be said."""
        persons = self._persons
        public = False
        for person in sentence.people:
            if persons.is_public(sentence, person):
                public = True
            else:
                return "behind" if person.start >= mark.end else "before"
        words = sentence.words
        if sentence.is_first_person:
            return "writer"
        if words & phrases.SECOND_PERSON:
            return "reader"
        if words & phrases.THIRD_PERSON:
            return "taken up"
        if public:
            return "public"
        return "elsewhere" if persons.marks else "nobody"

    def _nearest(self, sentence: Sentence, mark: Mark) -> Iterator[str]:
        low, start = sentence.low, sentence.start
        last = following = None
        for person in sentence.people:
            if person.end <= mark.start:
                last = person
            elif person.start >= mark.end:
                following = person
                break
        if last is not None:
            yield from self._last(sentence, last, low[last.end - start : mark.start - start])
        if following is not None:
            between = low[mark.end - start : following.start - start]
            yield f"person behind:{_length(between)}"
            if len(between) <= _NEAR:
                yield f"gap to:{_said(between)}"
            if self._persons.is_public(sentence, following):
                yield "public behind"
        for person in sentence.people[:_FEW]:
            first = max(0, person.start - start)
            words = _WORD.findall(low, max(0, first - 30), first)
            if words:
                yield f"to person:{words[-1][:_STEM]}"

    def _last(self, sentence: Sentence, person: Mark, between: str) -> Iterator[str]:
        yield f"person before:{_length(between)}"
        if len(between) <= _NEAR:
            yield f"gap:{_said(between)}"
        words = _WORD.findall(between)
        if words:
            yield f"after person:{words[0][:_STEM]}"
        if self._persons.is_public(sentence, person):
            yield "public before"
        if "speaks" in sentence.possible and phrases.SPEAKS.search(between):
            yield "speaks of"

    def _of_sentence(self, sentence: Sentence) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the circumstances of a sentence, and those of them that are weighed by person."""
        known = self._scenes.get(sentence.start)
        if known is None:
            held = tuple(f"sentence:{name}" for name in self._held(sentence.written))
            known = ((*_form(sentence), *self._who(sentence)), held)
            self._scenes[sentence.start] = known
        return known

    def _around(self, sentence: Sentence) -> Iterable[str]:
        known = self._surroundings.get(sentence.start)
        if known is None:
            known = self._surroundings[sentence.start] = list(self._surrounding(sentence))
        return known

    def _surrounding(self, sentence: Sentence) -> Iterator[str]:
        text = self._persons.text
        above, start = self._lines(sentence.start, -1)
        below, end = self._lines(sentence.end, 1)
        for name in above:
            yield f"above:{name}"
        for name in below:
            yield f"below:{name}"
        if not text[start : sentence.start].strip():
            yield "first"
        if not text[sentence.end : end].strip():
            yield "last"
        if start > _TITLE:
            for name in self._held(text[: text.find("\n", 0, _TITLE)]):
                yield f"title:{name}"

    def _lines(self, position: int, step: int) -> tuple[set[str], int]:
        """Return the groups in what is left of a line and in the next ones, and how far that is."""
        text = self._persons.text
        found: set[str] = set()
        least, most = max(0, position - _AROUND), min(len(text), position + _AROUND)
        for _ in range(_LINES):
            if step > 0:
                end = text.find("\n", position, most)
                end = end if end >= 0 else most
                found |= self._held(text[position:end])
                position = min(end + 1, most)
            else:
                start = text.rfind("\n", least, position) + 1 or least
                found |= self._held(text[start:position])
                position = max(start - 1, least)
        return found, position

    def _held(self, line: str) -> set[str]:
        known = self._groups.get(line)
        if known is None:
            known = self._groups[line] = _GROUPS.of(line.lower())
        return known

    def _who(self, sentence: Sentence) -> Iterator[str]:
        persons, words = self._persons, sentence.words
        count, in_all = len(sentence.people), len(persons.marks)
        yield f"named:{min(count, _FEW)}"
        yield f"persons:{in_all if in_all <= _FEW else 'some' if in_all <= _MANY else 'many'}"
        if sentence.is_first_person:
            yield "first person"
            if in_all and not count:
                yield "first person, named elsewhere"
        if words & phrases.SECOND_PERSON:
            yield "second person"
            yield f"second person:{persons.has_reader()}"
        if words & phrases.THIRD_PERSON:
            yield "third person"
            if persons.before(sentence, is_any=True):
                yield "third person, named before"
        yield from self._named_near(sentence)

    def _named_near(self, sentence: Sentence) -> Iterator[str]:
        persons = self._persons
        following = persons.first_from(sentence.end, sentence.end + _NEXT)
        if not sentence.people and persons.may_be_named(sentence):
            yield "perhaps named"
        if phrases.ALL & sentence.words:
            yield "all"
        if persons.first_from(max(0, sentence.start - _NEXT), sentence.start):
            yield "person above"
        if following:
            yield "person below"
            if not persons.text[following.end : following.end + _FEW].strip():
                yield "signed"
        if persons.is_about_few():
            yield "about few"
        if persons.are_below(sentence):
            yield "heading of rows"
        yield f"text:{_size(len(persons.text), _SHORT, _LONG)}"


def _form(sentence: Sentence) -> Iterator[str]:
    low = sentence.low
    yield f"sentence:{_size(len(low), _BRIEF, _WORDY)}"
    if sentence.separator:
        yield "row"
    if ":" in low:
        yield "colon"
    if sentence.general:
        yield "general"
    if phrases.ASKS.search(low):
        yield "asks"
    if "contact" in sentence.possible and phrases.CONTACT.search(low):
        yield "contact"
    people = sentence.people
    if people and people[0].start - sentence.start <= _FEW:
        yield "person first"
    if people and sentence.end - people[-1].end <= _FEW:
        yield "person last"
    named: set[str] = set()
    for person in people:
        first, last = max(0, person.start - sentence.start), person.end - sentence.start
        named.update(_WORD.findall(low, first, last))
    for word in {word[:_STEM] for word in sentence.words - named}:
        yield f"word:{word}"


def _said(between: str) -> str:
    """Return the first words of a gap, or its marks where it has none."""
    words = _WORD.findall(between)[:_FEW]
    return " ".join(words) or ("".join(between.split()) if between.isprintable() else "tab")


def _length(between: str) -> str:
    return _size(len(between), _NEAR, _MIDDLE)


def _size(count: int, few: int, many: int) -> str:
    return "short" if count <= few else "long" if count > many else "middling"
