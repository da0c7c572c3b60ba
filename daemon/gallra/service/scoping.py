"""From what a person calls a case, or somebody, to what a hold is on.

An event must rather cover too little; a hold must rather cover too much. So what is called by a
name is meant wherever it lies, now and later, and a message that cannot be named alone is meant
with its whole mailbox.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from gallra.detect.marks import Marker
from gallra.model.errors import WrongUseError
from gallra.model.event import Place
from gallra.model.finding import ValueDigest
from gallra.model.holding import About
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.retention import Condition
from gallra.service.claims import identified, person_of, places_named, subject_of
from gallra.service.house import House

LONGEST_REFERENCE = 200
LONGEST_REASON = 2_000
_LONGEST_CASE = 1_000
_LONGEST_PATH = 32_768
_MOST_CASES = 1_000
_MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_PRIVATE = frozenset(
    {"EMAIL_ADDRESS", "PHONE_NUMBER", "SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER"}
    | {"NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER"}
)


def about_of(
    cases: Sequence[str], persons: Sequence[str], when: Condition | None, house: House
) -> About:
    """Return what a hold is on.

    Args:
        cases: What cases are called: a folder or a file, a message in a mailbox, a subject line,
            a Message-ID in its angle brackets. It need not be there yet.
        persons: Numbers or mail addresses.
        when: A condition.
        house: Whose shares, catalogue and keys.

    Raises:
        WrongUseError: If a person is named by what can be somebody else's too, or a case by
            what nobody can be called.
    """
    places: list[Place] = []
    names: list[str] = []
    values: list[ValueDigest] = [person_of(text, house) for text in persons]
    for case in cases:
        is_path = "\0" not in case and len(case) <= _LONGEST_PATH
        found = _place(case, house) if is_path else None
        if found is not None:
            places.append(found)
        elif _MESSAGE_ID.fullmatch(case.strip()):
            values.append(Marker(house.keys.digest_keys()).message_id(case))
        elif identified(case) in _PRIVATE:
            values.append(person_of(case, house))
        else:
            names.append(require_line(case.strip().strip("/"), _LONGEST_CASE))
            values += _subjects(case, house)
    return About(
        cases=tuple(dict.fromkeys(names)),
        places=tuple(dict.fromkeys(places)),
        values=tuple(dict.fromkeys(values)),
        when=when,
    )


def cases_in(path: str) -> tuple[str, ...]:
    """Return the cases that a file lists, one a line; empty lines and ``# …`` say nothing.

    Raises:
        OSError: If it cannot be read.
        WrongUseError: If nothing, or too much, stands in it.
    """
    text = Path(path).read_bytes().decode("utf-8-sig", "surrogateescape")
    lines = [line.strip() for line in text.splitlines()]
    cases = tuple(line for line in lines if line and not line.startswith("#"))
    if not cases or len(cases) > _MOST_CASES:
        raise WrongUseError(
            said(
                "{path}: one case a line is expected, at least one and at most {most}",
                path=shown(path),
                most=_MOST_CASES,
            )
        )
    return cases


def require_line(text: str, longest: int) -> str:
    """Return ``text`` without space around it.

    Raises:
        WrongUseError: If it is no single line that can be shown, or is too long.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > longest or shown(stripped) != stripped:
        raise WrongUseError(
            said(
                '"{text}": one line of text is expected, without control characters, at most'
                " {longest} characters long",
                text=shown(stripped[:60]),
                longest=longest,
            )
        )
    return stripped


def require_reference(text: str) -> str:
    """Return what a hold is to be called.

    Raises:
        WrongUseError: If it cannot be, or is somebody's number or address; that is not repeated.
    """
    if identified(text) in _PRIVATE:
        raise WrongUseError(
            said(
                "nobody's number or address becomes the name of a hold: give it a case number,"
                " and name the person with --person"
            )
        )
    return require_line(text, LONGEST_REFERENCE)


def require_reason(text: str) -> str:
    """Return why something is done.

    Raises:
        WrongUseError: If it says nothing, or cannot be shown.
    """
    if not text.strip():
        raise WrongUseError(said("say why, with --why: those who come after you have to know"))
    return require_line(text, LONGEST_REASON)


def _place(case: str, house: House) -> Place | None:
    """Return the place that is meant, where one is there; of a message its whole mailbox."""
    try:
        return next(places_named(case, house), None)
    except WrongUseError:
        for at in range(len(case) - 1, 0, -1):
            if case[at] in "#!":
                found = next(places_named(case[:at], house), None)
                if found is not None:
                    return found
    return None


def _subjects(case: str, house: House) -> list[ValueDigest]:
    """Return the mark of messages about a case; none where it says nothing as a subject."""
    try:
        return [subject_of(case, house)]
    except WrongUseError:
        return []
