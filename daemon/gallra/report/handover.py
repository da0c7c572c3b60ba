"""A handover, for people and for scripts; and its signed record."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

from gallra.model.handover import Choice, Handover, Item, Progress
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.retention import Organisation
from gallra.report.attesting import block
from gallra.report.counting import counted
from gallra.report.jsonlines import path_keys
from gallra.report.language import Say
from gallra.store.evidence import Attest

FORM: Final = "gallra-handover/1"
_COLUMNS: Final = 88
HEADINGS: Final = (
    said("number"),
    said("decided"),
    said("proposed"),
    said("state"),
    said("class"),
    said("until"),
    said("record"),
    said("why"),
)
"""What :func:`as_row` shows."""
LIST_HEADINGS: Final = (
    said("number"),
    said("begun"),
    said("from"),
    said("to"),
    said("pieces"),
    said("not decided"),
    said("state"),
)
CHOICES: Final = {
    Choice.DELETE: said("delete"),
    Choice.HAND_OVER: said("hand over"),
    Choice.KEEP: said("leave where it is"),
    Choice.RETURN: said("private: give back"),
}
PROGRESS: Final = {
    Progress.OPEN: said("to be done"),
    Progress.DONE: said("done"),
    Progress.REFUSED: said("not done"),
    Progress.GONE: said("no longer there"),
}


def place_of(item: Item) -> str:
    """Return where a piece is, or was: ``epost/inn.mbox#msg:3``."""
    return f"{item.share}/{shown(item.path)}{'#' if item.part else ''}{item.part}"


def state_of(item: Item) -> Message:
    """Return how far a piece has come."""
    if item.choice is None:
        return said("not decided")
    if item.choice in {Choice.KEEP, Choice.RETURN} and item.progress is Progress.OPEN:
        return said("nothing to be done")
    return PROGRESS[item.progress]


def as_row(item: Item, *, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    held = ", ".join(item.held_by)
    because = item.reason or item.because
    return (
        str(item.number),
        say(CHOICES[item.choice]) if item.choice else "",
        say(CHOICES[item.proposal]),
        say(state_of(item)),
        item.class_code,
        item.due_on.isoformat() if item.due_on else "",
        place_of(item),
        say(said("held by {reference}", reference=held)) if held else say(because),
    )


def as_json(item: Item, reference: str, *, say: Say) -> dict[str, object]:
    """Return what ``gallra handover show --json`` says of one piece."""
    return {
        "handover": reference,
        "number": item.number,
        "share": item.share,
        **path_keys(item.path),
        "part": item.part,
        "ground": str(item.ground),
        "class": item.class_code,
        "due_on": item.due_on and item.due_on.isoformat(),
        "hold": ", ".join(item.held_by) or None,
        "size_bytes": item.size_bytes,
        "case": shown(item.case) or None,
        "proposal": str(item.proposal),
        "because": say(item.because),
        "choice": item.choice and str(item.choice),
        "by": item.by or None,
        "why": item.why or None,
        "progress": str(item.progress),
        "reason": say(item.reason) if item.reason else None,
        "to_share": item.to_share or None,
        "to_path": shown(item.to_path) or None,
    }


def overview(
    reference: str, begun_at: datetime, closed_at: datetime | None, body: Handover, zone: tzinfo
) -> tuple[str, str, str, str, str, str]:
    """Return the cells under :data:`LIST_HEADINGS` but the last."""
    undecided = sum(item.choice is None for item in body.items)
    return (
        reference,
        f"{begun_at.astimezone(zone):%Y-%m-%d}",
        body.giver.name,
        body.receiver.name,
        str(len(body.items)),
        "" if closed_at else str(undecided),
    )


def overview_as_json(
    reference: str, begun_at: datetime, closed_at: datetime | None, body: Handover
) -> dict[str, object]:
    """Return what ``gallra handover list --json`` says of one."""
    return {
        "handover": reference,
        "begun_at": begun_at.isoformat(),
        "finished_at": closed_at and closed_at.isoformat(),
        "from": body.giver.name,
        "to": body.receiver.name,
        "begun_by": body.begun_by,
        "finished_by": body.finished_by or None,
        "pieces": len(body.items),
        "undecided": sum(item.choice is None for item in body.items),
        "choices": {
            str(choice): sum(item.choice is choice for item in body.items) for choice in Choice
        },
        "progress": {
            str(each): sum(item.progress is each for item in body.items) for each in Progress
        },
    }


def record(  # noqa: PLR0913 - what a record says
    reference: str,
    begun_at: datetime,
    closed_at: datetime | None,
    body: Handover,
    *,
    organisation: Organisation,
    now: datetime,
    say: Say,
    zone: tzinfo,
    attest: Attest,
) -> Iterator[str]:
    """Yield the lines of the record of a handover, for people, with the signature beneath.

    Args:
        reference: Its number.
        begun_at: When it was begun; aware.
        closed_at: When it was finished; ``None``: it is not.
        body: What it is.
        organisation: Whose.
        now: When the record is written.
        say: The language.
        zone: In which times are told.
        attest: Signs words and objects together.
    """
    words = [
        line
        for lines in _words(
            reference,
            (begun_at, closed_at, now),
            body,
            organisation=organisation,
            say=say,
            zone=zone,
        )
        for line in lines.split("\n")
    ]
    yield from words
    objects = ({"record": FORM, **as_json(item, reference, say=say)} for item in body.items)
    head = {"record": FORM, **overview_as_json(reference, begun_at, closed_at, body)}
    yield from block(words, [head, *objects], attest)


def _words(  # noqa: PLR0913 - what a record says
    reference: str,
    times: tuple[datetime, datetime | None, datetime],
    body: Handover,
    *,
    organisation: Organisation,
    say: Say,
    zone: tzinfo,
) -> Iterator[str]:
    begun_at, closed_at, now = times
    yield say(said("Record of a handover")).upper()
    yield ""
    yield shown(organisation.name)
    yield say(said("Controller: {name}", name=organisation.controller))
    yield say(said("Handover {reference}", reference=reference))
    yield say(said("From: {name}", name=body.giver.name))
    yield say(said("To: {name}", name=body.receiver.name))
    yield say(said("Begun: {at}, by {name}", at=_moment(begun_at, zone), name=body.begun_by))
    if closed_at is None:
        yield say(said("It is not finished."))
    else:
        yield say(
            said("Finished: {at}, by {name}", at=_moment(closed_at, zone), name=body.finished_by)
        )
    yield say(said("Written: {at}", at=_moment(now, zone)))
    yield ""
    for choice in Choice:
        items = [item for item in body.items if item.choice is choice]
        if items:
            yield from _section(say(CHOICES[choice]), items, say)
    undecided = [item for item in body.items if item.choice is None]
    if undecided:
        yield from _section(say(said("not decided")), undecided, say)
    if body.remaining:
        yield from _paragraph([say(said("What remained when it was finished:"))])
        yield from (f"- {say(each)}" for each in body.remaining)
        yield from _paragraph([say(said("Why it was finished all the same: {why}", why=body.why))])
        yield ""
    yield from _paragraph(
        [
            say(
                said(
                    "What was deleted lies in quarantine until its time there is over, and is then"
                    " destroyed; each act stands in the log. The block below holds this record as"
                    " data, and the signature over both."
                )
            )
        ]
    )
    yield ""
    yield say(said("For {name} (steps down): ____________________", name=body.giver.name))
    yield ""
    yield say(said("For {name} (takes over): ____________________", name=body.receiver.name))
    yield ""


def _section(title: str, items: Sequence[Item], say: Say) -> Iterator[str]:
    amount = say(counted("{count} piece", "{count} pieces", count=len(items)))
    yield f"{title[:1].upper()}{title[1:]}: {amount}"
    for item in items:
        to = f" -> {item.to_share}/{shown(item.to_path)}" if item.to_share else ""
        yield f"{item.number:>5}. {place_of(item)}{to}"
        told = [item.class_code, say(state_of(item))]
        if item.due_on is not None:
            told.append(say(said("kept until {day}", day=item.due_on.isoformat())))
        if item.held_by:
            told.append(say(said("held by {reference}", reference=", ".join(item.held_by))))
        if item.by:
            told.append(f"{shown(item.by)}: {shown(item.why)}" if item.why else shown(item.by))
        if item.reason is not None:
            told.append(say(item.reason))
        yield from _paragraph(["; ".join(told)], indent="       ")
    yield ""


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"


def _paragraph(sentences: Iterable[str], *, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(
        " ".join(sentences),
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
