"""``notice``: the texts that tell owners what goes of theirs; nothing is sent."""

import argparse
from itertools import groupby

from gallra.cli.houses import opened
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.report.notices import as_json, lines_for
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.notices import find_upcoming, name_of, owner_of
from gallra.store.notices import NOBODY, Upcoming

_MOST_DAYS = 3_660


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show one text for each owner, or one object for each record; then it counts as told.

    Raises:
        WrongUseError: If there is no such share or user, or the number of days is none.
    """
    owner = None if arguments.owner is None else owner_of(arguments.owner)
    with opened(arguments) as house:
        schedule = house.schedule
        days = schedule.notice.days if arguments.days is None else arguments.days
        if not 0 <= days <= _MOST_DAYS:
            raise WrongUseError(said("--days takes a number from 0 to {most}", most=_MOST_DAYS))
        names = [share.name for share in schedule.shares]
        if arguments.share not in {None, *names}:
            raise WrongUseError(
                said(
                    "no share {name}; there are: {names}",
                    name=arguments.share,
                    names=", ".join(names),
                )
            )
        house.catalogue.register_shares(schedule.shares)
        number = find_upcoming(house, clock.now(), days=days, share=arguments.share)
        is_any = False
        found = house.catalogue.upcoming(number, owner=owner, is_all=arguments.again)
        for (who, _), of_owner in groupby(found, _reader):
            called = name_of(who)
            if terminal.is_json:
                for each in of_owner:
                    terminal.emit(as_json(each, called[0], schedule, terminal.language))
            else:
                if is_any:
                    terminal.write("\n" + "-" * 72 + "\n")
                for line in lines_for(
                    called, of_owner, schedule, days=days, language=terminal.language,
                    say=terminal.say,
                ):  # fmt: skip
                    terminal.write(line)
            is_any = True
        if not is_any:
            terminal.tell(
                said("nothing to tell of the next {days} days that was not told", days=days)
            )
        terminal.flush()  # what could not be shown was not told
        house.catalogue.note_told(number, at=clock.now(), owner=owner)
    return ExitCode.DONE


def _reader(each: Upcoming) -> tuple[int, str]:
    """Return who reads of it: what is nobody's own goes to each share by itself."""
    return each.owner, each.share if each.owner == NOBODY else ""
