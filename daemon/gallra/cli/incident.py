"""``incident``: the register of breaches, opened, looked at, and filled with facts."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from gallra.cli.deciding import decider
from gallra.cli.houses import opened, zone
from gallra.cli.moments import moment_of
from gallra.cli.places import find
from gallra.duties import incidents
from gallra.duties.incident_clock import announce_opened
from gallra.duties.registering import Kept
from gallra.model.errors import ExitCode, GallraError, WrongUseError
from gallra.model.incident import Incident, Nature, Place, Risk
from gallra.model.message import said
from gallra.policy.incidents import steps
from gallra.report import incidents as shown_incidents
from gallra.report.category_words import ENTITY_NAMES
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import (
    LONGEST_REASON,
    require_line,
    require_reason,
)

Read = Callable[[Any], object]
"""Turns what was typed into what is kept."""


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the incidents, oldest first."""
    with opened(arguments) as house:
        tz, now = zone(house), clock.now()
        kept = list(incidents.register(house).all(is_open=None if arguments.is_whole else True))
    if terminal.is_json:
        for each in kept:
            emit(each, now, terminal)
    elif kept:
        terminal.table(
            shown_incidents.HEADINGS,
            (
                shown_incidents.as_row(
                    each.reference, each.body, each.closed_at, now=now, zone=tz, say=terminal.say
                )
                for each in kept
            ),
        )
    else:
        terminal.tell(said("no incidents"))
    return ExitCode.DONE


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell all about one incident."""
    with opened(arguments) as house:
        tz = zone(house)
        kept = incidents.register(house).get(arguments.reference)
    if terminal.is_json:
        emit(kept, clock.now(), terminal)
        return ExitCode.DONE
    say = terminal.say
    known = shown_incidents.facts(kept.reference, kept.body, zone=tz, say=say)
    terminal.pairs((name, value or "-") for name, value in known)
    for line in shown_incidents.history(kept.body, zone=tz, say=say):
        terminal.write(line)
    if kept.closed_at is not None:
        terminal.tell(
            said(
                "closed on {day} by {name}: {why}",
                day=f"{kept.closed_at.astimezone(tz):%Y-%m-%d}",
                name=kept.body.closed_by,
                why=kept.body.closed_why,
            )
        )
    else:
        tell_steps(kept, terminal)
    return ExitCode.DONE


def open_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Open an incident that a person knows of."""
    title = require_line(arguments.title, LONGEST_REASON)
    with opened(arguments) as house:
        now = clock.now()
        given = _given(arguments, house)
        incident = replace(Incident(known_at=now, title=title), **given)
        kept = incidents.open_incident(house, incident, by=decider(arguments), now=now)
        announce_opened(house, kept, now)
        tz = zone(house)
    until = kept.due_at
    terminal.tell(
        said(
            "incident {reference} is opened; the authority is to be told until {moment}, unless"
            " harm is unlikely",
            reference=kept.reference,
            moment="-" if until is None else shown_incidents.moment(until, tz),
        )
    )
    _shown(kept, now, terminal)
    return ExitCode.DONE


def assess(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Add what is known by now."""
    with opened(arguments) as house:
        before = incidents.register(house).get(arguments.reference)
        given = _given(arguments, house)
        for name in ("consequences", "taken", "planned"):
            text = getattr(arguments, name)
            if text is not None:
                given[name] = require_line(text, LONGEST_REASON)
        why = ""
        if arguments.risk is not None or "known_at" in given:
            why = require_reason(arguments.reason)
        if arguments.risk is not None:
            given |= {"risk": Risk(arguments.risk), "risk_why": why}
        if not given:
            raise WrongUseError(said("say what is known by now (help: --help)"))
        if "known_at" in given and given["known_at"] > clock.now():
            raise WrongUseError(said("it cannot have become known in the future: see --known-at"))
        incident = replace(before.body, **given)
        kept = incidents.assess(house, before.reference, incident, by=decider(arguments), why=why)
    terminal.tell(said("incident {reference} is brought up to date", reference=kept.reference))
    _shown(kept, clock.now(), terminal)
    return ExitCode.DONE


def emit(kept: Kept[Incident], now: datetime, terminal: Terminal) -> None:
    """Print one incident as JSON."""
    terminal.emit(
        shown_incidents.as_json(
            kept.reference,
            kept.body,
            opened_at=kept.opened_at,
            closed_at=kept.closed_at,
            now=now,
            say=terminal.say,
        )
    )


def tell_steps(kept: Kept[Incident], terminal: Terminal) -> None:
    """Say what remains to be done."""
    remaining = steps(kept.body, kept.reference)
    if not remaining:
        terminal.tell(
            said(
                "nothing remains but to close it: gallra incident close {reference}",
                reference=kept.reference,
            )
        )
    for each in remaining:
        terminal.tell(said("to do: {step}", step=terminal.say(each)))


def _shown(kept: Kept[Incident], now: datetime, terminal: Terminal) -> None:
    if terminal.is_json:
        emit(kept, now, terminal)
    else:
        tell_steps(kept, terminal)


def _given(arguments: argparse.Namespace, house: House) -> dict[str, Any]:
    """Return the facts that were typed, by the name of their field."""
    tz = zone(house)
    readers: tuple[tuple[str, str, Read], ...] = (
        ("known_at", "known_at", lambda text: moment_of(text, tz)),
        ("known_how", "known_why", _line),
        ("what", "what", _line),
        ("nature", "natures", lambda names: tuple(map(Nature, dict.fromkeys(names)))),
        ("happened_at", "happened_from", lambda text: moment_of(text, tz)),
        ("happened_until", "happened_until", lambda text: moment_of(text, tz)),
        ("whom", "groups", _lines),
        ("persons", "person_count", _count),
        ("records", "record_count", _count),
        ("category", "categories", lambda names: tuple(map(_category, _lines(names)))),
        ("seen_by", "exposed_to", _lines),
        ("file", "places", lambda paths: tuple(_place(path, house) for path in paths)),
    )
    found = {
        field: read(getattr(arguments, option))
        for option, field, read in readers
        if getattr(arguments, option) is not None
    }
    first, last = found.get("happened_from"), found.get("happened_until")
    if isinstance(first, datetime) and isinstance(last, datetime) and last < first:
        raise WrongUseError(said("it cannot have ended before it began"))
    return found


def _line(text: str) -> str:
    return require_line(text, LONGEST_REASON)


def _lines(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_line(text) for text in texts))


def _count(number: int) -> int:
    if number < 0:
        raise WrongUseError(said("{number} is no number of persons or records", number=number))
    return number


def _category(text: str) -> str:
    """Return the code where one is meant, whatever its case; else the words."""
    code = text.upper().replace(" ", "_").replace("-", "_")
    return code if code in ENTITY_NAMES else text


def _place(path: str, house: House) -> Place:
    """Return the file that is meant.

    Raises:
        WrongUseError: If gallra knows of none such.
    """
    try:
        record = find(path, house).record
    except GallraError as refusal:
        raise WrongUseError(*refusal.messages) from None
    return Place(share=record.share, path=record.path, part=record.part)
