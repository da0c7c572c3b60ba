"""The tables that say which records belong to which class, and which signs tell of events."""

from gallra.model.message import said
from gallra.model.retention import Trigger
from gallra.model.share import ShareRole
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.shapes import Day, Several, Spelled, Text, Truth, Word
from gallra.rules.spellings import name_pattern_of, pattern_of
from gallra.rules.when import WHEN

EVENTS = tuple(trigger.value for trigger in Trigger if trigger.is_event)
"""What somebody has to tell, or a sign."""

RULE = TableDescription(
    name="rule",
    header="[[rule]]",
    sentence=said("Which records belong to a class. Any number of rules, in any order."),
    keys=(
        KeyDescription(
            name="class",
            shape=Text(),
            sentence=said("The code of the class."),
            is_required=True,
            example='"salary-list"',
        ),
        KeyDescription(
            name="when",
            shape=Text(),
            sentence=WHEN.sentence,
            is_required=True,
            example='{ kind = "salary-list" }',
        ),
        KeyDescription(
            name="otherwise",
            shape=Truth(),
            sentence=said("true: the rule speaks only where no other does."),
            default="false",
            example="true",
        ),
        KeyDescription(
            name="authority",
            shape=Text(),
            sentence=said(
                "Who says that this rule goes before others that would keep a record longer. "
                "What a law says to keep at least is kept all the same."
            ),
            example='"U3"',
            also=("clause", "mandate"),
        ),
        KeyDescription(
            name="active_from",
            shape=Day(),
            sentence=said(
                "Until this day the rule is under a dry run: what it lets go is shown, and stays. "
                "It only ever delays."
            ),
            example="2027-03-01",
            also=("starts", "valid_from"),
        ),
    ),
)

SIGN = TableDescription(
    name="when",
    header="event.when",
    sentence=said("The sign: folder, file or both, or copied_to; and where it counts."),
    is_required=True,
    keys=(
        KeyDescription(
            name="folder",
            shape=Several(Spelled(said("pattern"), pattern_of)),
            sentence=said(
                "Patterns on the path of a folder below the share, as it is called or was renamed: "
                "the event is about all that is in this folder. With file, the folder that the "
                "file lies in."
            ),
            example='"**/* AVSLUTAD"',
            also=("folders", "path"),
        ),
        KeyDescription(
            name="file",
            shape=Several(Spelled(said("pattern"), name_pattern_of)),
            sentence=said(
                "Patterns on the name of a file: the event is about all that is in the folder in "
                "which it lies. At the top of a share it says nothing."
            ),
            example='["AVSLUTAD", "AVSLUTAD.*", "AVSLUTTET", "AVSLUTTET.*"]',
            also=("files", "name"),
        ),
        KeyDescription(
            name="copied_to",
            shape=Several(Word(tuple(ShareRole))),
            sentence=said(
                "Roles of shares: the event is about each message of which a copy, by its "
                "Message-ID, lies in a share of such a role. It needs role."
            ),
            example='["handler-area", "case-area"]',
        ),
        KeyDescription(
            name="share",
            shape=Several(Text()),
            sentence=said("Only in these shares."),
            example='"gemensam"',
        ),
        KeyDescription(
            name="role",
            shape=Several(Word(tuple(ShareRole))),
            sentence=said("Only in shares of such a role."),
            example='"case-area"',
        ),
    ),
)

EVENT = TableDescription(
    name="event",
    header="[[event]]",
    sentence=said(
        "A sign on a share that tells that something has happened, on the day on which gallra "
        "first saw it. Any number, in any order."
    ),
    keys=(
        KeyDescription(
            name="kind",
            shape=Word(EVENTS),
            sentence=said("What has happened."),
            is_required=True,
            example='"case-closed"',
            also=("event", "name"),
        ),
        KeyDescription(
            name="when",
            shape=Text(),
            sentence=SIGN.sentence,
            is_required=True,
            example='{ file = ["AVSLUTAD", "AVSLUTTET"], role = "case-area" }',
        ),
    ),
)
