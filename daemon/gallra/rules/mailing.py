"""The table that says how the club's mailings are judged, and what it becomes."""

from typing import cast

from gallra.model.message import said
from gallra.model.retention import MailTerms, Period
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.retaining import PERIOD
from gallra.rules.shapes import Several, Spelled, Text
from gallra.rules.spellings import domain_of

_DOMAINS = Several(Spelled(said("domain"), domain_of), is_empty_allowed=True)

MAIL = TableDescription(
    name="mail",
    header="[mail]",
    sentence=said(
        "How messages that the club sent are judged. Representatives and registers of members "
        "stand in tables of their own, own_domains in [organisation]."
    ),
    keys=(
        KeyDescription(
            name="allowed_domains",
            shape=_DOMAINS,
            sentence=said(
                "Domains, the union's own for one, that may be sent members' data; those below "
                "them too. own_domains need not stand here."
            ),
            default="[]",
            example='["forbundet.example"]',
            also=("allowed", "union_domains"),
        ),
        KeyDescription(
            name="private_domains",
            shape=_DOMAINS,
            sentence=said(
                "Domains at which people have mail addresses of their own, besides the large "
                "providers that gallra knows: whoever has one there is taken for a member."
            ),
            default="[]",
            example='["bredband.example"]',
            also=("private",),
        ),
        KeyDescription(
            name="representatives_events",
            shape=Several(Text(), is_empty_allowed=True),
            sentence=said(
                "What the subject of a message is, or names, when it is about an event for "
                "representatives: those who are invited may see each other."
            ),
            default="[]",
            example='["Tillitsvalgtsamling", "Förtroendemannadagen 2026"]',
            also=("representative_events", "open_events"),
        ),
        KeyDescription(
            name="password_within",
            shape=PERIOD,
            sentence=said(
                "How long before or after a locked attachment a message that tells its receivers "
                "a password is taken to be about it; in the same conversation always."
            ),
            default='"14 days"',
            example='"14 days"',
            also=("password_window",),
        ),
    ),
)


def mail_from(values: dict[str, object]) -> MailTerms:
    """Return the terms that the keys of the table describe."""
    usual = MailTerms()
    return MailTerms(
        allowed_domains=_several(values, "allowed_domains"),
        private_domains=_several(values, "private_domains"),
        representatives_events=_several(values, "representatives_events"),
        password_within=cast("Period", values.get("password_within", usual.password_within)),
    )


def _several(values: dict[str, object], name: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values.get(name, ()))
