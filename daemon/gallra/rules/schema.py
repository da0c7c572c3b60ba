"""Every key of rules.toml, described once.

Validation, the JSON Schema for editors, the reference page and the commented sample are all
made from what stands here.
"""

from gallra.model.message import said
from gallra.model.retention import Mode
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.mailing import MAIL
from gallra.rules.monitoring import METRICS
from gallra.rules.people import REGISTER, REPRESENTATIVE
from gallra.rules.periods import duration_of, wait_of
from gallra.rules.quantities import fraction_of, size_of
from gallra.rules.retaining import CLASS, PERIOD
from gallra.rules.reviewing import REVIEW
from gallra.rules.ruling import EVENT, RULE, SIGN
from gallra.rules.separating import SEPARATION
from gallra.rules.shapes import (
    Number,
    Several,
    Spelled,
    Text,
    Word,
    zone_of,
)
from gallra.rules.sharing import LANGUAGES, SHARE
from gallra.rules.spellings import (
    domain_of,
    email_of,
)
from gallra.rules.telling import NOTIFICATIONS, RECEIVER
from gallra.rules.terms import LEDGER, NOTICE, READING, REQUESTS
from gallra.rules.when import WHEN

__all__ = [
    "CLASS",
    "CONTACT",
    "EVENT",
    "LANGUAGES",
    "LEDGER",
    "MAIL",
    "METRICS",
    "NOTICE",
    "ORGANISATION",
    "READING",
    "REGISTER",
    "REPRESENTATIVE",
    "REQUESTS",
    "REVIEW",
    "RULE",
    "SAFETY",
    "SEPARATION",
    "SHARE",
    "SIGN",
    "TABLES",
    "TOP",
    "WHEN",
    "KeyDescription",
    "TableDescription",
]

TOP = TableDescription(
    name="",
    header="",
    sentence=said("What stands before the first table."),
    keys=(
        KeyDescription(
            name="version",
            shape=Number(least=1, most=1),
            sentence=said("The version of this format; there is one so far."),
            is_required=True,
            example="1",
        ),
        KeyDescription(
            name="mode",
            shape=Word(tuple(Mode)),
            sentence=said(
                "observe: gallra only looks, and says what it would do. enforce: it moves to "
                "quarantine and destroys."
            ),
            default='"observe"',
            example='"observe"',
        ),
    ),
)

CONTACT = TableDescription(
    name="data_protection_officer",
    header="organisation.data_protection_officer",
    sentence=said("The person or office that answers questions about personal data."),
    keys=(
        KeyDescription(
            name="name",
            shape=Text(),
            sentence=said("Their name."),
            is_required=True,
            example='"Dataskyddsombudet"',
        ),
        KeyDescription(
            name="email",
            shape=Spelled(said("e-mail address"), email_of),
            sentence=said("Where they are reached."),
            is_required=True,
            example='"dataskydd@example.org"',
        ),
    ),
)

ORGANISATION = TableDescription(
    name="organisation",
    header="[organisation]",
    sentence=said("Who answers for the data, in which language and time zone."),
    is_required=True,
    keys=(
        KeyDescription(
            name="name",
            shape=Text(),
            sentence=said("The club."),
            is_required=True,
            example='"Klubben vid Exempelbolaget"',
        ),
        KeyDescription(
            name="controller",
            shape=Text(),
            sentence=said("The controller in the sense of the GDPR; stands in every letter."),
            default="the club's name",
            example='"Exempelförbundet"',
        ),
        KeyDescription(
            name="data_protection_officer",
            shape=Text(),
            sentence=CONTACT.sentence,
            example='{ name = "Dataskyddsombudet", email = "dataskydd@example.org" }',
        ),
        KeyDescription(
            name="language",
            shape=Word(LANGUAGES),
            sentence=said("The language of letters and reports."),
            default='"en"',
            example='"sv"',
        ),
        KeyDescription(
            name="timezone",
            shape=Spelled(said("time zone"), zone_of),
            sentence=said("Where the calendar is read: days begin and end there."),
            default='"Europe/Stockholm"',
            example='"Europe/Oslo"',
        ),
        KeyDescription(
            name="own_domains",
            shape=Several(Spelled(said("domain"), domain_of), is_empty_allowed=True),
            sentence=said("Domains of mail addresses that are not a third party's."),
            default="[]",
            example='["example.org"]',
        ),
    ),
)

SAFETY = TableDescription(
    name="safety",
    header="[safety]",
    sentence=said("What holds gallra back. What is missing takes the careful value."),
    keys=(
        KeyDescription(
            name="dwell",
            shape=PERIOD,
            sentence=said(
                "How long a record lies in quarantine before it is destroyed; no class and no "
                'rule shortens it. "0 days": the next cycle destroys it, and there is no way back.'
            ),
            default='"30 days"',
            example='"30 days"',
        ),
        KeyDescription(
            name="new_rules_wait",
            shape=Spelled(said("period"), wait_of),
            sentence=said(
                "When rules are changed: how long what only the new ones let go waits, as a dry "
                "run that is shown; what the old ones let go as well goes on. A shorter wait "
                'holds for changes after it. "0 days": changed rules act at once.'
            ),
            default='"14 days"',
            example='"14 days"',
            also=("dry_run", "wait", "trial"),
        ),
        KeyDescription(
            name="most_per_day",
            shape=Number(least=1, most=1_000_000_000),
            sentence=said(
                "How many records are taken or destroyed in a day; more wait for a person."
            ),
            default="200",
            example="200",
        ),
        KeyDescription(
            name="most_of_a_share",
            shape=Spelled(said("percentage"), fraction_of),
            sentence=said(
                "How large a part of a share is taken in a day: of its files, and of the messages "
                "in its mailboxes."
            ),
            default='"5 %"',
            example='"5 %"',
        ),
        KeyDescription(
            name="most_bytes_per_day",
            shape=Spelled(said("size"), size_of),
            sentence=said("How many bytes are taken or destroyed in a day."),
            default='"5 GB"',
            example='"5 GB"',
        ),
        KeyDescription(
            name="settle",
            shape=Spelled(said("duration"), duration_of),
            sentence=said("How long a file must lie still before it is read."),
            default='"5 seconds"',
            example='"5 seconds"',
        ),
    ),
)

TABLES = (
    ORGANISATION,
    REPRESENTATIVE,
    SHARE,
    CLASS,
    RULE,
    EVENT,
    REVIEW,
    REGISTER,
    MAIL,
    SEPARATION,
    SAFETY,
    READING,
    NOTICE,
    NOTIFICATIONS,
    RECEIVER,
    LEDGER,
    REQUESTS,
    METRICS,
)
"""In the order in which the file has them."""
