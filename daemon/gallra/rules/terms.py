"""The tables of limits and terms that stand at the end of the file."""

from gallra.model.message import said
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.periods import period_of
from gallra.rules.quantities import fraction_of
from gallra.rules.shapes import Number, Spelled

_PERIOD = Spelled(said("period"), period_of)

READING = TableDescription(
    name="reading",
    header="[reading]",
    sentence=said("How much of the machine reading may take."),
    keys=(
        KeyDescription(
            name="pages_per_day",
            shape=Number(least=0, most=1_000_000),
            sentence=said(
                "How many scanned pages and pictures are looked at in a day: each takes about "
                "five seconds of a processor. Those that wait are not taken for read. 0: none."
            ),
            default="500",
            example="500",
        ),
        KeyDescription(
            name="processors",
            shape=Spelled(said("percentage"), fraction_of),
            sentence=said(
                "Which part of the processors may read files at once, behind everybody else; one "
                "file in any case. Scanned pages have one processor more, when nothing else waits."
            ),
            default='"100 %"',
            example='"50 %"',
        ),
    ),
)

NOTICE = TableDescription(
    name="notice",
    header="[notice]",
    sentence=said("How early those who own records are told that they go."),
    keys=(
        KeyDescription(
            name="days",
            shape=Number(least=0, most=3_660),
            sentence=said("How many days before; gallra notice tells what goes within them."),
            default="30",
            example="30",
        ),
    ),
)

LEDGER = TableDescription(
    name="ledger",
    header="[ledger]",
    sentence=said("How long the log remembers what things were called."),
    keys=(
        KeyDescription(
            name="keep_texts",
            shape=_PERIOD,
            sentence=said(
                "How long names, paths and reasons stay in the log after an act; then they are "
                "erased, where mode is enforce, and that it was done stays proved. The yearly "
                "self-audit looks back up to 15 months. Left out: nothing is erased."
            ),
            example='"2 years"',
        ),
    ),
)

REQUESTS = TableDescription(
    name="requests",
    header="[requests]",
    sentence=said("Requests of persons about what is kept of them."),
    keys=(
        KeyDescription(
            name="keep",
            shape=_PERIOD,
            sentence=said(
                "How long a request stays in the register after it was closed, to show that it was "
                "answered in time; then it is erased. Left out: nothing is erased."
            ),
            example='"3 years"',
        ),
    ),
)
