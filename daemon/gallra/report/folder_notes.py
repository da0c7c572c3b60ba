"""The note that stays in a folder out of which something was taken: a page for Notepad.

It says no more than the folder did. Names stood in the folder for everybody who could list it;
why a record went is said only of those that the same people could have read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.retention import RetentionClass, RetentionSchedule
from gallra.report.counting import counted
from gallra.report.language import in_language, translator
from gallra.report.periods import spoken

MOST_NAMES = 50
"""So many names a note has; of the rest it says how many they are."""
_WIDTH = 76
_LINE_END = "\r\n"
_MARK = "\ufeff"
"""By this older Notepads see that it is UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A file that was taken, or so many messages of one mailbox, with one last day."""

    name: bytes
    until: date | None
    """The last day on which it can be had back; ``None``: no day is set."""
    message_count: int = 0
    """0 for a file."""


@dataclass(slots=True, kw_only=True)
class Absent:
    """All that is absent from one folder."""

    gone: list[Gone] = field(default_factory=list)
    more_count: int = 0
    """Further files, and messages, that are not in ``gone``."""
    class_codes: set[str] = field(default_factory=set)
    """Of those of which it may be said."""
    is_more_unsaid: bool = False
    """Whether there are others, of which it may not."""


def stem(language: str) -> str:
    """Return what a note is called in ``language``, without ``.txt``."""
    return translator(language)(said("GALLRA - files moved away"))


def last_day(destroy_on: date | None) -> date | None:
    """Return the last day before a record may be destroyed."""
    return None if destroy_on is None else destroy_on - timedelta(days=1)


def text_of(absent: Absent, schedule: RetentionSchedule, language: str) -> bytes:
    """Return the note as it lies in the folder: UTF-8 with its mark, lines ended as on Windows.

    The same absences give the same bytes on any day, so that a note is written anew only where
    something has changed.
    """
    say = translator(language)
    organisation = schedule.organisation
    lines = [
        say(said("Files were moved out of this folder")),
        "",
        *_wrapped(
            say(
                said(
                    "They have been kept for as long as {organisation} keeps such records. They"
                    " lie in a safe place for now, and can be put back up to and including the"
                    " day that stands above them. After that they are destroyed for good.",
                    organisation=organisation.name,
                )
            )
        ),
        "",
    ]
    for until, gone in _by_day(absent.gone):
        if until is None:
            lines.append(say(said("No day is set:")))
        else:
            lines.append(say(said("Up to and including {day}:", day=until.isoformat())))
        lines += [f"  {_named(each, language)}" for each in gone]
        lines.append("")
    if absent.more_count:
        more = counted("and {count} more", "and {count} more", count=absent.more_count)
        lines += [f"  {say(more)}", ""]
    lines += _reasons(absent, schedule, language)
    lines += _wrapped(_ask(schedule, language))
    lines.append("")
    lines += _wrapped(
        say(
            said(
                "This note was written by gallra, the club's program for retention. It goes away"
                " by itself when nothing is left to put back. You may delete it."
            )
        )
    )
    return (_MARK + _LINE_END.join(lines) + _LINE_END).encode("utf-8", "replace")


def _by_day(gone: Iterable[Gone]) -> list[tuple[date | None, list[Gone]]]:
    days: dict[date | None, list[Gone]] = {}
    for each in gone:
        days.setdefault(each.until, []).append(each)
    return sorted(days.items(), key=lambda item: (item[0] is None, item[0] or date.min))


def _named(gone: Gone, language: str) -> str:
    name = shown(gone.name)
    if not gone.message_count:
        return name
    told = counted(
        "{count} message from {name}", "{count} messages from {name}",
        count=gone.message_count, name=name,
    )  # fmt: skip
    return translator(language)(told)


def _reasons(absent: Absent, schedule: RetentionSchedule, language: str) -> list[str]:
    say = translator(language)
    classes = {each.code: each for each in schedule.classes}
    found = sorted(
        _reason(classes[code], language) for code in absent.class_codes if code in classes
    )
    lines = [say(said("Why:"))] if found else []
    for reason in found:
        lines += [f"  {line}" for line in _wrapped(reason, _WIDTH - 2)]
    if found and absent.is_more_unsaid:
        other = said("For the others, please ask.")
        lines.append(f"  {say(other)}")
    return [*lines, ""] if lines else []


def _reason(retention_class: RetentionClass, language: str) -> str:
    say = translator(language)
    title = in_language(retention_class.title, language)
    if retention_class.keep is None:
        return say(said("{title} ({authority})", title=title, authority=retention_class.authority))
    return say(
        said(
            "{title}: kept for {period} ({authority})",
            title=title,
            period=spoken(retention_class.keep, say),
            authority=retention_class.authority,
        )
    )


def _ask(schedule: RetentionSchedule, language: str) -> str:
    say, organisation = translator(language), schedule.organisation
    contact = organisation.data_protection_officer
    if contact is None:
        return say(
            said(
                "Do you still need something? Tell {name} which file it is and which folder it"
                " was in, in good time before that day.",
                name=organisation.name,
            )
        )
    return say(
        said(
            "Do you still need something? Write to {name}, {email}, and tell which file it is and"
            " which folder it was in, in good time before that day.",
            name=contact.name,
            email=contact.email,
        )
    )


def _wrapped(text: str, width: int = _WIDTH) -> list[str]:
    """Break a paragraph between words; a word is never broken."""
    lines: list[str] = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip(" ")
    return lines


def names_kept(gone: Sequence[Gone]) -> bool:
    """Tell whether one more name has room in a note."""
    return len(gone) < MOST_NAMES
