"""``plan``: what would be done, before anything is."""

import argparse
from datetime import datetime, time

from gallra.cli.houses import opened, roots, warned, who, zone
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.record import Act, Brake, Plan
from gallra.model.retention import Mode
from gallra.policy.brakes import CAPS, brakes
from gallra.policy.latest import alerts
from gallra.report import plans
from gallra.report.terminal import Terminal
from gallra.report.words import named
from gallra.service import clock, confirming, disposal
from gallra.service.house import House
from gallra.service.shares import absent, look_at_shares


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the plan of a day, or confirm the plan of today."""
    if arguments.release and arguments.confirm is None:
        raise WrongUseError(said("--release needs the plan that it is for: --confirm HASH"))
    if arguments.confirm is not None:
        if arguments.at is not None:
            raise WrongUseError(said("--confirm is about the plan of today; leave --at out"))
        return _confirm(arguments, terminal)
    with opened(arguments) as house:
        code = warned(house, terminal)
        house.catalogue.register_shares(house.schedule.shares)
        now = clock.now()
        at = now
        if arguments.at is not None:
            # Noon: any instant of the day will do, and noon exists on every day of every zone.
            at = datetime.combine(arguments.at, time(12), zone(house))
        gone = absent(look_at_shares(house, remembers=False))
        found = disposal.plan_at(house, at, is_whole=arguments.is_whole, absent_shares=gone)
        stopping = _brakes(found, house, now, is_of_today=arguments.at is None)
        where = roots(house)
        is_acting = house.schedule.mode is Mode.ENFORCE and not stopping
        told = tuple(alerts(found, house.schedule, is_acting=is_acting))
        if terminal.is_json:
            for each in found.dispositions:
                terminal.emit(plans.as_json(each, plan=found, roots=where, say=terminal.say))
            terminal.emit(plans.summary_as_json(found, stopping, terminal.say, told))
        else:
            for alert in told:
                terminal.tell(alert)
            _show_text(found, stopping, house, terminal, is_whole=arguments.is_whole)
    return code


def _show_text(
    found: Plan,
    stopping: tuple[Brake, ...],
    house: House,
    terminal: Terminal,
    *,
    is_whole: bool,
) -> None:
    say, where = terminal.say, roots(house)
    if found.dispositions:
        rows = (plans.as_row(each, roots=where, say=say) for each in found.dispositions)
        terminal.table(plans.HEADINGS, rows)
    else:
        terminal.tell(said("nothing is due"))
    for act, count in found.counts:
        if plans.act_of(act) is not Act.RETAIN or is_whole:
            terminal.write(f"{say(named(plans.act_of(act)))}: {count}")
    terminal.tell(said("hash of this plan: {digest}", digest=found.digest))
    if house.schedule.mode is Mode.OBSERVE:
        terminal.tell(
            said(
                'mode is "observe": this is only shown. mode = "enforce" in {path} lets it be'
                " carried out",
                path=str(house.rules),
            )
        )
    for brake in stopping:
        terminal.tell(said("a safety brake would hold: {reason}", reason=say(brake.message)))


def _brakes(found: Plan, house: House, now: datetime, *, is_of_today: bool) -> tuple[Brake, ...]:
    """Return what would stop the plan; of another day, what is known about that day already."""
    around = disposal.circumstances(house, now, found, is_of_today=is_of_today)
    return brakes(found, around, house.schedule)


def _confirm(arguments: argparse.Namespace, terminal: Terminal) -> int:
    codes = tuple(dict.fromkeys(arguments.release)) if arguments.release else CAPS
    with opened(arguments) as house:
        found = confirming.confirm(house, arguments.confirm, by=who(), codes=codes)
    if terminal.is_json:
        terminal.emit(
            {
                "hash": found.plan.digest,
                "confirmed": True,
                "released": list(found.released),
                "brakes": plans.brakes_as_json(found.holding, terminal.say),
            }
        )
    terminal.tell(
        said(
            "plan {digest} is confirmed, for a day and for this very plan; released: {brakes}",
            digest=found.plan.digest,
            brakes=", ".join(found.released),
        )
    )
    for brake in found.holding:
        terminal.tell(
            said("a safety brake still holds: {reason}", reason=terminal.say(brake.message))
        )
    if not found.holding:
        terminal.tell(said("the next cycle carries it out"))
    return ExitCode.BRAKE if found.holding else ExitCode.DONE
