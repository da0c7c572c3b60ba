"""What other rules would change, for people and for scripts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from gallra.model.message import Message, said
from gallra.policy.difference import Difference, Fate
from gallra.report.counting import counted
from gallra.report.jsonlines import path_keys
from gallra.report.language import Say
from gallra.report.records import Roots, address, full_path, sentences
from gallra.report.words import named


def as_json(
    found: Difference, *, roots: Roots, say: Say, held_by: tuple[str, ...]
) -> dict[str, object]:
    """Return what ``gallra rules diff --json`` says of one record."""
    item = found.item
    return {
        **path_keys(full_path(item, roots)),
        "part": item.record.part,
        "share": item.record.share,
        "state": str(item.state),
        "earlier": found.is_earlier,
        "later": found.is_later,
        "before": _fate(found.before),
        "after": _fate(found.after),
        "because": sentences(found.after.because, say),
        "unsure": sentences(found.unsure, say),
        "hold": ", ".join(held_by) or None,
    }


def as_lines(
    found: Difference, *, roots: Roots, say: Say, held_by: tuple[str, ...]
) -> Iterator[str]:
    """Yield the lines that a person reads of one record."""
    earlier = said("EARLIER")
    now = said("now: {fate}", fate=_told(found.before, say))
    then = said("then: {fate}", fate=_told(found.after, say))
    mark = f"{say(earlier)}  " if found.is_earlier else ""
    yield f"{mark}{address(found.item, roots)}"
    yield f"  {say(now)}"
    yield f"  {say(then)}"
    for reason in (*found.after.because[:4], *found.unsure):
        yield f"    {say(reason)}"
    for reference in held_by:
        held = said("held by {reference}", reference=reference)
        yield f"    {say(held)}"


class Summary:
    """Counts differences by class, as they come."""

    def __init__(self) -> None:
        """Begin with none."""
        self.earlier_count = self.later_count = self.other_count = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._earlier: Counter[tuple[str, str]] = Counter()
        self._later: Counter[tuple[str, str]] = Counter()

    def count(self, found: Difference) -> None:
        """Count one."""
        key = (found.before.class_code, found.after.class_code)
        self._counts[key] += 1
        self._earlier[key] += found.is_earlier
        self._later[key] += found.is_later
        self.earlier_count += found.is_earlier
        self.later_count += found.is_later
        self.other_count += not (found.is_earlier or found.is_later)

    @property
    def changed_count(self) -> int:
        """How many records would be treated in another way."""
        return self._counts.total()

    def by_class(self) -> list[dict[str, object]]:
        """Return the counts of each pair of classes, sorted."""
        return [
            {
                "before": before,
                "after": after,
                "changed": count,
                "earlier": self._earlier[before, after],
                "later": self._later[before, after],
            }
            for (before, after), count in sorted(self._counts.items())
        ]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells that stand under :data:`HEADINGS`."""
        for each in self.by_class():
            yield tuple(str(value) for value in each.values())

    def told(self, record_count: int, active_on: date) -> Iterator[Message]:
        """Yield what is said of the whole."""
        if not self.changed_count:
            yield counted(
                "{count} record looked at: nothing would change",
                "{count} records looked at: nothing would change",
                count=record_count,
            )
            return
        yield said(
            "Records looked at: {count}. Treated in another way: {changed}; taken, destroyed or"
            " moved earlier: {earlier}; kept longer: {later}.",
            count=record_count,
            changed=self.changed_count,
            earlier=self.earlier_count,
            later=self.later_count,
        )
        if self.earlier_count:
            yield said(
                "Taken into use today, these rules would let nothing go earlier before {day}:"
                " until then it is a dry run.",
                day=active_on.isoformat(),
            )


HEADINGS = (said("class now"), said("class then"), said("records"), said("earlier"), said("later"))
"""What :meth:`Summary.rows` shows."""


def _fate(fate: Fate) -> dict[str, object]:
    return {
        "class": fate.class_code,
        "rule": fate.rule_number,
        "due_on": fate.due_on and fate.due_on.isoformat(),
        "action": str(fate.act),
    }


def _told(fate: Fate, say: Say) -> str:
    act = say(named(fate.act))
    if fate.due_on is not None:
        act = say(said("{act} on {day}", act=act, day=fate.due_on.isoformat()))
    rule = say(said("rule {number}", number=fate.rule_number)) if fate.rule_number else "-"
    return f"{fate.class_code} ({rule}): {act}"
