"""What a wash found, for people and for scripts. Names stand here because an admin asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gallra.model.message import Message, said
from gallra.model.washing import Comparison, Member
from gallra.report.language import Say

HEADINGS: Final = (said("what"), said("line"), said("member"), said("known by"), said("more"))
"""What :func:`as_rows` shows."""
WASH_HEADINGS: Final = (
    said("wash"),
    said("day"),
    said("by"),
    said("left"),
    said("joined"),
    said("changed"),
    said("doubtful"),
    said("old list"),
    said("new list"),
)
REGISTER_HEADINGS: Final = (said("washed on"), said("register"))

_MARKS: Final[dict[str, Message]] = {
    "personal-number": said("personal number"),
    "member-number": said("member number"),
    "email": said("mail address"),
    "phone": said("telephone number"),
    "name": said("name"),
}


def called(member: Member) -> str:
    """Return what a member is called by: a name, else a number, else an address."""
    marks = (member.name, member.member_number_written, member.birth_number, *member.mails)
    return next((each for each in marks if each), "-")


def as_rows(found: Comparison, say: Say) -> Iterator[tuple[str, ...]]:
    """Yield the cells that stand under :data:`HEADINGS`: who left first, what is the same not."""
    for member in found.left:
        more = member.left_on.isoformat() if member.left_on else ""
        yield say(said("left")), str(member.row), called(member), _mark(member, say), more
    for doubt in found.doubtful:
        lines = f"{doubt.old.row} / {doubt.new.row}"
        both = f"{called(doubt.old)} / {called(doubt.new)}"
        yield say(said("doubtful")), lines, both, "", say(doubt.why)
    for member in found.joined:
        yield say(said("joined")), str(member.row), called(member), _mark(member, say), ""
    for pair in found.changed:
        changes = "; ".join(
            f"{_heading(each.heading, say)}: {each.before} → {each.after}" for each in pair.changes
        )
        known_by = say(_MARKS[pair.known_by])
        yield say(said("changed")), str(pair.new.row), called(pair.new), known_by, changes
    for first, again in found.repeated:
        lines = f"{first.row} / {again.row}"
        yield say(said("stands twice")), lines, called(first), _mark(first, say), ""


def as_json(found: Comparison) -> Iterator[dict[str, object]]:
    """Yield what ``gallra register wash --json`` says, one object a line."""
    for member in found.left:
        yield {"what": "left", **_member(member)}
    for doubt in found.doubtful:
        yield {
            "what": "doubtful",
            "old": _member(doubt.old),
            "new": _member(doubt.new),
            "why": doubt.why.in_english(),
        }
    for member in found.joined:
        yield {"what": "joined", **_member(member)}
    for pair in found.changed:
        yield {
            "what": "changed",
            **_member(pair.new),
            "known_by": pair.known_by,
            "changes": [
                {"heading": each.heading, "before": each.before, "after": each.after}
                for each in pair.changes
            ],
        }
    for first, again in found.repeated:
        yield {"what": "repeated", **_member(first), "again_in_row": again.row}


def wash_as_json(reference: str, at: datetime, body: dict[str, object]) -> dict[str, object]:
    """Return what ``gallra register washes --json`` says of one."""
    return {"reference": reference, "at": at.isoformat(), **body}


def _member(member: Member) -> dict[str, object]:
    return {
        "row": member.row,
        "name": member.name,
        "personal_number": member.birth_number or None,
        "member_number": member.member_number_written or None,
        "mail": list(member.mails),
        "born_on": member.born_on and member.born_on.isoformat(),
        "left_on": member.left_on and member.left_on.isoformat(),
    }


def _mark(member: Member, say: Say) -> str:
    """Return the strongest thing that tells a member from others, by its sort."""
    for mark, value in (
        ("personal-number", member.birth_number),
        ("member-number", member.member_number),
        ("email", member.mails),
    ):
        if value:
            return say(_MARKS[mark])
    return say(_MARKS["name"])


def _heading(heading: str, say: Say) -> str:
    return say(_MARKS[heading]) if heading in _MARKS else heading
