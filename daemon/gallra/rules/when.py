"""The keys of a rule's ``when``: what a record must fulfil."""

from gallra.model.entities import DOCUMENT_LANGUAGES, ENTITIES, FileType
from gallra.model.finding import DOCUMENT_KINDS, SPECIAL_CATEGORIES
from gallra.model.message import said
from gallra.model.passage import Outcome
from gallra.model.retention import Trigger
from gallra.model.share import ShareRole
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.shapes import Counts, Number, Several, Spelled, Text, Truth, Word
from gallra.rules.spellings import pattern_of


def _words(words: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(words))


WHEN = TableDescription(
    name="when",
    header="rule.when",
    sentence=said(
        "What a record must fulfil: all that is given, and something is. Of a list, one is enough."
    ),
    is_required=True,
    keys=(
        KeyDescription(
            name="path",
            shape=Several(Spelled(said("pattern"), pattern_of)),
            sentence=said(
                "Patterns on the path below the share: * is anything within a name, ? one "
                "character, ** any number of folders. Case does not count."
            ),
            example='["**/lön*/**", "**/lønn*/**"]',
            also=("paths", "pattern", "glob"),
        ),
        KeyDescription(
            name="share",
            shape=Several(Text()),
            sentence=said("The share that the record lies in."),
            example='"gemensam"',
        ),
        KeyDescription(
            name="role",
            shape=Several(Word(tuple(ShareRole))),
            sentence=said("The role of the share that it lies in."),
            example='["common-area", "case-area"]',
        ),
        KeyDescription(
            name="type",
            shape=Several(Word(tuple(FileType))),
            sentence=said("The group of formats."),
            example='"spreadsheet"',
        ),
        KeyDescription(
            name="kind",
            shape=Several(Word(_words(DOCUMENT_KINDS))),
            sentence=said("What detection says that the document is."),
            example='"salary-list"',
        ),
        KeyDescription(
            name="language",
            shape=Several(Word(_words(DOCUMENT_LANGUAGES))),
            sentence=said("The language of the text."),
            example='["nb", "nn"]',
        ),
        KeyDescription(
            name="entities",
            shape=Counts(_words(ENTITIES), Number(least=1, most=1_000_000)),
            sentence=said("At least so many of each."),
            example="{ PERSON = 5, SALARY = 5 }",
        ),
        KeyDescription(
            name="special_categories",
            shape=Several(Word(_words(SPECIAL_CATEGORIES))),
            sentence=said("Special categories of personal data; any of them."),
            example='"HEALTH"',
        ),
        KeyDescription(
            name="personal_data",
            shape=Truth(),
            sentence=said(
                "Whether anything was found that tells something about a person. false is true "
                "only of what was read in full, and never of a mailbox, only of its messages."
            ),
            example="true",
        ),
        KeyDescription(
            name="outcome",
            shape=Several(Word(tuple(Outcome))),
            sentence=said(
                "How the reading ended. Only a rule that says this in words lets something be "
                "destroyed that was not read in full."
            ),
            example='"opaque"',
        ),
        KeyDescription(
            name="event",
            shape=Several(Word(tuple(each.value for each in Trigger if each.is_event))),
            sentence=said("An event was told of the record, or of the folder that it lies in."),
            example='"activity-ended"',
            also=("events",),
        ),
    ),
)
