"""Sentences for letters about a breach, where nobody has found better ones yet."""

from gallra.model.duty import FindingKind
from gallra.model.incident import Incident, Nature
from gallra.model.message import Message, said

_NUMBERS = frozenset(
    {"NO_D_NUMMER", "NO_FODSELSNUMMER", "NO_H_NUMMER", "SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER"}
)
_ACCOUNTS = frozenset({"CREDIT_CARD", "IBAN_CODE", "NO_KONTONUMMER"})
_ADDRESSES = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "POSTAL_ADDRESS"})
_BY_MAIL = frozenset(
    {
        FindingKind.OPEN_RECIPIENTS,
        FindingKind.OPEN_ATTENDEES,
        FindingKind.MISSING_NOTICE,
        FindingKind.NO_CONSENT,
        FindingKind.THIRD_PARTY_DISCLOSURE,
    }
)


def consequences(incident: Incident) -> tuple[Message, ...]:
    """Return what is likely to follow from data of these sorts getting out; empty: unknown."""
    found: list[Message] = []
    categories = set(incident.categories)
    if Nature.CONFIDENTIALITY in incident.natures:
        if "UNION_MEMBERSHIP" in categories or incident.kind in _BY_MAIL:
            found.append(
                said(
                    "Others may have learned who is a member of the union, and may treat them"
                    " differently for it."
                )
            )
        if "HEALTH" in categories:
            found.append(said("Others may have learned of somebody's health."))
        if "SALARY" in categories:
            found.append(said("Others may have learned what somebody earns."))
        if categories & _NUMBERS:
            found.append(said("Identity numbers can be misused in somebody's name."))
        if categories & _ACCOUNTS:
            found.append(said("Account numbers can be used for fraud."))
        if categories & _ADDRESSES:
            found.append(said("Addresses can be used for unwanted or deceiving messages."))
    if Nature.AVAILABILITY in incident.natures:
        found.append(said("What is lost may be missing when a case or an agreement depends on it."))
    if Nature.INTEGRITY in incident.natures:
        found.append(said("Decisions may rest on data that are wrong."))
    return tuple(found)


def advice(incident: Incident) -> tuple[Message, ...]:
    """Return what those concerned can do themselves."""
    categories = set(incident.categories)
    found: list[Message] = []
    if categories & (_ADDRESSES | _NUMBERS) or incident.kind in _BY_MAIL:
        found.append(
            said("- Be wary of messages and calls that ask for codes, payments or your data.")
        )
    if categories & _NUMBERS:
        found.append(said("- Consider a block on credit reports and on changes of your address."))
    if categories & _ACCOUNTS:
        found.append(said("- Look through your account, and tell your bank if something is odd."))
    if "UNION_MEMBERSHIP" in categories or incident.kind in _BY_MAIL:
        found.append(said("- Tell us if you are treated worse because of your membership."))
    found.append(
        said("- If you received what was not for you: delete it, and pass nothing of it on.")
    )
    return tuple(found)
