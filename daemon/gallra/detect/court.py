"""Where words are judged: each with its circumstances, in a text's order, with a bound."""

from gallra.detect import phrases
from gallra.detect.evidence import Evidence
from gallra.detect.judgement import Judge
from gallra.detect.persons import Persons
from gallra.detect.recognizer import THRESHOLD
from gallra.detect.special import MENTION
from gallra.detect.verdict import Mark

MOST = 200
"""Words of a part that are judged each for itself; then alike words are judged alike, as those in
the rows of a table always are."""


class Court:
    """One text before a judge."""

    def __init__(self, persons: Persons, judge: Judge) -> None:
        """Open for the text of ``persons``."""
        self._persons = persons
        self._judge = judge
        self._evidence = Evidence(persons)
        self._count = 0
        self._told: set[str] = set()
        self._known: dict[tuple[str, float, float, bool], float] = {}

    def judges(self, mark: Mark) -> bool:
        """Tell whether ``mark`` is decided here."""
        return self._judge.judges(mark.entity)

    def score(self, mark: Mark, *, rule: float) -> float:
        """Return how probable it is that ``mark`` is said of somebody."""
        persons = self._persons
        if mark.score == MENTION and not rule and mark.entity in self._told:
            return 0.0  # a weak word adds nothing to what was said
        if phrases.NUMBERED.fullmatch(persons.text, mark.start, mark.end) and not persons.marks:
            return rule
        sentence = persons.sentence(mark)
        if not rule and not persons.has_writer and not persons.may_be_named(sentence):
            return 0.0
        key = (
            persons.text[mark.start : mark.end].lower(),
            mark.score,
            rule,
            bool(sentence.people),
        )
        if key in self._known and (sentence.separator or self._count >= MOST):
            return self._known[key]
        self._count += 1
        score = self._judge.score(
            mark.entity, self._evidence.of(sentence, mark, rule=rule), rule=rule
        )
        self._known[key] = score
        if score >= THRESHOLD:
            self._told.add(mark.entity)
        return score
