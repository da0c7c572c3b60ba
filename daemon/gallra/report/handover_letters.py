"""Whom to inform of a handover: the list, and a letter to each, in all languages."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from gallra.model.handover import Handover
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.retention import Organisation
from gallra.report.language import LANGUAGES, Say, translator

_RULE: Final = "-" * 72


class Case(Protocol):
    """One case, and the persons in it."""

    @property
    def case(self) -> str:
        """Its share and folder."""

    @property
    def persons(self) -> tuple[str, ...]:
        """Names."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Mail addresses that occur in it."""

    @property
    def unread_count(self) -> int:
        """Files of it that were not read in full."""


def as_text(
    cases: Sequence[Case],
    reference: str,
    handover: Handover,
    organisation: Organisation,
    *,
    say: Say,
) -> Iterator[str]:
    """Yield the lines of the list, and of a letter to be adapted, in each language."""
    yield say(said("Whom handover {reference} concerns", reference=reference))
    yield say(
        said(
            "Names and addresses that occur in the cases that {name} takes over. Not all of them"
            " are members: go through them, and write to those whose case it is, to each alone.",
            name=handover.receiver.name,
        )
    )
    yield ""
    for each in cases:
        yield each.case
        yield from (f"  {shown(name)}" for name in each.persons)
        yield from (f"  <{shown(address)}>" for address in each.addresses)
        if not each.persons and not each.addresses:
            nobody = say(said("nobody was found in it"))
            yield f"  {nobody}"
        if each.unread_count:
            count = each.unread_count
            unread = said("files that were not read in full: {count}; look yourself", count=count)
            yield "  " + say(unread)
        yield ""
    if not cases:
        yield say(said("No case is handed over."))
        yield ""
    for language in LANGUAGES:
        yield _RULE
        yield from letter(handover, organisation, say=translator(language))
        yield ""


def letter(handover: Handover, organisation: Organisation, *, say: Say) -> Iterator[str]:
    """Yield the lines of a letter to a member whose case gets another handler (F14)."""
    giver, receiver = handover.giver.name, handover.receiver.name
    yield say(said("Your case has a new handler"))
    yield ""
    yield say(said("Hello,"))
    yield ""
    yield say(
        said(
            "{giver} has helped you in a case as a representative in {club}, and is stepping"
            " down. {receiver} takes over.",
            giver=giver,
            receiver=receiver,
            club=organisation.name,
        )
    )
    yield say(
        said(
            "What is needed to go on helping you has been handed over to {receiver}; what is not"
            " needed any more has been deleted. {giver} keeps nothing of it.",
            giver=giver,
            receiver=receiver,
        )
    )
    if handover.receiver.addresses:
        yield say(
            said(
                "You reach {receiver} at {address}.",
                receiver=receiver,
                address=handover.receiver.addresses[0],
            )
        )
    yield say(
        said(
            "If you do not want {receiver} to handle your case, or the case is over for you,"
            " answer this letter.",
            receiver=receiver,
        )
    )
    officer = organisation.data_protection_officer
    yield ""
    yield say(
        said(
            "{controller} is the controller of your personal data. You may ask to see them, to"
            " have them corrected or erased.",
            controller=organisation.controller,
        )
    )
    if officer is not None:
        yield say(
            said("Data protection officer: {name}, {email}", name=officer.name, email=officer.email)
        )
    yield ""
    yield shown(organisation.name)
