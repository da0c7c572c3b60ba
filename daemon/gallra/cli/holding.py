"""``hold``: keep records whatever the rules say."""

import argparse
import os

from gallra.cli.houses import opened, roots, who
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.record import Hold
from gallra.policy.paths import literal
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.holding import lift_hold, place_hold
from gallra.service.house import House


def place(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Place a hold: it covers at once, whatever else is at work."""
    with opened(arguments) as house:
        hold = Hold(
            reference=arguments.reference,
            path=_pattern(arguments, house),
            class_code=arguments.class_code,
            reason=arguments.reason,
            placed_by=who(),
            placed_at=clock.now(),
        )
        place_hold(house, hold)
    if terminal.is_json:
        terminal.emit(_as_json(hold))
    terminal.tell(
        said(
            "hold {reference} stands on {target}; lift it with: gallra hold lift {reference}",
            reference=hold.reference,
            target=_target(hold, terminal),
        )
    )
    return ExitCode.DONE


def lift(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Lift a hold: what is due may be disposed of from the next cycle on."""
    with opened(arguments) as house:
        hold = lift_hold(house, arguments.reference, by=who())
    if terminal.is_json:
        terminal.emit({**_as_json(hold), "lifted": True})
    terminal.tell(said("hold {reference} is lifted", reference=hold.reference))
    return ExitCode.DONE


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the holds that stand."""
    with opened(arguments) as house:
        holds = sorted(house.catalogue.holds(), key=lambda hold: hold.reference)
    if terminal.is_json:
        for hold in holds:
            terminal.emit(_as_json(hold))
        return ExitCode.DONE
    if not holds:
        terminal.tell(said("no holds"))
        return ExitCode.DONE
    terminal.table(
        (said("hold"), said("on"), said("since"), said("placed by"), said("reason")),
        (
            (
                hold.reference,
                _target(hold, terminal),
                f"{hold.placed_at:%Y-%m-%d}",
                hold.placed_by,
                hold.reason,
            )
            for hold in holds
        ),
    )
    return ExitCode.DONE


def _pattern(arguments: argparse.Namespace, house: House) -> str | None:
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
        if arguments.class_code is None:
            raise WrongUseError(
                said("say what the hold is on: a PATH, --class CLASS, or --all for everything")
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


def _target(hold: Hold, terminal: Terminal) -> str:
    parts = []
    if hold.path is not None:
        parts.append(hold.path)
    if hold.class_code is not None:
        parts.append(terminal.say(said("class {code}", code=hold.class_code)))
    return ", ".join(parts) or terminal.say(said("everything"))


def _as_json(hold: Hold) -> dict[str, object]:
    return {
        "hold": hold.reference,
        "reference": hold.reference,
        "path": hold.path,
        "class": hold.class_code,
        "reason": hold.reason,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at.isoformat(),
    }
