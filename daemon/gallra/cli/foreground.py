"""What a person sees who runs the daemon in the foreground: what it finds, what is due."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from gallra.cli.houses import roots
from gallra.model.arrival import Arrival
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.record import Act, Plan
from gallra.model.retention import Mode
from gallra.report.counting import counted
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.terminal import Terminal
from gallra.report.words import named
from gallra.service.disposal import Round
from gallra.service.house import House
from gallra.service.judging import Judged

_EVERY = 500
_SHOWN = 5
"""So many records of each act are named with their reason; the plan has them all."""


class Foreground:
    """Tells of each file as it is read, once the first look is over; before that, in figures."""

    def __init__(self, house: House, terminal: Terminal) -> None:
        """Speak about ``house`` on ``terminal``."""
        self._house = house
        self._terminal = terminal
        self._read_count = 0
        self._found: Counter[str] = Counter()
        self._last_hash: str | None = None

    def witness(self, arrival: Arrival, judged: Sequence[Judged]) -> None:
        """Take note of a file that was read."""
        self._read_count += 1
        for record, _, _ in judged:
            self._found.update(dict(record.entities))
        if self._terminal.is_json:
            self._emit(arrival, judged)
        elif self._last_hash is not None:
            self._terminal.write(self._line(arrival, judged))
        elif self._read_count % _EVERY == 0:
            self._terminal.tell(
                counted(
                    "{count} file read so far", "{count} files read so far", count=self._read_count
                )
            )
        self._terminal.flush()

    def report(self, round_: Round) -> None:
        """Tell what is due, whenever that is not what it was."""
        plan, is_first = round_.plan, self._last_hash is None
        if plan.digest == self._last_hash:
            return
        self._last_hash = plan.digest
        if self._terminal.is_json:
            self._terminal.emit({"hash": plan.digest, "counts": dict(plan.counts)})
        else:
            if is_first:
                self._show_found()
                self._show_classes()
            self._show_due(plan)
        self._terminal.flush()

    def _show_found(self) -> None:
        if not self._found:
            return
        self._terminal.tell(
            counted(
                "{count} file was read; found in it:",
                "{count} files were read; found in them:",
                count=self._read_count,
            )
        )
        for entity, count in self._found.most_common():
            self._terminal.write(f"  {count:6} {entity}")

    def _show_classes(self) -> None:
        titles = {each.code: dict(each.title) for each in self._house.schedule.classes}
        language = self._terminal.language
        counts = sorted(self._house.catalogue.class_counts().items(), key=lambda each: -each[1])
        self._terminal.table(
            (said("class"), said("called"), said("records")),
            ((code, titles.get(code, {}).get(language, ""), str(count)) for code, count in counts),
        )

    def _show_due(self, plan: Plan) -> None:
        say = self._terminal.say
        where = roots(self._house)
        for act, count in plan.counts:
            if Act(act) is Act.RETAIN or not count:
                continue
            self._terminal.write(f"{say(named(Act(act)))}: {count}")
            of_act = (each for each in plan.dispositions if each.act is Act(act))
            for disposition in islice(of_act, _SHOWN):
                record = disposition.item.record
                path = shown(absolute(where.get(record.share, b""), record.path))
                part = f"!{shown(record.part)}" if record.part else ""
                self._terminal.write(f"  {path}{part}")
                self._terminal.write(f"    {say(disposition.because[0])}")
        self._terminal.tell(said("for each record and the reasons: gallra plan"))
        if self._house.schedule.mode is Mode.OBSERVE:
            self._terminal.tell(
                said(
                    'mode is "observe": nothing is moved or destroyed until you set'
                    ' mode = "enforce" in {rules}. Ctrl-C stops gallra',
                    rules=str(self._house.rules),
                )
            )

    def _line(self, arrival: Arrival, judged: Sequence[Judged]) -> str:
        path = shown(absolute(roots(self._house).get(arrival.share, b""), arrival.path))
        if len(judged) > 1:
            classes = Counter(classification.class_code for _, classification, _ in judged[1:])
            listed = ", ".join(f"{code} {count}" for code, count in classes.most_common())
            return f"{path}: {listed}"
        record, classification, due = judged[0]
        found = ", ".join(f"{entity} {count}" for entity, count in record.entities)
        say = self._terminal.say
        when = (
            say(said("due {day}", day=due.due_on.isoformat())) if due.due_on else say(said("kept"))
        )
        return f"{path}: {classification.class_code}, {when}" + (f" [{found}]" if found else "")

    def _emit(self, arrival: Arrival, judged: Sequence[Judged]) -> None:
        path = absolute(roots(self._house).get(arrival.share, b""), arrival.path)
        for record, classification, due in judged:
            self._terminal.emit(
                {
                    **path_keys(path),
                    "part": record.part,
                    "class": classification.class_code,
                    "entities": dict(record.entities),
                    "due_on": due.due_on and due.due_on.isoformat(),
                    "outcome": str(record.outcome),
                }
            )
