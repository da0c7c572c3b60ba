"""``hold``: keep records whatever the rules say."""

import argparse
import os
from pathlib import Path

from gallra.cli.houses import opened, roots, who
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.holding import NOTHING_MORE
from gallra.model.message import said
from gallra.model.record import Hold
from gallra.model.retention import Condition
from gallra.policy.decide import day_of
from gallra.policy.paths import literal
from gallra.report import holds
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.rules.complaint import RulesError
from gallra.rules.queries import condition_in
from gallra.rules.syntax import LARGEST_BYTES
from gallra.service import clock
from gallra.service.holding import holding_of, kept_counts, lift_hold, place_hold, reminders
from gallra.service.house import House
from gallra.service.scoping import about_of, cases_in, require_reason, require_reference


def place(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Place a hold: it covers at once, whatever else is at work."""
    reference = require_reference(arguments.reference)
    reason = require_reason(arguments.reason)
    condition = _condition(arguments)
    cases = [*arguments.case]
    for path in arguments.cases:
        cases += cases_in(path)
    with opened(arguments) as house:
        about = about_of(cases, arguments.person, condition, house)
        hold = Hold(
            reference=reference,
            path=_pattern(arguments, house, is_about=about != NOTHING_MORE),
            class_code=arguments.class_code,
            reason=reason,
            placed_by=who(),
            placed_at=clock.now(),
            about=about,
            until=arguments.until,
        )
        place_hold(house, hold)
        count = kept_counts(house, holding_of(house, hold))[reference]
    if terminal.is_json:
        terminal.emit({**holds.as_json(hold), "records": count})
    terminal.tell(
        said(
            "hold {reference} stands on {target}; lift it with: gallra hold lift {reference}",
            reference=hold.reference,
            target=holds.target(hold, terminal.say),
        )
    )
    if count:
        terminal.tell(counted("it keeps {count} record", "it keeps {count} records", count=count))
    else:
        terminal.tell(
            said(
                "nothing that gallra knows of is covered by it now; what comes later will be."
                " See that it says what you meant"
            )
        )
    return ExitCode.DONE


def lift(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Lift a hold: what is due may be disposed of from the next cycle on."""
    reason = require_reason(arguments.reason) if arguments.reason else ""
    with opened(arguments) as house:
        hold = lift_hold(house, arguments.reference, by=who(), why=reason)
    if terminal.is_json:
        terminal.emit({**holds.as_json(hold), "lifted": True})
    terminal.tell(said("hold {reference} is lifted", reference=hold.reference))
    return ExitCode.DONE


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the holds that stand, and how many records each keeps."""
    with opened(arguments) as house:
        holding = holding_of(house)
        counts = kept_counts(house, holding)
        late = reminders(house, day_of(clock.now(), house.schedule))
    if terminal.is_json:
        for hold in holding.holds:
            terminal.emit({**holds.as_json(hold), "records": counts[hold.reference]})
        return ExitCode.DONE
    if not holding:
        terminal.tell(said("no holds"))
        return ExitCode.DONE
    terminal.table(
        holds.HEADINGS,
        (holds.as_row(hold, counts[hold.reference], terminal.say) for hold in holding.holds),
    )
    for reminder in late:
        terminal.tell(reminder)
    return ExitCode.DONE


def _condition(arguments: argparse.Namespace) -> Condition | None:
    """Return the condition that was given, in words or in a file.

    Raises:
        RulesError: If it does not hold; with every complaint.
        OSError: If its file cannot be read.
    """
    if arguments.when is not None and arguments.query is not None:
        raise WrongUseError(said("--when and --query say the same; give one of them"))
    if arguments.query is not None:
        text = Path(arguments.query).read_bytes()[:LARGEST_BYTES].decode("utf-8", "replace")
        found = condition_in(text)
    elif arguments.when is not None:
        found = condition_in(arguments.when)
    else:
        return None
    if isinstance(found, Condition):
        return found
    raise RulesError(arguments.query or "--when", found)


def _pattern(arguments: argparse.Namespace, house: House, *, is_about: bool) -> str | None:
    """Return the hold's pattern on ``SHARE/PATH``.

    Raises:
        WrongUseError: If nothing says what the hold is on, or it could never cover anything.
    """
    given: str | None = arguments.path or arguments.target
    if arguments.class_code is not None:
        codes = [each.code for each in house.schedule.classes]
        if arguments.class_code not in codes:
            raise WrongUseError(
                said(
                    "no class {code} in {path}; there are: {codes}",
                    code=arguments.class_code,
                    path=arguments.rules,
                    codes=", ".join(codes),
                )
            )
    if given is None:
        if arguments.is_everything:
            return "**"
        if arguments.class_code is None and not is_about:
            raise WrongUseError(
                said(
                    "say what the hold is on: a PATH, --class, --case, --person, --when, or --all"
                    " for everything"
                )
            )
        return None
    return _in_share(given, house)


def _in_share(given: str, house: House) -> str:
    """Turn a path as a person types it into a pattern on ``SHARE/PATH``."""
    for name, root in roots(house).items():
        top = os.fsdecode(root)
        if given == top or given.startswith(f"{top}/"):
            given = f"{name}{given.removeprefix(top)}"
            break
        if given == name or given.startswith((f"{name}/", "*")):
            break
    else:
        raise WrongUseError(
            said(
                "{path} is in no share; the shares are: {shares}",
                path=given,
                shares=", ".join(
                    f"{name} ({os.fsdecode(root)})" for name, root in roots(house).items()
                ),
            )
        )
    share, _, rest = given.rstrip("/").partition("/")
    top_of_share = roots(house).get(share)
    # A name on disk is meant to the letter, wildcards in it too; all below it is covered.
    if top_of_share is not None and os.path.lexists(os.path.join(top_of_share, os.fsencode(rest))):
        rest = literal(os.fsencode(rest))
    return f"{share}/{rest}" if rest else f"{share}/**"
