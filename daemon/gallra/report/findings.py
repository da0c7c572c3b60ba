"""Findings, for people and for scripts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gallra.model.duty import Finding
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.report.duty_words import GRAVITIES, KINDS
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.language import Say
from gallra.report.records import Roots

HEADINGS: Final = (
    said("finding"),
    said("gravity"),
    said("clause"),
    said("what"),
    said("since"),
    said("where"),
)
"""What :func:`as_row` shows."""


def as_row(reference: str, finding: Finding, since: str, *, roots: Roots, say: Say) -> list[str]:
    """Return the cells that stand under :data:`HEADINGS`."""
    return [
        reference,
        say(GRAVITIES[finding.gravity]),
        finding.clause,
        say(KINDS[finding.kind]),
        since,
        place(finding, roots),
    ]


def place(finding: Finding, roots: Roots) -> str:
    """Return where it is, as a person types it; ``-`` where it is about no file."""
    if not finding.share:
        return "-"
    path = shown(absolute(roots.get(finding.share, finding.share.encode()), finding.path))
    return f"{path}#{finding.part}" if finding.part else path


def facts(finding: Finding, since: str, *, roots: Roots, say: Say) -> Iterator[tuple[Message, str]]:
    """Yield all that is known of a finding, names included, as names and values."""
    yield said("what"), say(finding.what)
    yield said("sort"), say(KINDS[finding.kind])
    yield said("gravity"), say(GRAVITIES[finding.gravity])
    yield said("clause"), finding.clause
    yield said("where"), place(finding, roots)
    if finding.title:
        yield said("subject"), finding.title
    if finding.happened_at is not None:
        yield said("happened"), f"{finding.happened_at:%Y-%m-%d %H:%M %Z}"
    yield said("since"), since
    if finding.persons_count:
        yield said("persons"), str(finding.persons_count)
    if finding.exposed:
        yield said("whose data"), ", ".join(finding.exposed)
    if finding.exposed_to:
        yield said("seen by"), ", ".join(finding.exposed_to)
    if finding.categories:
        yield said("sorts of data"), ", ".join(finding.categories)
    yield said("what to do"), say(finding.advice)


def as_json(  # noqa: PLR0913 - what the register knows beside the finding itself
    reference: str,
    finding: Finding,
    *,
    noted_at: datetime,
    closed_at: datetime | None,
    dismissed_by: str,
    why: str,
    incident: str,
    roots: Roots,
    say: Say,
) -> dict[str, object]:
    """Return what ``gallra finding … --json`` says of a finding."""
    root = roots.get(finding.share, finding.share.encode())
    keys = path_keys(absolute(root, finding.path)) if finding.share else {"path": None}
    return {
        "finding": reference,
        "kind": finding.kind.value,
        "gravity": finding.gravity.value,
        "clause": finding.clause,
        "share": finding.share or None,
        **keys,
        "part": finding.part,
        "title": finding.title,
        "what": say(finding.what),
        "advice": say(finding.advice),
        "exposed": list(finding.exposed),
        "exposed_to": list(finding.exposed_to),
        "persons": finding.persons_count,
        "categories": list(finding.categories),
        "happened_at": finding.happened_at and finding.happened_at.isoformat(),
        "breach": finding.is_breach,
        "incident": incident or None,
        "noted_at": noted_at.isoformat(),
        "closed_at": closed_at and closed_at.isoformat(),
        "dismissed_by": dismissed_by or None,
        "why": why or None,
    }
