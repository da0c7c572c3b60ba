"""A refusal as the lines that a person reads."""

from collections.abc import Iterator

from gallra.model.errors import GallraError
from gallra.model.names import shown
from gallra.report.language import Say
from gallra.rules.complaint import WHOLE_FILE, RulesError


def sentences(refusal: GallraError, say: Say) -> Iterator[str]:
    """Yield what was wrong: complaints about rules with their place, others as they are."""
    if not isinstance(refusal, RulesError):
        yield from (say(message) for message in refusal.messages)
        return
    path = shown(refusal.path)
    for complaint in refusal.complaints:
        place = path if complaint.line == WHOLE_FILE else f"{path}:{complaint.line}"
        yield f"{place}: {say(complaint.message)}"
