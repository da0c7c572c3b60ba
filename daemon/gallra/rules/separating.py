"""The table that says what is kept apart from what, and what it becomes."""

from typing import TYPE_CHECKING

from gallra.model.message import said
from gallra.model.separation import USUAL_SEPARATION, SeparationTerms
from gallra.rules.complaint import quoted
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.notes import Notes
from gallra.rules.shapes import Several, Spelled, Text
from gallra.rules.spellings import domain_of, pattern_of
from gallra.rules.values import Values, texts_in

if TYPE_CHECKING:
    from gallra.rules.validation import Validated

SEPARATION = TableDescription(
    name="separation",
    header="[separation]",
    sentence=said(
        "What is kept apart: documents of cases from who is not their handler, union mail from "
        "other mail. What is not so is told as a finding; nothing is moved or changed by it."
    ),
    keys=(
        KeyDescription(
            name="handler_only",
            shape=Several(Text(), is_empty_allowed=True),
            sentence=said(
                "Classes of which nobody but the handler reads a document, and no document lies in "
                "a common area."
            ),
            default='["individual-case"]',
            example='["salary-list"]',
            also=("handler-only", "classes"),
        ),
        KeyDescription(
            name="exempt_accounts",
            shape=Several(Text(), is_empty_allowed=True),
            sentence=said(
                "Accounts of this machine that may read everything: of a backup, of a server."
            ),
            default="[]",
            example='["backup"]',
            also=("exempt", "accounts"),
        ),
        KeyDescription(
            name="mail_folders",
            shape=Several(Spelled(said("pattern"), pattern_of), is_empty_allowed=True),
            sentence=said(
                "Patterns on paths in shares with the role mail-export: mailboxes and folders that "
                "show that they hold union mail. Left out: nothing is said of where mail lies."
            ),
            default="[]",
            example='["**/*facklig*/**", "**/*facklig*", "**/*tillitsvalgt*/**"]',
            also=("union_folders", "folders"),
        ),
        KeyDescription(
            name="union_domains",
            shape=Several(Spelled(said("domain"), domain_of), is_empty_allowed=True),
            sentence=said(
                "Domains of the union, and those below them: what is sent to or from there is "
                "union mail."
            ),
            default="[]",
            example='["forbundet.example"]',
            also=("domains",),
        ),
    ),
)


def check_separation(validated: "Validated", notes: Notes) -> None:
    """Complain of classes that do not exist."""
    for code in texts_in(validated.separation, "handler_only"):
        if code not in validated.classes:
            unknown = said('{where}: there is no class "{code}"', code=quoted(code))
            notes.complain(("separation", "handler_only"), unknown)


def separation_from(values: Values) -> SeparationTerms:
    """Return the terms that the keys of the table describe."""
    usual = USUAL_SEPARATION
    is_said = "handler_only" in values
    return SeparationTerms(
        handler_only=texts_in(values, "handler_only") if is_said else usual.handler_only,
        exempt_accounts=texts_in(values, "exempt_accounts"),
        mail_folders=texts_in(values, "mail_folders"),
        union_domains=texts_in(values, "union_domains"),
    )
