"""The detector: a part of a file goes in, what it tells about people comes out."""

from collections.abc import Mapping

from gallra.detect.agreement import agreed, hinted, whole_name
from gallra.detect.candidates import Candidates
from gallra.detect.checksums import REFERENCE_YEAR
from gallra.detect.contact import EmailAddresses, Ibans, PostalAddresses
from gallra.detect.dates import document_date
from gallra.detect.digests import Digester
from gallra.detect.gate import Gate, Window, batches, within
from gallra.detect.gazetteer import load
from gallra.detect.judgement import Judge
from gallra.detect.judgement import load as load_judgement
from gallra.detect.labelled import BirthDates, MemberNumbers, Salaries
from gallra.detect.language import language_of
from gallra.detect.legible import Legible, legible
from gallra.detect.misread import MisreadNumbers
from gallra.detect.names import Names
from gallra.detect.names_model import NamesModel
from gallra.detect.norwegian import (
    NorwegianAccounts,
    NorwegianBirthNumbers,
    NorwegianOrganisations,
)
from gallra.detect.phones import PhoneNumbers
from gallra.detect.presidio import LANGUAGE, AnalyzerEngine, Artifacts, analyzer
from gallra.detect.recognizer import THRESHOLD, Recognizer
from gallra.detect.special import SpecialCategories
from gallra.detect.subjects import subjects_of
from gallra.detect.swedish import SwedishBirthNumbers, SwedishGiros, SwedishOrganisations
from gallra.detect.tables import Table, tables
from gallra.detect.ties import tied
from gallra.detect.verdict import Mark, echoed, settled
from gallra.detect.weights import load as load_model
from gallra.model.finding import SPECIAL_CATEGORIES, Detection, Finding
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

LONGEST_TEXT = 50_000_000
"""Characters of a part that are looked at; the rest makes the detection incomplete."""
MOST_NAMED = 5_000_000
"""Characters with candidates that the names model is shown of a part: where every word is a new one
it takes five seconds for a million, and a worker must not seem to hang. Rules see all of them; more
make the detection incomplete."""
MOST_FINDINGS = 200_000
"""Findings that a part may have; more make the detection incomplete."""

_SAMPLE = (
    "Kari Nilsen, född 850101, ring +46 70 174 06 05, kari@example.org. Sjukskriven. Lön: 31 000 kr"
)


NAMES = frozenset({"name", "member", "first-name", "last-name"})
"""Columns of persons."""
_JUST_UNDER = THRESHOLD - 0.01
"""What a score just under the threshold is rounded to."""


def _own_name(name: str) -> str:
    """Return the name of what is looked at: of an attachment, not of the mail it came in."""
    pieces = [piece for piece in name.split("!") if not piece.startswith(("msg:", "sheet:"))]
    sheet = name.rpartition("!")[2]
    return f"{pieces[-1] if pieces else ''} {sheet[6:] if sheet.startswith('sheet:') else ''}"


def _after_addresses(part: Part) -> int:
    """Return where a message's subject begins: fifty recipients say nothing of its kind."""
    position = 0
    if part.message is None:
        return 0
    for passage in part.passages:
        if passage.where.lower() not in {"from", "to", "cc", "bcc", "reply-to"}:
            return position
        position += len(passage.text) + 1
    return 0


def _finding(mark: Mark, readable: Legible, digest: str | None) -> Finding:
    """Return ``mark`` with its offsets in the part's own text."""
    start, end = mark.start, mark.end
    if len(readable.starts) > 1:
        start, end = readable.original(start, end)
    score = round(min(1.0, mark.score), 2)
    if score >= THRESHOLD > mark.score:
        score = _JUST_UNDER
    return Finding(
        entity=mark.entity,
        start=start,
        end=end,
        score=score,
        recognizer=mark.recognizer,
        digest=digest,
    )


class Detector:
    """Everything compiled and loaded, once for each worker, before the sandbox closes."""

    def __init__(
        self,
        *,
        digest_keys: Mapping[str, bytes] | None = None,
        additional: tuple[Recognizer, ...] = (),
        is_gated: bool = True,
        judge: Judge | None = None,
    ) -> None:
        """Load the gazetteer, compile the patterns, and look at a sample to warm them up.

        Args:
            digest_keys: A 32-byte key for each entity whose values are digested.
            additional: Recognizers beside the shipped ones.
            is_gated: ``False`` shows recognizers and model the whole text: for comparing, not for
                work.
            judge: What decides of whom a word is said, in place of the shipped weights.
        """
        gazetteer = load()
        self._judge = judge or load_judgement()
        self._gate = Gate(gazetteer)
        self._is_first_name = gazetteer.first_class
        self._is_gated = is_gated
        self._digester = Digester(digest_keys or {})
        self._has_keys = bool(digest_keys)
        recognizers: list[Recognizer] = [
            SwedishBirthNumbers(),
            NorwegianBirthNumbers(),
            SwedishOrganisations(),
            SwedishGiros(),
            NorwegianAccounts(),
            NorwegianOrganisations(),
            EmailAddresses(),
            PhoneNumbers(),
            Ibans(),
            PostalAddresses(gazetteer.places),
            MemberNumbers(),
            BirthDates(),
            Salaries(),
            MisreadNumbers(),
            Names(gazetteer),
            SpecialCategories(),
            *additional,
        ]
        self._entities = sorted({entity for each in recognizers for entity in each.ENTITIES})
        self._analyzer = analyzer(list(recognizers))
        # the model reads whole documents, behind a gate of its own
        weights = load_model()
        self._candidates = Candidates(gazetteer, weights.lexicon)
        model = NamesModel(weights, gazetteer)
        self._model = analyzer([model])
        self._all = analyzer([*recognizers, model])
        sample = Passage(where="body", text=_SAMPLE)
        self.find(
            Part(address="", kind="txt", outcome=Outcome.READ, passages=(sample,)), name="sample"
        )

    def find(self, part: Part, *, name: str = "") -> Detection:
        """Return all that is found in ``part``; never raises for what the text holds.

        Args:
            part: As the content stage made it.
            name: The file's base name and the part's address: a hint for kind and date.
        """
        whole = part.text
        incomplete: Message | None = None
        if len(whole) > LONGEST_TEXT:
            incomplete = said(
                "only the first {count} characters were looked at", count=LONGEST_TEXT
            )
        readable = legible(whole[:LONGEST_TEXT])
        text = readable.text
        found_tables = tuple(tables(text))
        if self._is_gated:
            windows = self._gate.windows(text, found_tables)
            named_in = self._candidates.windows(text, found_tables)
        else:
            windows = named_in = (Window(start=0, end=len(text)),) * bool(text)
        is_named_in_part = False
        if named_in == windows and len(windows) == 1 and len(text) <= MOST_NAMED:
            marks, failures, is_full = self._look(self._all, text, windows, found_tables)
        else:
            marks, failures, is_full = self._look(self._analyzer, text, windows, found_tables)
            shown = tuple(within(named_in, MOST_NAMED))
            is_named_in_part = shown != named_in
            named, unnamed, is_too_full = self._look(self._model, text, shown, ())
            marks += named
            failures |= unnamed
            is_full |= is_too_full
        cells = [cell for table in found_tables for cell in table.cells]
        seen = marks
        marks = agreed(text, seen, cells, is_ordinary=self._candidates.is_ordinary)
        if is_named_in_part:
            incomplete = said(
                "names were looked for in the first {count} characters only", count=MOST_NAMED
            )
        if failures:
            incomplete = said(
                "recognizers failed on this text: {names}", names=", ".join(sorted(failures))
            )
        elif is_full:
            incomplete = said("more than {count} findings; the rest was left", count=MOST_FINDINGS)
        is_list = any(table.row_count > 1 and NAMES & set(table.roles) for table in found_tables)
        marks = tied(
            text,
            echoed(text, settled(marks), most=MOST_FINDINGS),
            is_list=is_list,
            is_first_name=self._is_first_name,
            judge=self._judge,
        )
        own = _own_name(name)
        dated = document_date(text, name=own, stated_on=part.stated_on, part=part)
        written_in = dated.on.year if dated else REFERENCE_YEAR
        findings = [
            _finding(
                mark,
                readable,
                self._digester.digest(
                    mark.entity, whole_name(text, marks, index), reference_year=written_in
                )
                if self._has_keys
                else None,
            )
            for index, mark in enumerate(marks)
        ]
        language = language_of(text)
        return Detection(
            findings=tuple(findings),
            hints=tuple(_finding(mark, readable, None) for mark in hinted(marks, seen)),
            language=language,
            special_categories=tuple(
                sorted({each.entity for each in findings} & SPECIAL_CATEGORIES)
            ),
            subjects=subjects_of(
                text[_after_addresses(part) :],
                name=own,
                marks=marks,
                tables=found_tables,
                is_message=part.message is not None,
            ),
            document_date=dated,
            incomplete=incomplete,
        )

    def _look(
        self,
        engine: AnalyzerEngine,
        text: str,
        windows: tuple[Window, ...],
        found_tables: tuple[Table, ...],
    ) -> tuple[list[Mark], set[str], bool]:
        """Show ``windows`` to ``engine``; with no window it is not called at all."""
        marks: list[Mark] = []
        failures: set[str] = set()
        for batch in batches(text, windows, found_tables):
            results = engine.analyze(
                batch.reading.text,
                LANGUAGE,
                nlp_artifacts=Artifacts(batch.reading),
                entities=self._entities,
                score_threshold=0,  # said here, it is not looked up for every result
            )
            failures.update(batch.reading.failures)
            for result in results:
                span = batch.original(result.start, result.end)
                if span is None:
                    continue
                metadata = result.recognition_metadata or {}
                marks.append(
                    Mark(
                        result.entity_type,
                        span[0],
                        span[1],
                        result.score,
                        metadata.get("recognizer_name", ""),
                    )
                )
            if len(marks) > MOST_FINDINGS:
                return marks[:MOST_FINDINGS], failures, True
        return marks, failures, False
