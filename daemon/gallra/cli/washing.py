"""``register``: a wash shown and applied; washes and registers listed."""

import argparse

from gallra.cli.houses import opened, roots, who, zone
from gallra.duties import washes, washing
from gallra.duties.registering import Kept
from gallra.duties.washes import Wash
from gallra.duties.washing import Applied, Washing
from gallra.model.errors import BrakeError, ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.report import washes as shown_washes
from gallra.report.counting import counted
from gallra.report.jsonlines import path_keys
from gallra.report.records import full_path
from gallra.report.terminal import Terminal


def wash(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what a fresh export changes; with ``--apply``, tell it."""
    if arguments.confirm is not None and not arguments.is_applied:
        raise WrongUseError(said("--confirm goes with --apply"))
    with opened(arguments) as house:
        looked = washing.look(house, arguments.old, arguments.new, sheet=arguments.sheet)
        back = washing.back_again(house, looked)
        _show(looked, terminal)
        for member, number in back:
            terminal.tell(
                said(
                    "{name} is a member, and was told to have left: gallra event undo {number}",
                    name=shown_washes.called(member),
                    number=number,
                )
            )
        for brake in looked.brakes:
            terminal.complain(brake)
        if not arguments.is_applied:
            _summary(looked, None, terminal)
            if not terminal.is_json:
                terminal.tell(said("nothing was told or recorded; with --apply it is"))
            return ExitCode.IN_PART if looked.comparison.doubtful else ExitCode.DONE
        left_count = len(looked.comparison.left)
        if looked.brakes and arguments.confirm != left_count:
            raise BrakeError(
                said(
                    "nothing was told: look at who left, and if that is right, confirm it with"
                    " --apply --confirm {count}",
                    count=left_count,
                )
            )
        done = washing.apply(house, looked, by=who(), is_confirmed=arguments.confirm is not None)
    _summary(looked, done, terminal)
    for member in done.untold:
        terminal.complain(
            said(
                "line {row}: nothing but a name tells who left, and somebody else may be called"
                " that: see to it by hand",
                row=member.row,
            )
        )
    remains = bool(done.untold or looked.comparison.doubtful or back)
    return ExitCode.IN_PART if remains else ExitCode.DONE


def show_washes(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the register of washes, oldest first."""
    with opened(arguments) as house:
        kept = tuple(washes.register(house).all())
        tz = zone(house)
    if terminal.is_json:
        for each in kept:
            terminal.emit(shown_washes.wash_as_json(each.reference, each.opened_at, vars_of(each)))
        return ExitCode.DONE
    if not kept:
        terminal.tell(said("no register was washed yet"))
        return ExitCode.DONE
    terminal.table(
        shown_washes.WASH_HEADINGS,
        (
            (
                each.reference,
                f"{each.opened_at.astimezone(tz):%Y-%m-%d}",
                each.body.by,
                str(each.body.left_count),
                str(each.body.joined_count),
                str(each.body.changed_count),
                str(each.body.doubtful_count),
                each.body.old_path,
                each.body.new_path,
            )
            for each in kept
        ),
    )
    return ExitCode.DONE


def show_registers(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show which files are registers, and when each was washed last."""
    with opened(arguments) as house:
        where = roots(house)
        found = [
            (item, washes.washed_on(house, item.record.share, item.record.path))
            for item in washes.registers_in(house)
        ]
    if terminal.is_json:
        for item, day in found:
            terminal.emit(
                {
                    **path_keys(full_path(item, where)),
                    "share": item.record.share,
                    "washed_on": day and day.isoformat(),
                }
            )
        return ExitCode.DONE
    if not found:
        terminal.tell(said("no file is known to be a register of members"))
        return ExitCode.DONE
    terminal.table(
        shown_washes.REGISTER_HEADINGS,
        ((day.isoformat() if day else "-", shown(full_path(item, where))) for item, day in found),
    )
    return ExitCode.DONE


def vars_of(kept: Kept[Wash]) -> dict[str, object]:
    """Return what JSON says of a wash."""
    body = kept.body
    return {
        "old": body.old_path,
        "new": body.new_path,
        "by": body.by,
        "old_count": body.old_count,
        "new_count": body.new_count,
        "left": body.left_count,
        "joined": body.joined_count,
        "changed": body.changed_count,
        "doubtful": body.doubtful_count,
        "confirmed": body.confirmed,
        "events": list(body.events),
    }


def _show(looked: Washing, terminal: Terminal) -> None:
    if terminal.is_json:
        for line in shown_washes.as_json(looked.comparison):
            terminal.emit(line)
        return
    found = looked.comparison
    rows = tuple(shown_washes.as_rows(found, terminal.say))
    if rows:
        terminal.table(shown_washes.HEADINGS, rows)
    else:
        terminal.tell(said("the two lists say the same"))


def _summary(looked: Washing, done: Applied | None, terminal: Terminal) -> None:
    found = looked.comparison
    if terminal.is_json:
        terminal.emit(
            {
                "what": "summary",
                "old_count": len(looked.old.members),
                "new_count": len(looked.new.members),
                "left": len(found.left),
                "joined": len(found.joined),
                "changed": len(found.changed),
                "doubtful": len(found.doubtful),
                "same": len(found.same),
                "not_understood": list(looked.new.ununderstood_rows),
                "brakes": [terminal.say(each) for each in looked.brakes],
                "applied": done is not None,
                "wash": done.kept.reference if done else None,
                "told": done.told_count if done else 0,
                "told_before": done.known_count if done else 0,
                "untold": len(done.untold) if done else 0,
                "records": done.record_count if done else 0,
                "superseded": bool(done and done.is_superseded),
            }
        )
        return
    terminal.tell(
        said(
            "{old} in the old list, {new} in the new one: {left} left, {joined} joined,"
            " {changed} changed, {doubtful} doubtful",
            old=len(looked.old.members),
            new=len(looked.new.members),
            left=len(found.left),
            joined=len(found.joined),
            changed=len(found.changed),
            doubtful=len(found.doubtful),
        )
    )
    if done is None:
        return
    terminal.tell(
        counted(
            "wash {reference} is recorded; {count} member is told to have left",
            "wash {reference} is recorded; {count} members are told to have left",
            count=done.told_count,
            reference=done.kept.reference,
        )
    )
    if done.known_count:
        terminal.tell(said("told before already: {count}", count=done.known_count))
    if done.is_superseded:
        terminal.tell(said("the old list is told superseded"))
    terminal.tell(said("see what follows: gallra plan; take one back: gallra event undo NUMBER"))
