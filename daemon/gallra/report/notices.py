"""The text that tells an owner what goes of theirs, when, why, and what they can do."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby

from gallra.model.message import Message, said
from gallra.model.names import as_base64, as_text, is_text, shown
from gallra.model.record import Act
from gallra.model.retention import RetentionClass, RetentionSchedule
from gallra.report.language import Say, in_language
from gallra.store.notices import NOBODY, Upcoming


def lines_for(  # noqa: PLR0913 - what a text depends on
    owner: tuple[str, str],
    upcoming: Iterable[Upcoming],
    schedule: RetentionSchedule,
    *,
    days: int,
    language: str,
    say: Say,
) -> Iterator[str]:
    """Yield one owner's text line by line, so that its length does not matter.

    Args:
        owner: What they are called on this machine, and their full name.
        upcoming: What goes of theirs, by day and folder.
        schedule: The rules in force.
        days: How far it looks ahead.
        language: Of the text.
        say: Speaks it.
    """
    classes = {each.code: each for each in schedule.classes}
    waiting = iter(upcoming)
    first = next(waiting)
    yield say(_address(owner, first))
    yield ""
    yield say(
        said(
            "This goes within {days} days, by the rules of {organisation} for how long records"
            " are kept.",
            days=days,
            organisation=schedule.organisation.name,
        )
    )
    for (on, act), of_day in groupby(_with(first, waiting), lambda each: (each.on, each.act)):
        yield ""
        yield say(_HEADINGS[act](on.isoformat()))
        for (share, folder), in_folder in groupby(of_day, _folder):
            yield f"  {share}: {shown(folder)}" if folder else f"  {share}"
            for each in in_folder:
                name = shown(each.path.rpartition(b"/")[2])
                part = f"#{shown(each.part)}" if each.part else ""
                reason = _reason(classes.get(each.class_code), each.class_code, language)
                yield f"    {name}{part} ({reason})"
    yield ""
    yield from (say(message) for message in _advice(schedule))


def as_json(
    each: Upcoming, owner: str, schedule: RetentionSchedule, language: str
) -> dict[str, object]:
    """Return one record that goes, for scripts."""
    found = next((one for one in schedule.classes if one.code == each.class_code), None)
    value: dict[str, object] = {
        "owner": owner or None,
        "uid": None if each.owner == NOBODY else each.owner,
        "share": each.share,
        "path": as_text(each.path),
        "part": each.part,
        "act": str(each.act),
        "on": each.on.isoformat(),
        "class": each.class_code,
        "title": in_language(found.title, language) if found else None,
        "authority": found.authority if found else None,
        "told_at": each.told_at and each.told_at.isoformat(),
    }
    if not is_text(each.path):
        value["path_b64"] = as_base64(each.path)
    return value


def _with(first: Upcoming, rest: Iterator[Upcoming]) -> Iterator[Upcoming]:
    yield first
    yield from rest


def _folder(each: Upcoming) -> tuple[str, bytes]:
    return each.share, each.path.rpartition(b"/")[0]


def _address(owner: tuple[str, str], first: Upcoming) -> Message:
    name, full_name = owner
    if first.owner == NOBODY:
        return said("To whoever looks after the share {share}", share=first.share)
    if not name:
        return said("To user number {uid}", uid=str(first.owner))
    if full_name:
        return said("To {full_name} ({name})", full_name=full_name, name=name)
    return said("To {name}", name=name)


_HEADINGS = {
    Act.QUARANTINE: lambda day: said("{day}: moved to quarantine", day=day),
    Act.DESTROY: lambda day: said("{day}: destroyed for good, out of quarantine", day=day),
    Act.MOVE: lambda day: said("{day}: moved to another place", day=day),
}


def _reason(found: RetentionClass | None, code: str, language: str) -> str:
    if found is None:
        return shown(code)
    return f"{shown(in_language(found.title, language) or code)}, {shown(found.authority)}"


def _advice(schedule: RetentionSchedule) -> Iterator[Message]:
    organisation = schedule.organisation
    contact = organisation.data_protection_officer
    whom = f"{contact.name}, {contact.email}" if contact else organisation.name
    yield said("What you can do:")
    yield said("- Nothing, if it may go.")
    yield said(
        "- If it is still needed, or the case or activity is not over: tell {whom} before the day,"
        " and why. It can then be held.",
        whom=whom,
    )
    yield said("- If it lies in the wrong place or is something else: move it where it belongs.")
    yield said(
        "- If it has gone already: for {days} days it can be put back. Ask the same.",
        days=_dwell_days(schedule),
    )


def _dwell_days(schedule: RetentionSchedule) -> int:
    return timedelta(days=schedule.safety.dwell.about_days).days
