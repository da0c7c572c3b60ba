"""docs/reference/detection.md, written from what was measured; figures only in cells."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.detection import IDENTIFIERS, PERSON, Judgement, Measured, Quality
from benchmarks.labelled import LANGUAGES
from benchmarks.scoring import Tally
from gallra.model.finding import DOCUMENT_KINDS, SPECIAL_CATEGORIES, UNION_MEMBERSHIP

PATH = Path(__file__).parents[2] / "docs" / "reference" / "detection.md"
NOT_MEASURED = "\N{EN DASH}"
_SPEEDS = (
    ("no candidates", "MB/s", "5"),
    ("dense member lists", "MB/s", "0.5"),
    ("short mails", "MB/s", ""),
    ("mails with what they answer", "MB/s", "0.5"),
    ("names alone", "words/s", "80,000"),
    ("news, everything on", "words/s", ""),
)
_LANGUAGE_NAMES = {"sv": "Swedish", "nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def page(measured: Measured) -> str:
    """Return the whole page; what was not measured is a dash."""
    return "\n".join(_lines(measured)) + "\n"


def layout(text: str) -> list[str]:
    """Return the page's lines with only the first cell of each row of figures.

    Two pages of one layout say the same things about other runs.
    """
    lines = []
    is_head = True
    for line in text.splitlines():
        if not line.startswith("|"):
            is_head = True
            lines.append(line)
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if set(line) <= set("|- "):
            is_head = False
            lines.append(f"{len(cells)} columns")
        else:
            lines.append(" | ".join(cells) if is_head else cells[0])
    return lines


def _lines(measured: Measured) -> Iterator[str]:
    yield from _introduction(measured)
    ours = measured.share.get("gallra", Quality())
    theirs = measured.share.get("presidio", Quality())
    yield from _share(ours, theirs)
    yield from _documents(measured)
    yield from _names(measured)
    yield from _speeds(measured)


def _introduction(measured: Measured) -> Iterator[str]:
    yield from _text("""
    # How good detection is

    This page is written by `scripts/bench detect --page`; nobody edits it. Precision is how much
    of what is reported is so, recall how much of what is there is reported, F1 their harmonic
    mean, all in percent. *Exact* means to the character, *overlap* that one character is shared.

    Three kinds of text are measured: a **sample share** (`scripts/make-share`), whose truth knows
    every offset and beside which the recognizers were developed; the **labelled documents** of
    `tests/detect/labelled`, written by hand and kept apart from the lexicons, which are much more
    varied; and, where the corpora are at hand (`--corpora`), the **development splits** of NorNE
    and swedish-ner-corpus.
    """)
    yield ""
    yield from _table(
        ("the run", ""),
        (
            ("command", f"`{measured.command}`" if measured.command else NOT_MEASURED),
            ("seed of the sample share", str(measured.seed)),
            ("its files", f"{measured.files:,}" if measured.files else NOT_MEASURED),
            ("machine", measured.machine or NOT_MEASURED),
        ),
    )
    yield from _text("""

    **Plain Presidio**, beside it, is presidio-analyzer as it comes: the default `AnalyzerEngine`
    with its default recognizers, English, in a process of its own, on the same texts. Its default
    model, `en_core_web_lg`, has to be fetched from the network; on a server that does not reach
    it, a blank spaCy pipeline takes its place. So it finds no names and no places at all here,
    which says nothing about Presidio with a model for the language, and it is faster than it
    would be with one. Its patterns (e-mail, telephone, IBAN and the rest) work as shipped. It
    knows no special categories, languages or kinds of documents.
    """)
    yield ""


def _share(ours: Quality, theirs: Quality) -> Iterator[str]:
    yield "## Types of personal data, on the sample share"
    yield ""
    yield "To reach: recall 99.5 and precision 98 for each number, address and amount."
    yield ""
    yield from _table(
        ("type", "there are", "exact P / R / F1", "overlap P / R / F1", "plain Presidio, overlap"),
        (
            (
                entity,
                _count(ours.exact.get(("entity", entity))),
                _three(ours.exact.get(("entity", entity))),
                _three(ours.overlap.get(("entity", entity))),
                _theirs(theirs.overlap.get(("entity", entity))),
            )
            for entity in (PERSON, *IDENTIFIERS)
        ),
    )
    yield ""
    yield from _table(
        ("", "gallra", "plain Presidio"),
        (
            ("decoys: what only looks like personal data", *_each(ours, theirs, "decoys")),
            ("of these reported", *_each(ours, theirs, "decoys_reported")),
            ("reported as other types", *_each(ours, theirs, "elsewhere")),
        ),
    )
    yield from _text("""

    A dash says that Presidio reported nothing of that type. Of gallra the other types are
    organisations, places and special categories, which the share's truth does not mark span by
    span; of Presidio they are dates, web addresses and other countries' numbers.

    ### By language
    """)
    yield ""
    rows = [("language", "sv"), ("language", "nb"), ("language", "nn")]
    yield from _groups(ours, rows, "language")
    yield ""
    yield "### By kind of document"
    yield ""
    kinds = [("kind", kind) for kind in (*sorted(DOCUMENT_KINDS), "none")]
    yield from _groups(ours, kinds, "kind")
    yield ""


def _groups(ours: Quality, keys: Iterable[tuple[str, str]], head: str) -> Iterator[str]:
    yield from _table(
        (head, "persons", "persons, exact P / R / F1", "numbers and addresses", "exact P / R / F1"),
        (
            (
                _LANGUAGE_NAMES.get(key[1], key[1]),
                _count(ours.exact.get((*key, PERSON))),
                _three(ours.exact.get((*key, PERSON))),
                _count(ours.exact.get((*key, "identifiers"))),
                _three(ours.exact.get((*key, "identifiers"))),
            )
            for key in keys
        ),
    )


def _theirs(tally: Tally | None) -> str:
    """Return a dash where nothing was reported at all: it has no such type."""
    return _three(tally) if tally and tally.said else NOT_MEASURED


def _documents(measured: Measured) -> Iterator[str]:
    labelled, share = measured.labelled, measured.share_documents
    yield from _text("""
    ## Special categories, by document

    To reach for `UNION_MEMBERSHIP` and `HEALTH`, on the labelled documents: recall 95,
    precision 90.
    """)
    yield ""
    ordered = sorted(SPECIAL_CATEGORIES, key=lambda each: (each not in _FIRST, each))
    yield from _table(
        ("category", "labelled: hold it", "P / R / F1", "sample share: hold it", "P / R / F1"),
        (
            (
                category,
                _count(labelled.categories.get((category, "all"))),
                _three(labelled.categories.get((category, "all"))),
                _count(share.categories.get((category, "all"))),
                _three(share.categories.get((category, "all"))),
            )
            for category in ordered
        ),
    )
    yield ""
    yield from _table(
        ("labelled, P / R / F1", *_LANGUAGE_NAMES.values()),
        (
            (
                category,
                *(_three(labelled.categories.get((category, each))) for each in LANGUAGES),
            )
            for category in ordered
        ),
    )
    yield from _text("""

    ## Language and kind, by document

    A part counts for itself: a workbook's properties, or a letter around a list, is judged by the
    kind of the whole, though it says little of it.
    """)
    yield ""
    yield from _table(
        ("taken for what it is", "labelled", "sample share"),
        (
            *(
                (_LANGUAGE_NAMES[each], _accuracy(labelled, each), _accuracy(share, each))
                for each in LANGUAGES
            ),
            ("kind of document", _kinds(labelled), _kinds(share)),
        ),
    )
    yield ""
    yield from _table(
        ("kind", "labelled: there are", "P / R / F1", "sample share: there are", "P / R / F1"),
        (
            (
                kind,
                _count(labelled.kinds.get(kind)),
                _three(labelled.kinds.get(kind)),
                _count(share.kinds.get(kind)),
                _three(share.kinds.get(kind)),
            )
            for kind in sorted(DOCUMENT_KINDS)
        ),
    )
    yield ""


def _names(measured: Measured) -> Iterator[str]:
    yield from _text("""
    ## Persons in news text

    The development splits, 50 sentences a document, everything on. The [card of the names
    model](names-model.md) says how it came to be, and what was looked at while it did.
    """)
    yield ""
    empty = (None, None)
    yield from _table(
        ("split", "persons", "exact P / R / F1", "overlap P / R / F1"),
        (
            (
                _LANGUAGE_NAMES[each],
                _count(measured.development.get(each, empty)[0]),
                _three(measured.development.get(each, empty)[0]),
                _three(measured.development.get(each, empty)[1]),
            )
            for each in ("nb", "nn", "sv")
        ),
    )
    yield ""


def _speeds(measured: Measured) -> Iterator[str]:
    yield from _text("""
    ## Speed and memory

    Processor time of one core, each row in processes that have seen nothing before; loading is not
    counted here but below. *No candidates* are shuffled small words for which the gate stays shut.
    *Short mails* are the sample share's, 400 characters each; *mails with what they answer* have
    four more quoted under them. *Names alone* is the names model called through Presidio's engine,
    on 500,000 words.
    """)
    yield ""
    by_figure = {each.figure: each for each in measured.speeds}
    rows = []
    for figure, unit, target in _SPEEDS:
        speed = by_figure.get(figure)
        ours, theirs = (speed.gallra, speed.presidio) if speed else (None, None)
        rows.append(
            (
                f"{figure}, {unit}",
                target or NOT_MEASURED,
                _number(ours),
                _number(theirs),
                f"{ours / theirs:.1f}" if ours and theirs else NOT_MEASURED,
            )
        )
    yield from _table(("text", "to reach", "gallra", "plain Presidio", "times as fast"), rows)
    yield ""
    costs = measured.costs

    def cost(name: str, divisor: float, form: str) -> str:
        return format(costs[name] / divisor, form) if name in costs else NOT_MEASURED

    yield from _table(
        ("cost", "to reach", "gallra", "plain Presidio"),
        (
            (
                "loading the detector, processor seconds",
                NOT_MEASURED,
                cost("gallra start seconds", 1, ".2f"),
                cost("presidio start seconds", 1, ".2f"),
            ),
            (
                "memory after loading, MB",
                NOT_MEASURED,
                cost("gallra start bytes", 1e6, ".0f"),
                cost("presidio start bytes", 1e6, ".0f"),
            ),
            (
                "most memory over the sample share, MB",
                NOT_MEASURED,
                cost("gallra peak bytes", 1e6, ".0f"),
                cost("presidio peak bytes", 1e6, ".0f"),
            ),
            (
                "sandboxed worker, until it can read, processor seconds",
                "1.5",
                cost("worker start processor seconds", 1, ".2f"),
                NOT_MEASURED,
            ),
            (
                "the same, by the clock on the wall",
                NOT_MEASURED,
                cost("worker start seconds", 1, ".2f"),
                NOT_MEASURED,
            ),
            (
                "sandboxed worker, most memory over the sample share, MB",
                "200",
                cost("worker peak bytes", 1e6, ".0f"),
                NOT_MEASURED,
            ),
        ),
    )


_FIRST = frozenset({UNION_MEMBERSHIP, "HEALTH"})


def _text(paragraphs: str) -> list[str]:
    return [
        line.removeprefix("    ") for line in paragraphs.removeprefix("\n").rstrip().split("\n")
    ]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = list(head)
    yield _row(cells)
    yield _row(["---"] * len(cells))
    for row in rows:
        yield _row(row)


def _row(cells: Iterable[str]) -> str:
    return re.sub(" +", " ", f"| {' | '.join(cells)} |")


def _count(tally: Tally | None) -> str:
    return f"{tally.held:,}" if tally else NOT_MEASURED


def _three(tally: Tally | None) -> str:
    if tally is None or not (tally.held or tally.said):
        return NOT_MEASURED
    shares = (tally.precision, tally.recall, tally.f1)
    return " / ".join(NOT_MEASURED if each is None else _percent(each) for each in shares)


def _percent(share: float) -> str:
    """Return a share so that only a whole one is 100."""
    return "100" if share == 1 else f"{min(99.9, 100 * share):.1f}"


def _each(ours: Quality, theirs: Quality, name: str) -> Iterator[str]:
    for each in (ours, theirs):
        yield f"{getattr(each, name):,}" if each.exact else NOT_MEASURED


def _accuracy(judgement: Judgement, language: str) -> str:
    total = sum(n for (here, _), n in judgement.languages.items() if here == language)
    if not total:
        return NOT_MEASURED
    right = judgement.languages[language, language]
    return f"{_percent(right / total)} of {total:,}"


def _kinds(judgement: Judgement) -> str:
    if not judgement.kinds_judged:
        return NOT_MEASURED
    share = judgement.kinds_right / judgement.kinds_judged
    return f"{_percent(share)} of {judgement.kinds_judged:,}"


def _number(value: float | None) -> str:
    if value is None:
        return NOT_MEASURED
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"  # noqa: PLR2004 - whole above
