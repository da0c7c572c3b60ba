"""Letters about a breach: to the officer, a draft for the authority, a draft to those concerned.

Each is whole as it stands; what nobody has said yet is marked, to be filled in. Names of persons
stand in none of them: the list of those concerned is a file of its own.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from gallra.model.finding import SPECIAL_CATEGORIES
from gallra.model.incident import Authority, Incident, Receiver, Risk, Told
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.retention import Organisation
from gallra.policy.deadlines import hours_left, is_late
from gallra.policy.incidents import steps, tell_authority_by
from gallra.report import incidents
from gallra.report.category_words import spoken
from gallra.report.duty_words import AUTHORITIES, NATURES
from gallra.report.incident_phrases import advice, consequences
from gallra.report.language import Say

_COLUMNS: Final = 88
_MISSING: Final = said("[to be filled in]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter is written from."""

    reference: str
    incident: Incident
    organisation: Organisation
    authority: Authority
    now: datetime
    zone: tzinfo
    say: Say

    def or_missing(self, text: str) -> str:
        """Return ``text``, or that it has to be filled in."""
        return text or self.say(_MISSING)


def lines_of(letter: Letter, receiver: Receiver) -> list[str]:
    """Return the letter to ``receiver``, line by line."""
    match receiver:
        case Receiver.OFFICER:
            blocks = list(_to_officer(letter))
        case Receiver.AUTHORITY:
            blocks = list(_to_authority(letter))
        case Receiver.MEMBERS:
            blocks = list(_to_members(letter))
    return [line for block in blocks for line in (*_wrapped(block), "")][:-1]


def _to_officer(letter: Letter) -> Iterator[str]:
    incident, say = letter.incident, letter.say
    until = tell_authority_by(incident)
    yield _head(letter)
    yield say(
        said(
            "To the data protection officer: personal data breach {reference}",
            reference=letter.reference,
        )
    ).upper()
    yield say(
        said(
            "A breach of personal data became known at {organisation} on {moment}. You are told at"
            " once, as the routine asks, so that you can decide on what follows and speak with the"
            " authority and the persons concerned.",
            organisation=letter.organisation.name,
            moment=incidents.moment(incident.known_at, letter.zone),
        )
    )
    yield say(
        said(
            "Unless harm is unlikely, {authority} is to be told until {moment}; as this is written,"
            " {hours} hours are left.",
            authority=say(AUTHORITIES[letter.authority]),
            moment=incidents.moment(until, letter.zone),
            hours=hours_left(until, letter.now),
        )
    )
    # names of receivers, and of folders that are called after somebody, stay on the machine
    nameless = replace(incident, exposed_to=(), places=())
    known = incidents.facts(letter.reference, nameless, zone=letter.zone, say=say)
    yield "\n".join(
        [
            *(_fact(letter, name, value) for name, value in known),
            say(said("Receivers who were not to see it, about: {count}", count=_receivers(letter))),
            say(said("Files: {count}", count=len(incident.places))),
        ]
    )
    history = list(incidents.history(incident, zone=letter.zone, say=say))
    if history:
        yield "\n".join([say(said("What was decided and done:")), *history])
    remaining = steps(incident, letter.reference)
    if remaining:
        yield "\n".join(
            [say(said("What remains to be done:")), *(f"- {say(each)}" for each in remaining)]
        )
    yield say(
        said(
            "Whom it concerns by name is not in this letter: gallra incident members {reference}"
            " writes that list to a file on the machine.",
            reference=letter.reference,
        )
    )


def _to_authority(letter: Letter) -> Iterator[str]:
    incident, say = letter.incident, letter.say
    before = incident.told_to(Receiver.AUTHORITY)
    officer = letter.organisation.data_protection_officer
    yield say(
        said(
            "DRAFT for {authority}: notification of a personal data breach (GDPR Art. 33)",
            authority=say(AUTHORITIES[letter.authority]),
        )
    )
    yield say(
        said(
            "To be checked, and handed in through the form on the authority's website; not by"
            " ordinary mail."
        )
    )
    yield _section(letter, said("1. This notification"), [_phase(letter, before)])
    yield _section(
        letter,
        said("2. Controller and contact"),
        [
            said("Controller: {name}", name=letter.organisation.controller),
            said("The breach happened at: {name}", name=letter.organisation.name),
            said("Data protection officer: {name}, {mail}", name=officer.name, mail=officer.email)
            if officer
            else said("Contact: {text}", text=say(_MISSING)),
            said("Our reference: {reference}", reference=letter.reference),
        ],
    )
    yield _section(letter, said("3. When"), list(_times(letter, before)))
    natures = "; ".join(say(NATURES[each]) for each in incident.natures)
    yield _section(
        letter,
        said("4. What happened"),
        [
            said("Nature of the breach: {text}", text=natures),
            said("{text}", text=_story(letter)),
            said("Receivers who were not to see it, about: {count}", count=_receivers(letter)),
        ],
    )
    yield _section(
        letter,
        said("5. Whom and what it concerns"),
        [
            said(
                "Categories of persons: {text}", text=letter.or_missing(", ".join(incident.groups))
            ),
            said("Persons, about: {text}", text=letter.or_missing(_number(incident.person_count))),
            said(
                "Categories of data: {text}",
                text=letter.or_missing(spoken(incident.categories, say)),
            ),
            said(
                "Of these, special categories (Art. 9): {text}",
                text=letter.or_missing(spoken(_special(incident), say)),
            ),
            said("Records, about: {text}", text=letter.or_missing(_number(incident.record_count))),
        ],
    )
    yield _section(
        letter,
        said("6. Likely consequences"),
        [
            said("{text}", text=_consequences(letter)),
            said("Our assessment: {text}", text=letter.or_missing(incidents.risk(incident, say))),
        ],
    )
    yield _section(
        letter,
        said("7. Measures"),
        [
            said("Taken: {text}", text=letter.or_missing(incident.taken)),
            said("Planned: {text}", text=letter.or_missing(incident.planned)),
        ],
    )
    yield _section(letter, said("8. The persons concerned"), [_about_members(letter)])
    yield _section(
        letter,
        said("9. Other countries"),
        [said("Whether persons in other countries are concerned: {text}", text=say(_MISSING))],
    )


def _to_members(letter: Letter) -> Iterator[str]:
    incident, say = letter.incident, letter.say
    officer = letter.organisation.data_protection_officer
    yield _head(letter)
    yield say(said("To you whom it concerns: your personal data were not protected as they should"))
    yield say(
        said(
            "Something went wrong with personal data at {organisation}, and yours are among them."
            " We are sorry, and tell you so that you can protect yourself (GDPR Art. 34).",
            organisation=letter.organisation.name,
        )
    )
    when = incidents.happened(incident, letter.zone)
    yield _section(
        letter,
        said("What happened"),
        [
            said("{text}", text=_story(letter)),
            *([said("When: {text}", text=when)] if when else []),
            said("Which data: {text}", text=letter.or_missing(spoken(incident.categories, say))),
        ],
    )
    yield _section(
        letter, said("What it can mean for you"), [said("{text}", text=_consequences(letter))]
    )
    done = " ".join(each for each in (incident.taken, incident.planned) if each)
    yield _section(
        letter,
        said("What we have done and will do"),
        [said("{text}", text=letter.or_missing(done))],
    )
    yield _section(letter, said("What you can do"), [*advice(incident)])
    yield _section(
        letter,
        said("Whom to ask"),
        [
            said("{name}, {mail}", name=officer.name, mail=officer.email)
            if officer
            else said("{text}", text=say(_MISSING)),
            said(
                "You can also complain to {authority}.",
                authority=say(AUTHORITIES[letter.authority]),
            ),
        ],
    )
    yield f"{letter.organisation.name}\n{letter.organisation.controller}"


def _head(letter: Letter) -> str:
    return f"{letter.organisation.name}, {letter.now.astimezone(letter.zone):%Y-%m-%d}"


def _section(letter: Letter, heading: Message, sentences: Sequence[Message]) -> str:
    return "\n".join([letter.say(heading).upper(), *(letter.say(each) for each in sentences)])


def _fact(letter: Letter, name: Message, value: str) -> str:
    return f"{letter.say(name)}: {letter.or_missing(shown(value))}"


def _phase(letter: Letter, before: Sequence[Told]) -> Message:
    if not before:
        return said(
            "The first. Whether it is complete, or more follows in phases: {text}",
            text=letter.say(_MISSING),
        )
    number = next((each.reference for each in reversed(before) if each.reference), "")
    return said(
        "It completes what was told on {moment}. Your reference: {text}",
        moment=incidents.moment(before[0].at, letter.zone),
        text=letter.or_missing(number),
    )


def _times(letter: Letter, before: Sequence[Told]) -> Iterator[Message]:
    incident = letter.incident
    when = incidents.happened(incident, letter.zone)
    yield said("It happened: {text}", text=letter.or_missing(when))
    yield said("It became known: {moment}", moment=incidents.moment(incident.known_at, letter.zone))
    how = incident.known_why or letter.say(
        said("found by the club's own checks")
        if incident.kind is not None and not incident.opened_by
        else _MISSING
    )
    yield said("How it became known: {text}", text=how)
    first_at = before[0].at if before else letter.now
    if is_late(tell_authority_by(incident), first_at):
        why = next((each.why_late for each in before if each.why_late), "")
        yield said(
            "It is told after more than 72 hours. Reasons for the delay: {text}",
            text=letter.or_missing(why),
        )


def _story(letter: Letter) -> str:
    incident = letter.incident
    if incident.what:
        return incident.what
    return letter.or_missing(incidents.title(incident, letter.say).removeprefix("-"))


def _receivers(letter: Letter) -> str:
    return letter.or_missing(_number(len(letter.incident.exposed_to) or None))


def _consequences(letter: Letter) -> str:
    incident = letter.incident
    if incident.consequences:
        return incident.consequences
    return letter.or_missing(" ".join(letter.say(each) for each in consequences(incident)))


def _about_members(letter: Letter) -> Message:
    incident = letter.incident
    told = incident.told_to(Receiver.MEMBERS)
    if told:
        return said("They were told on {moment}.", moment=incidents.moment(told[0].at, letter.zone))
    decision = incident.decision(Receiver.MEMBERS)
    if decision is None:
        return said("Whether they are told, and when: {text}", text=letter.say(_MISSING))
    if decision.is_to_be_told:
        return said("They will be told. {why}", why=decision.why)
    if incident.risk is Risk.HIGH:
        return said("They are not told, although the risk is high: {why}", why=decision.why)
    return said("They are not told: {why}", why=decision.why)


def _special(incident: Incident) -> list[str]:
    return [each for each in incident.categories if each in SPECIAL_CATEGORIES]


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def _wrapped(block: str) -> Iterator[str]:
    for line in block.split("\n"):
        hanging = "  " if line.startswith("- ") else ""
        yield from textwrap.wrap(line, _COLUMNS, subsequent_indent=hanging) or [""]
