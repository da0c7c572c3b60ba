"""Requests and what was found for them, for people and for scripts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gallra.model.access import (
    Certainty,
    FoundRecord,
    NotSearched,
    Request,
    RequestKind,
    Stance,
)
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.language import Say
from gallra.report.records import Roots

HEADINGS: Final = (
    said("request"),
    said("kind"),
    said("came in"),
    said("answer by"),
    said("state"),
    said("who asks"),
)
FOUND_HEADINGS: Final = (
    said("number"),
    said("certainty"),
    said("decided"),
    said("others in it"),
    said("class"),
    said("record"),
)
KINDS: Final = {
    RequestKind.ACCESS: said("access"),
    RequestKind.ERASURE: said("erasure"),
    RequestKind.RECTIFICATION: said("rectification"),
}
CERTAINTIES: Final = {
    Certainty.SURE: said("sure: a number or an address"),
    Certainty.NAMED: said("the full name"),
    Certainty.DOUBTFUL: said("doubtful"),
}
STANCES: Final = {
    Stance.UNDECIDED: said("not yet"),
    Stance.CONFIRMED: said("confirmed"),
    Stance.WHOLE: said("confirmed, as it is"),
    Stance.EXCLUDED: said("excluded"),
}


def state_of(request: Request, *, is_closed: bool, is_late: bool) -> Message:
    """Return how far a request has come."""
    if is_closed:
        return said("closed")
    if request.answered_on is not None:
        return said("answered late") if is_late else said("answered")
    if is_late:
        return said("late")
    if request.searched_at is None:
        return said("to be searched")
    return said("to be decided") if request.undecided else said("to be answered")


def as_row(
    reference: str, request: Request, *, is_closed: bool, is_late: bool, say: Say
) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    return (
        reference,
        say(KINDS[request.kind]),
        request.received_on.isoformat(),
        request.deadline_on.isoformat(),
        say(state_of(request, is_closed=is_closed, is_late=is_late)),
        request.person.names[0],
    )


def as_json(  # noqa: PLR0913 - what is known of it
    reference: str,
    request: Request,
    *,
    closed_at: datetime | None,
    is_late: bool,
    roots: Roots,
    say: Say,
    is_whole: bool = False,
) -> dict[str, object]:
    """Return what ``gallra access-request list --json`` says; ``is_whole`` with what was found."""
    found: dict[str, object] = {
        "reference": reference,
        "kind": request.kind.value,
        "name": request.person.names[0],
        "language": request.language,
        "received_on": request.received_on.isoformat(),
        "due_on": request.deadline_on.isoformat(),
        "extended": None
        if request.extension is None
        else {"on": request.extension.on.isoformat(), "why": request.extension.why},
        "searched_at": request.searched_at and request.searched_at.isoformat(),
        "searched_every_file": request.is_searched_whole,
        "found_count": len(request.found),
        "theirs_count": len(request.theirs),
        "undecided_count": len(request.undecided),
        "not_searched_count": len(request.not_searched),
        "remembered_count": len(request.remembered),
        "registered": [
            {"register": kind, "reference": reference} for kind, reference in request.registered
        ],
        "answered_on": request.answered_on and request.answered_on.isoformat(),
        "late": is_late,
        "late_because": request.late_because or None,
        "closed_at": closed_at and closed_at.isoformat(),
        "opened_by": request.opened_by,
        "done": [
            {"at": each.at.isoformat(), "what": each.what, "by": each.by, "detail": each.detail}
            for each in request.given
        ],
    }
    if is_whole:
        found |= {
            "names": list(request.person.names),
            "identifiers": [
                {"entity": entity, "value": value} for entity, value in request.person.identifiers
            ],
            "addresses": list(request.person.addresses),
            "found": [found_as_json(each, roots) for each in request.found],
            "not_searched": [
                not_searched_as_json(each, roots, say) for each in request.not_searched
            ],
            "remembered": [
                {"sequence": each.sequence, "at": each.at.isoformat(), "action": each.deed,
                 "class": each.class_code or None}
                for each in request.remembered
            ],
        }  # fmt: skip
    return found


def found_as_json(found: FoundRecord, roots: Roots) -> dict[str, object]:
    """Return one record that was found."""
    return {
        "number": found.number,
        **path_keys(place(found, roots)),
        "part": found.part,
        "share": found.share,
        "quarantine_id": found.quarantine_id,
        "class": found.class_code,
        "kind": found.kind,
        "certainty": found.certainty.value,
        "hits": dict(found.hits),
        "others": found.speaks_of_others,
        "incomplete": found.is_incomplete,
        "stance": found.stance.value,
        "theirs": found.is_theirs,
        "why": found.why or None,
        "decided_by": found.decided_by or None,
    }


def not_searched_as_json(each: NotSearched, roots: Roots, say: Say) -> dict[str, object]:
    """Return one thing that could not be looked into."""
    return {
        **path_keys(absolute(roots.get(each.share, each.share.encode()), each.path)),
        "part": each.part,
        "share": each.share,
        "outcome": each.outcome,
        "encrypted": each.is_encrypted,
        "reason": say(each.reason) if each.reason else None,
    }


def place(found: FoundRecord, roots: Roots) -> bytes:
    """Return where a record's file is, or was before it went to quarantine; absolute."""
    return absolute(roots.get(found.share, found.share.encode()), found.path)


def address(found: FoundRecord, roots: Roots) -> str:
    """Return a record's name for people."""
    path = shown(place(found, roots))
    return f"{path}!{shown(found.part)}" if found.part else path


def found_row(found: FoundRecord, roots: Roots, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`FOUND_HEADINGS`."""
    where = address(found, roots)
    return (
        str(found.number),
        say(CERTAINTIES[found.certainty]),
        say(STANCES[found.stance]),
        say(said("yes")) if found.speaks_of_others else say(said("no")),
        found.class_code,
        say(said("{path} (in quarantine)", path=where)) if found.quarantine_id else where,
    )


def not_searched_lines(request: Request, roots: Roots, say: Say, *, most: int) -> Iterator[str]:
    """Yield a line for each thing that could not be looked into, at most ``most``."""
    for each in request.not_searched[:most]:
        path = shown(absolute(roots.get(each.share, each.share.encode()), each.path))
        part = f"!{shown(each.part)}" if each.part else ""
        reason = say(each.reason) if each.reason else say(said("it was not read in full"))
        yield f"  {path}{part}: {reason}"
