"""What waits for a person, and what was decided, for people and for scripts."""

from typing import Final

from gallra.model.holding import Decision, Verdict
from gallra.model.message import Message, said
from gallra.model.reviewing import Reviewed, Waiting
from gallra.report.counting import counted
from gallra.report.jsonlines import path_keys
from gallra.report.language import Say
from gallra.report.records import Roots, address, full_path, sentences

HEADINGS: Final = (
    said("queue"),
    said("class"),
    said("waits"),
    said("why"),
    said("approved by"),
    said("record"),
)
"""What :func:`as_row` shows."""


def as_row(waiting: Waiting, *, roots: Roots, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    disposition = waiting.disposition
    names = ", ".join(waiting.approved_by)
    return (
        waiting.queue.name,
        disposition.item.classification.class_code,
        say(counted("{count} day", "{count} days", count=waiting.days)),
        say(disposition.because[0]) if disposition.because else "",
        f"{names} ({len(waiting.approved_by)}/{waiting.queue.needed})" if names else "-",
        address(disposition.item, roots),
    )


def as_json(waiting: Waiting, *, roots: Roots, say: Say) -> dict[str, object]:
    """Return what ``gallra review list --json`` says of a record."""
    disposition, item = waiting.disposition, waiting.disposition.item
    return {
        **path_keys(full_path(item, roots)),
        "part": item.record.part,
        "share": item.record.share,
        "class": item.classification.class_code,
        "queue": waiting.queue.name,
        "reviewers": list(waiting.queue.reviewers),
        "needed": waiting.queue.needed,
        "approved_by": list(waiting.approved_by),
        "because": sentences(disposition.because, say),
        "due_on": item.due.due_on and item.due.due_on.isoformat(),
        "days": waiting.days,
        "state": str(item.state),
        "otherwise": say(otherwise(waiting)),
    }


def otherwise(waiting: Waiting) -> Message:
    """Return what happens if nobody decides."""
    latest = waiting.disposition.item.due.latest_on
    if latest is not None:
        return said(
            "if nobody decides it stays; on {day} at the latest it should be gone, and from then"
            " on it is told of at every run",
            day=latest.isoformat(),
        )
    return said("if nobody decides it stays where it is")


def reviewed_as_json(reviewed: Reviewed, roots: Roots) -> dict[str, object]:
    """Return what ``gallra review approve --json`` and ``keep`` say of one record."""
    decision = reviewed.decision
    return {
        **path_keys(full_path(reviewed.item, roots)),
        "part": reviewed.item.record.part,
        "decision": decision.verdict.value,
        "by": decision.by,
        "until": decision.until and decision.until.isoformat(),
        "new": reviewed.is_new,
        "missing": reviewed.missing_count,
        "along": reviewed.along_count,
    }


def sentence(decision: Decision) -> Message:
    """Return a decision in words, and whether it still counts."""
    day = decision.at.date().isoformat()
    if decision.ended_because:
        return said(
            "{name} decided on {day} ({why}); that counts no more: the record was changed, got"
            " another class, or was decided on again",
            name=decision.by,
            day=day,
            why=decision.why,
        )
    if decision.verdict is Verdict.KEEP and decision.until is not None:
        return said(
            "{name} decided on {day} that it is kept until {until}: {why}",
            name=decision.by,
            day=day,
            until=decision.until.isoformat(),
            why=decision.why,
        )
    return said(
        "{name} approved on {day} that it goes: {why}", name=decision.by, day=day, why=decision.why
    )
