"""A plan, for people and for scripts."""

from typing import Final

from gallra.model.message import Message, said
from gallra.model.record import Act, Brake, Disposition, Plan
from gallra.report.jsonlines import path_keys
from gallra.report.language import Say
from gallra.report.records import Roots, address, full_path, sentences
from gallra.report.words import named

HEADINGS: Final = (said("what"), said("class"), said("why"), said("record"))
"""What :func:`as_row` shows."""


def as_json(disposition: Disposition, *, plan: Plan, roots: Roots, say: Say) -> dict[str, object]:
    """Return what ``gallra plan --json`` says of one record; ``hash`` is the whole plan's."""
    item = disposition.item
    return {
        **path_keys(full_path(item, roots)),
        "part": item.record.part,
        "share": item.record.share,
        "class": item.classification.class_code,
        "rule": item.classification.rule_number,
        "action": str(disposition.act),
        "would": disposition.would and str(disposition.would),
        "waits_until": disposition.waits_until and disposition.waits_until.isoformat(),
        "then": str(disposition.then),
        "because": sentences(disposition.because, say),
        "due_on": item.due.due_on and item.due.due_on.isoformat(),
        "state": str(item.state),
        "hold": ", ".join(disposition.held_by) or None,
        "quarantine_id": item.quarantine_id,
        "destroy_on": item.destroy_on and item.destroy_on.isoformat(),
        "hash": plan.digest,
    }


def summary_as_json(
    plan: Plan, brakes: tuple[Brake, ...], say: Say, alerts: tuple[Message, ...] = ()
) -> dict[str, object]:
    """Return the last line of ``gallra plan --json``: the whole plan in figures."""
    return {
        "hash": plan.digest,
        "at": plan.at.isoformat(),
        "rules": plan.rules_digest,
        "counts": dict(plan.counts),
        "alerts": [say(alert) for alert in alerts],
        "brakes": brakes_as_json(brakes, say),
    }


def brakes_as_json(brakes: tuple[Brake, ...], say: Say) -> list[dict[str, object]]:
    """Return what is said of brakes that hold; ``command`` releases that very one."""
    return [
        {
            "code": brake.code,
            "message": say(brake.message),
            "released_by_confirmation": brake.is_released_by_confirmation,
            "command": brake.command or None,
        }
        for brake in brakes
    ]


def as_row(disposition: Disposition, *, roots: Roots, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    return (
        say(named(disposition.act)),
        disposition.item.classification.class_code,
        "; ".join(sentences(disposition.because, say)),
        address(disposition.item, roots),
    )


def act_of(code: str) -> Act:
    """Return the act that a plan's counts name by its code."""
    return Act(code)
