"""Whether the queues of reviewers make sense together."""

from typing import TYPE_CHECKING, cast

from gallra.model.message import said
from gallra.rules.complaint import quoted
from gallra.rules.notes import Notes
from gallra.rules.validation import Validated, Values

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_queues(validated: Validated, notes: Notes) -> None:
    """Complain of queues that nobody can be told from, or that can never decide."""
    names: set[str] = set()
    taken: set[str] = set()
    has_rest = False
    for index, values in enumerate(validated.reviews):
        at = ("review", index)
        name = cast("str", values.get("name", ""))
        if name and name in names:
            twice = said('{where}: there is a queue "{name}" already', name=quoted(name))
            notes.complain((*at, "name"), twice)
        names.add(name)
        classes = _texts(values, "classes")
        if not classes and "classes" not in values:
            if has_rest:
                second = said("{where}: only one queue can be without classes, for all the others")
                notes.complain(at, second)
            has_rest = True
        for code in classes:
            if code not in validated.classes:
                unknown = said('{where}: there is no class "{code}"', code=quoted(code))
                notes.complain((*at, "classes"), unknown)
            elif code in taken:
                twice = said('{where}: the class "{code}" has a queue already', code=quoted(code))
                notes.complain((*at, "classes"), twice)
            taken.add(code)
        reviewers = {" ".join(each.split()).casefold() for each in _texts(values, "reviewers")}
        needed = cast("int", values.get("reviewers_needed", 1))
        if reviewers and needed > len(reviewers):
            few = said(
                "{where}: {needed} must approve, and only {count} may",
                needed=needed,
                count=len(reviewers),
            )
            notes.complain((*at, "reviewers_needed"), few)


def _texts(values: Values, name: str) -> tuple[str, ...]:
    return tuple(cast("Iterable[str]", values.get(name, ())))
