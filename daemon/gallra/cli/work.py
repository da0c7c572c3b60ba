"""``run`` and ``scan``: the long work, started; service does it."""

import argparse
import os

from gallra.cli.houses import opened
from gallra.duties.chores import CHORES
from gallra.model.errors import ExitCode
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import Act
from gallra.report.counting import counted
from gallra.report.jsonlines import path_keys
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.chores import do_chores
from gallra.service.cycle import CycleSummary, Problem, run_cycle
from gallra.service.disposal import Round
from gallra.service.voice import Voice


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the daemon until it is told to stop, or one whole cycle."""
    if arguments.once:
        return _cycle(arguments, terminal, acts=True)
    from gallra.cli.foreground import Foreground  # noqa: PLC0415 - a single cycle needs neither
    from gallra.service.daemon import Daemon  # noqa: PLC0415 - as above
    from gallra.service.heralding import Herald  # noqa: PLC0415 - as above

    with opened(arguments) as house:
        voice = Voice(terminal.language)
        voice.herald = Herald(house, voice).hear
        if "JOURNAL_STREAM" in os.environ:
            # a journal is kept and read by others: no names in it
            Daemon(house, voice, chores=CHORES).run()
        else:
            person = Foreground(house, terminal)
            Daemon(house, voice, witness=person.witness, report=person.report, chores=CHORES).run()
    return ExitCode.DONE


def scan(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the catalogue up to date, and act on nothing."""
    return _cycle(arguments, terminal, acts=False)


def _cycle(arguments: argparse.Namespace, terminal: Terminal, *, acts: bool) -> int:
    with opened(arguments) as house:
        with terminal.progress() as progress:
            summary = run_cycle(house, acts=acts, progress=progress)
        if acts:
            do_chores(house, Voice(terminal.language), CHORES, clock.now())
        backlog = house.catalogue.backlog_count()
        files = sum(house.catalogue.file_count(share.name) for share in house.schedule.shares)
        if terminal.is_json:
            terminal.emit(_as_json(summary, terminal, files=files, backlog=backlog))
        else:
            _show_text(summary, terminal, files=files, backlog=backlog)
    for message in summary.told:
        terminal.complain(message)
    for problem in summary.problems:
        terminal.complain(problem.message, about=problem.path)
    for alert in summary.round.alerts if summary.round else ():
        terminal.complain(alert)
    stopping = summary.round.brakes if summary.round else ()
    for brake in stopping:
        terminal.complain(brake.message)
    if stopping:
        terminal.complain(said("a safety brake holds: nothing was moved or destroyed"))
    return summary.exit_code


def _show_text(summary: CycleSummary, terminal: Terminal, *, files: int, backlog: int) -> None:
    terminal.tell(counted("{count} file in the shares", "{count} files in the shares", count=files))
    terminal.tell(
        counted("{count} file read now", "{count} files read now", count=summary.figures.file_count)
    )
    if backlog:
        terminal.tell(
            counted("{count} file waits to be read", "{count} files wait to be read", count=backlog)
        )
    if summary.round is not None:
        _show_round(summary.round, terminal)


def _show_round(round_: Round, terminal: Terminal) -> None:
    counts = _deeds(round_)
    if round_.is_observing:
        due = len([each for each in round_.plan.dispositions if each.act.is_destructive])
        terminal.tell(
            counted(
                "{count} record is due; mode is observe, so nothing was moved: see gallra plan",
                "{count} records are due; mode is observe, so nothing was moved: see gallra plan",
                count=due,
            )
        )
        _show_people(round_, terminal)
        return
    terminal.tell(
        said(
            "moved to quarantine: {quarantined}, destroyed: {destroyed}, not done: {not_done}",
            quarantined=counts[Deed.QUARANTINED],
            destroyed=counts[Deed.DESTROYED],
            not_done=counts[Deed.NOT_DONE],
        )
    )
    if counts[Deed.MOVED]:
        terminal.tell(said("moved to where they belong: {count}", count=counts[Deed.MOVED]))
    _show_people(round_, terminal)


def _show_people(round_: Round, terminal: Terminal) -> None:
    """Say what a person is asked about, and what a class asks for to be said."""
    for _, telling in round_.tellings:
        terminal.tell(telling)
    asked = dict(round_.plan.counts).get(Act.REVIEW, 0)
    if asked:
        terminal.tell(
            counted(
                "{count} record waits for a person to decide: see gallra plan",
                "{count} records wait for a person to decide: see gallra plan",
                count=asked,
            )
        )


def _problem(problem: Problem, terminal: Terminal) -> dict[str, object]:
    about = {} if problem.path is None else path_keys(problem.path)
    return {**about, "message": terminal.say(problem.message)}


def _deeds(round_: Round) -> dict[Deed, int]:
    counts = dict.fromkeys((Deed.QUARANTINED, Deed.DESTROYED, Deed.MOVED, Deed.NOT_DONE), 0)
    for done in round_.done:
        counts[done.deed] = counts.get(done.deed, 0) + 1
    return counts


def _as_json(
    summary: CycleSummary, terminal: Terminal, *, files: int, backlog: int
) -> dict[str, object]:
    value: dict[str, object] = {
        "files": files,
        "read": summary.figures.file_count,
        "read_bytes": summary.figures.byte_count,
        "backlog": backlog,
        "outcomes": dict(summary.figures.outcomes),
        "shares": {look.share.name: str(look.state) for look in summary.looks},
        "problems": [_problem(problem, terminal) for problem in summary.problems],
    }
    if summary.round is not None:
        counts = _deeds(summary.round)
        value |= {
            "hash": summary.round.plan.digest,
            "observing": summary.round.is_observing,
            "counts": dict(summary.round.plan.counts),
            "quarantined": counts[Deed.QUARANTINED],
            "destroyed": counts[Deed.DESTROYED],
            "moved": counts[Deed.MOVED],
            "not_done": counts[Deed.NOT_DONE],
            "tellings": [
                {"class": code, "message": terminal.say(telling)}
                for code, telling in summary.round.tellings
            ],
            "alerts": [terminal.say(alert) for alert in summary.round.alerts],
            "brakes": [
                {"code": brake.code, "message": terminal.say(brake.message)}
                for brake in summary.round.brakes
            ],
        }
    return value
