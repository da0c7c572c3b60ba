"""The table of retention classes."""

from gallra.model.message import said
from gallra.model.retention import Action, Trigger
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.periods import period_of
from gallra.rules.shapes import Several, Spelled, Text, Translations, Word
from gallra.rules.sharing import LANGUAGES
from gallra.rules.spellings import destination_of, legal_basis_of

PERIOD = Spelled(said("period"), period_of)

CLASS = TableDescription(
    name="class",
    header="[class.CODE]",
    sentence=said(
        "A retention class: how long its records are kept, counted from when, what is then done, "
        "and who says so. Each class is named by at least one rule."
    ),
    keys=(
        KeyDescription(
            name="title",
            shape=Translations(LANGUAGES),
            sentence=said("What people call it."),
            is_required=True,
            example='{ sv = "Lönelistor", nb = "Lønnslister", en = "Salary lists" }',
        ),
        KeyDescription(
            name="purpose",
            shape=Translations(LANGUAGES),
            sentence=said("What the data are for."),
            is_required=True,
            example='{ sv = "Förbereda löneförhandlingar.", nb = "Forberede forhandlinger." }',
        ),
        KeyDescription(
            name="categories",
            shape=Several(Text(), is_empty_allowed=True),
            sentence=said("The categories of personal data, for the record of processing."),
            default="[]",
            example='["name", "salary"]',
        ),
        KeyDescription(
            name="legal_basis",
            shape=Several(Spelled(said("legal basis"), legal_basis_of)),
            sentence=said(
                'What makes the processing lawful. It may be left out where then is "keep".'
            ),
            example='["GDPR 6(1)(b)", "GDPR 9(2)(d)"]',
        ),
        KeyDescription(
            name="source",
            shape=Translations(LANGUAGES),
            sentence=said("Where the data come from."),
            example='{ sv = "Arbetsgivaren", nb = "Arbeidsgiver", en = "The employer" }',
        ),
        KeyDescription(
            name="persons",
            shape=Translations(LANGUAGES),
            sentence=said("Whom the data are about, for the record of processing."),
            example='{ sv = "Medlemmar", nb = "Medlemmer", en = "Members" }',
            also=("data_subjects", "subjects", "people"),
        ),
        KeyDescription(
            name="recipients",
            shape=Translations(LANGUAGES),
            sentence=said(
                "Who is given the data, for the record of processing. Left out: nobody outside "
                "the club."
            ),
            example='{ sv = "Förbundet", nb = "Forbundet", en = "The union" }',
        ),
        KeyDescription(
            name="authority",
            shape=Text(),
            sentence=said("The clause, law or decision that the period rests on."),
            is_required=True,
            example='"F15.5"',
            also=("clause", "mandate", "law"),
        ),
        KeyDescription(
            name="keep",
            shape=PERIOD,
            sentence=said(
                'How long, in calendar terms: "4 years", "18 månader", "30 dager", "P4Y". '
                '"0 days" is at once. Not given where then is "keep"; keep_at_least or '
                "keep_at_most can stand in its place."
            ),
            example='"4 years"',
            also=("period", "retention", "duration"),
        ),
        KeyDescription(
            name="keep_at_least",
            shape=PERIOD,
            sentence=said(
                "A minimum, where a law says keep: no day is earlier, whatever other class the "
                "record could have. Without keep and keep_at_most, then is done at its end."
            ),
            example='"7 years"',
            also=("minimum", "at_least"),
        ),
        KeyDescription(
            name="keep_at_most",
            shape=PERIOD,
            sentence=said(
                'A maximum, where somebody says "at the latest": then is done at its end unless '
                "keep ends before, and a record that is still there is told of before all else."
            ),
            example='"4 years"',
            also=("maximum", "at_most", "at_the_latest"),
        ),
        KeyDescription(
            name="from",
            shape=Word(tuple(Trigger)),
            sentence=said("What the period is counted from: a date, or an event that was told."),
            example='"negotiation-ended"',
            also=("trigger", "start", "event"),
        ),
        KeyDescription(
            name="else_from",
            shape=Word(tuple(Trigger)),
            sentence=said(
                "What it is counted from while what stands in from is not known. Without it a "
                "record waits for its event."
            ),
            example='"document-date"',
        ),
        KeyDescription(
            name="then",
            shape=Word(tuple(Action)),
            sentence=said(
                "What is done when the period has ended: destroy (through quarantine), review (a "
                "person decides), alert (it is said), keep (it never ends), move (to a place "
                "that to names)."
            ),
            is_required=True,
            example='"destroy"',
            also=("action", "disposition"),
        ),
        KeyDescription(
            name="to",
            shape=Spelled(said("place in a share"), destination_of),
            sentence=said(
                'Where records are moved to, where then is "move": a share and a folder in it, '
                '"archive:agreements". Their own folders are made there again; nothing is replaced.'
            ),
            example='"gemensam:Arkiv/Avtal"',
        ),
    ),
)
