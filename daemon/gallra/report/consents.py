"""Consents and declarations, for people and for scripts; with names, since somebody asked."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from gallra.model.consents import Consent, Declaration, Proof
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.policy.consents import holds_on, is_over
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.language import Say
from gallra.report.records import Roots

CONSENT_HEADINGS: Final = (
    said("consent"),
    said("state"),
    said("given"),
    said("until"),
    said("who"),
    said("to"),
    said("what for"),
)
DECLARATION_HEADINGS: Final = (
    said("declaration"),
    said("state"),
    said("given"),
    said("until"),
    said("who"),
    said("account"),
)


def state(given: Consent | Declaration, today: date) -> Message:
    """Return how it stands with one on a day."""
    if given.withdrawn_on is not None and given.withdrawn_on <= today:
        return said("withdrawn")
    if is_over(given, today):
        return said("over")
    return said("stands") if holds_on(given, today) else said("to come")


def consent_row(reference: str, given: Consent, today: date, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`CONSENT_HEADINGS`."""
    return (
        reference,
        say(state(given, today)),
        given.given_on.isoformat(),
        given.until_on.isoformat() if given.until_on else "-",
        given.person,
        ", ".join(given.recipients),
        given.purpose,
    )


def declaration_row(reference: str, given: Declaration, today: date, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`DECLARATION_HEADINGS`."""
    return (
        reference,
        say(state(given, today)),
        given.given_on.isoformat(),
        given.until_on.isoformat() if given.until_on else "-",
        given.name,
        ", ".join(given.accounts) or "-",
    )


def facts(
    given: Consent | Declaration, today: date, *, roots: Roots, say: Say
) -> Iterator[tuple[Message, str]]:
    """Yield all that is known of one, as names and values."""
    yield said("state"), say(state(given, today))
    if isinstance(given, Consent):
        yield said("who"), f"{given.person} ({', '.join(given.identifiers)})"
        yield said("what for"), given.purpose
        yield said("to"), ", ".join(given.recipients)
    else:
        yield said("who"), given.name
        if given.accounts:
            yield said("account"), ", ".join(given.accounts)
    yield said("given"), given.given_on.isoformat()
    if given.until_on is not None:
        yield said("until"), given.until_on.isoformat()
    if given.withdrawn_on is not None:
        yield said("withdrawn"), f"{given.withdrawn_on.isoformat()}: {given.withdrawn_why}"
    if given.proof is not None:
        yield said("proof"), place(given.proof, roots)
        if given.proof.message_id:
            yield said("Message-ID"), given.proof.message_id
        yield said("SHA-256"), given.proof.sha256
    yield said("recorded by"), given.by


def place(proof: Proof, roots: Roots) -> str:
    """Return where a proof lies, or lay when it was recorded, as a person types it."""
    path = shown(_path(proof, roots))
    return f"{path}#{shown(proof.part)}" if proof.part else path


def as_json(
    reference: str, given: Consent | Declaration, today: date, roots: Roots
) -> dict[str, object]:
    """Return what ``--json`` says of one."""
    own: dict[str, object] = (
        {
            "person": given.person,
            "identifiers": list(given.identifiers),
            "purpose": given.purpose,
            "to": list(given.recipients),
        }
        if isinstance(given, Consent)
        else {"person": given.name, "accounts": list(given.accounts)}
    )
    proof = given.proof
    return {
        "reference": reference,
        **own,
        "state": state(given, today).in_english(),
        "given_on": given.given_on.isoformat(),
        "until": given.until_on and given.until_on.isoformat(),
        "withdrawn_on": given.withdrawn_on and given.withdrawn_on.isoformat(),
        "why": given.withdrawn_why or None,
        "by": given.by,
        "proof": proof
        and {
            **path_keys(_path(proof, roots)),
            "part": proof.part,
            "message_id": proof.message_id or None,
            "sha256": proof.sha256,
        },
    }


def _path(proof: Proof, roots: Roots) -> bytes:
    if not proof.share:
        return proof.path
    return absolute(roots.get(proof.share, proof.share.encode()), proof.path)
