"""``status``: how gallra is doing, in one page."""

import argparse
from collections.abc import Iterator
from datetime import timedelta

from gallra.cli.health import check
from gallra.cli.houses import opened, warned, zone
from gallra.cli.share_status import looked_at, share_as_json, share_facts
from gallra.duties.standing import Standing, as_json, facts, open_duties
from gallra.model.errors import ExitCode, GallraError, OccupiedError
from gallra.model.message import Message, said
from gallra.model.record import Act
from gallra.report.terminal import Terminal
from gallra.report.words import named
from gallra.service import clock, disposal
from gallra.service.history import formers
from gallra.service.house import REBUILDING, House

_SOON = timedelta(days=30)


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the mode, each share's coverage, what is due and held, and whether the log holds.

    Returns:
        1 where a share is missing, or something in it or the registers cannot be read, else 0;
        for ``--check`` see :mod:`gallra.cli.health`.
    """
    if arguments.check:
        return check(arguments, terminal)
    with opened(arguments) as house:
        code = warned(house, terminal)
        house.catalogue.register_shares(house.schedule.shares)
        whole, duties = figures(house), _duties(house, terminal)
        if duties is None:
            code = ExitCode.IN_PART
        if terminal.is_json:
            told = None if duties is None else as_json(duties)
            terminal.emit({**whole, "open_duties": told})
        else:
            _show_whole(whole, house, terminal, duties or ())
        for share in house.schedule.shares:
            sight = looked_at(share, house)
            if terminal.is_json:
                terminal.emit(share_as_json(sight, house, terminal))
            else:
                terminal.write("")
                terminal.pairs(share_facts(sight, house, terminal))
            if not sight.is_whole:
                code = ExitCode.IN_PART
    return code


def _duties(house: House, terminal: Terminal) -> tuple[Standing, ...] | None:
    """Return what is open; ``None``, and said why, where the registers cannot be read."""
    try:
        return open_duties(house)
    except GallraError as error:
        for message in error.messages:
            terminal.complain(message)
        return None


def figures(house: House) -> dict[str, object]:
    """Return what status shows besides the shares, as JSON does."""
    catalogue, now = house.catalogue, clock.now()
    acts = dict(disposal.plan_at(house, now).counts)
    soon = dict(disposal.plan_at(house, now + _SOON).counts)
    asked_until = [each.asked_until for each in formers(house)]
    unseen = catalogue.unseen()
    last_at = house.ledger.last_at
    return {
        "mode": str(house.schedule.mode),
        "at_work": _is_at_work(house),
        "files": sum(catalogue.file_count(share.name) for share in house.schedule.shares),
        "backlog": catalogue.backlog_count(),
        "unseen_files": unseen.file_count,
        "unseen_pages": unseen.page_count,
        "unseen_given_up": unseen.given_up_count,
        "pages_seen_today": catalogue.pages_seen(now.astimezone(zone(house)).date()),
        "classes": catalogue.class_counts(),
        "due": sum(acts.get(act, 0) for act in Act if act.is_destructive),
        "due_in_30_days": sum(soon.get(act, 0) for act in Act if act.is_destructive),
        "to_review": acts.get(Act.REVIEW, 0),
        "reviews_waiting": acts.get(Act.REVIEW, 0),  # by the name that scripts look for
        "under_dry_run": acts.get(Act.WAIT, 0),
        "rules_active_on": max(asked_until).isoformat() if asked_until else None,
        "in_quarantine": sum(1 for _ in catalogue.quarantine_items()),
        "holds": len(catalogue.holds()),
        "log_entries": house.ledger.size,
        "log_good": house.ledger.is_good,  # as of the last append; log verify reads all of it
        "log_complaint": house.ledger.complaint or None,
        "log_last_at": last_at and last_at.isoformat(),
        "rules": house.schedule.digest,
        "rebuilding_since": catalogue.meta(REBUILDING),
        "confinement_lacks": [
            complaint.in_english() for complaint in house.catalogue.confinement() or ()
        ],
    }


def _show_whole(
    whole: dict[str, object], house: House, terminal: Terminal, duties: tuple[Standing, ...]
) -> None:
    say = terminal.say
    yes, no = say(said("yes")), say(said("no"))
    is_sound = yes if whole["log_good"] else f"{no} ({whole['log_complaint']})"
    terminal.pairs(
        (
            (said("mode"), say(named(house.schedule.mode))),
            (said("at work now"), yes if whole["at_work"] else no),
            (said("files"), str(whole["files"])),
            (said("waiting to be read"), str(whole["backlog"])),
            (said("scanned pages and pictures"), _unseen(whole, house, terminal)),
            (said("due"), str(whole["due"])),
            (said("due within 30 days"), str(whole["due_in_30_days"])),
            (said("for a person to decide"), _reviews(whole, terminal)),
            *_dry_run(whole, terminal),
            (said("in quarantine"), str(whole["in_quarantine"])),
            (said("holds"), str(whole["holds"])),
            *facts(duties, house, say),
            (said("entries in the log"), str(whole["log_entries"])),
            (said("log is sound"), is_sound),
            (said("reading is shut in"), _confinement(house, terminal)),
        )
    )


def _reviews(whole: dict[str, object], terminal: Terminal) -> str:
    """Say how many records wait for a person, and where they are shown."""
    count = str(whole["reviews_waiting"])
    if count == "0":
        return count
    return terminal.say(said("{count}: gallra review list shows them", count=count))


def _dry_run(whole: dict[str, object], terminal: Terminal) -> Iterator[tuple[Message, str]]:
    """Yield what waits because the rules are new, and until when, where they are."""
    if whole["rules_active_on"] and whole["under_dry_run"]:
        told = said(
            "{count}, until {day}: gallra plan shows them",
            count=str(whole["under_dry_run"]),
            day=str(whole["rules_active_on"]),
        )
        yield said("under a dry run"), terminal.say(told)


def _confinement(house: House, terminal: Terminal) -> str:
    """Say whether the sandbox held all that it should when something was last read."""
    lacking = house.catalogue.confinement()
    if lacking is None:
        return terminal.say(said("nothing was read yet"))
    if not lacking:
        return terminal.say(said("yes"))
    told = "; ".join(terminal.say(complaint) for complaint in lacking)
    return terminal.say(said("not fully: {complaints}", complaints=told))


def _unseen(whole: dict[str, object], house: House, terminal: Terminal) -> str:
    """Say how far the slow lane is: what waits, and how much of today's pages is used."""
    waiting = said(
        "{pages} wait in {files} files; {seen} of {limit} looked at today",
        pages=str(whole["unseen_pages"]),
        files=str(whole["unseen_files"]),
        seen=str(whole["pages_seen_today"]),
        limit=house.schedule.reading.pages_per_day,
    )
    told = terminal.say(waiting)
    if whole["unseen_given_up"]:
        given_up = said("{count} files could not be looked at", count=str(whole["unseen_given_up"]))
        told = f"{told}; {terminal.say(given_up)}"
    return told


def _is_at_work(house: House) -> bool:
    try:
        with house.working():
            return False
    except OccupiedError:
        return True
