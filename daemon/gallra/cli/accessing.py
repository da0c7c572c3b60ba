"""``access-request``: the register, the search, and what a person decides of what was found."""

import argparse

from gallra.cli.houses import opened, roots, warned, who
from gallra.duties import access
from gallra.duties.registering import Kept
from gallra.duties.seeking import seen_again
from gallra.model.access import Request, RequestKind, Stance
from gallra.model.errors import ExitCode
from gallra.model.message import said
from gallra.model.names import shown
from gallra.report import access as shown_access
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import require_reason

_MOST_LINES = 50
_CELL = "  "


def open_one(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Enter a request into the register."""
    person = access.person_from(arguments.name, arguments.id, arguments.member, arguments.address)
    with opened(arguments) as house:
        kept = access.open_request(
            house,
            RequestKind(arguments.kind),
            person,
            language=arguments.letter or house.schedule.organisation.language,
            received_on=arguments.came_in,
            by=who(),
        )
        _emit(kept, house, terminal)
    terminal.tell(
        said(
            "request {reference} is open; it is answered on {day} at the latest",
            reference=kept.reference,
            day=kept.body.deadline_on.isoformat(),
        )
    )
    terminal.tell(said("next: gallra access-request search {reference}", reference=kept.reference))
    return ExitCode.DONE


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the requests, oldest first."""
    with opened(arguments) as house:
        kept = list(access.register(house).all(is_open=None if arguments.is_whole else True))
        if terminal.is_json:
            for each in kept:
                _emit(each, house, terminal)
            return ExitCode.DONE
        zone, now = access.zone_of(house), clock.now()
    if not kept:
        terminal.tell(said("no requests"))
        return ExitCode.DONE
    terminal.table(
        shown_access.HEADINGS,
        (
            shown_access.as_row(
                each.reference,
                each.body,
                is_closed=each.closed_at is not None,
                is_late=access.is_late(each.body, now, zone),
                say=terminal.say,
            )
            for each in kept
        ),
    )
    return ExitCode.DONE


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell all about one request; with numbers, read and show those passages."""
    with opened(arguments) as house:
        kept = access.register(house).get(arguments.reference)
        if arguments.numbers:
            return _show_passages(arguments.numbers, kept, house, terminal)
        if terminal.is_json:
            _emit(kept, house, terminal, is_whole=True)
            return ExitCode.DONE
        _tell_request(kept, house, terminal)
        _tell_found(kept, house, terminal)
    return ExitCode.DONE


def search(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Search everything for the person of a request."""
    with opened(arguments) as house:
        house.catalogue.register_shares(house.schedule.shares)
        kept, result = access.searched(
            house, arguments.reference, by=who(), is_whole=arguments.is_whole
        )
        if terminal.is_json:
            _emit(kept, house, terminal, is_whole=True)
        else:
            _tell_found(kept, house, terminal)
        known = warned(house, terminal)
    terminal.tell(
        counted(
            "{count} file was read for this; the catalogue led to it",
            "{count} files were read for this; the catalogue led to them",
            count=result.nominated_count,
        )
    )
    if result.left_out_count:
        terminal.tell(
            counted(
                "{count} record has the surname alone, which is a common one: not read; with"
                " --every-file it is",
                "{count} records have the surname alone, which is a common one: not read; with"
                " --every-file they are",
                count=result.left_out_count,
            )
        )
    is_whole = known is ExitCode.DONE and not kept.body.not_searched and not kept.body.undecided
    return ExitCode.DONE if is_whole else ExitCode.IN_PART


def confirm(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that records are about the person."""
    stance = Stance.WHOLE if arguments.whole else Stance.CONFIRMED
    why = require_reason(arguments.reason) if arguments.whole else arguments.reason.strip()
    return _decide(arguments, terminal, stance, why)


def exclude(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that records are about somebody else, or are not handed out."""
    return _decide(arguments, terminal, Stance.EXCLUDED, require_reason(arguments.reason))


def extend(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Extend the time for an answer."""
    why = require_reason(arguments.reason)
    with opened(arguments) as house:
        kept = access.extend(house, arguments.reference, by=who(), why=why)
        _emit(kept, house, terminal)
    terminal.tell(
        said(
            "{reference} is answered on {day} at the latest; tell the person, and why, before"
            " the first month is over",
            reference=kept.reference,
            day=kept.body.deadline_on.isoformat(),
        )
    )
    return ExitCode.DONE


def answer(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that the person was answered."""
    with opened(arguments) as house:
        kept = access.answer(
            house, arguments.reference, on=arguments.on, by=who(), why=arguments.reason.strip()
        )
        _emit(kept, house, terminal)
    day = kept.body.answered_on
    terminal.tell(
        said("{reference} was answered on {day}, too late", reference=kept.reference, day=str(day))
        if kept.body.late_because
        else said(
            "{reference} was answered on {day}, in time", reference=kept.reference, day=str(day)
        )
    )
    return ExitCode.DONE


def close(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Close a request."""
    with opened(arguments) as house:
        kept = access.close(house, arguments.reference, by=who(), why=arguments.reason.strip())
        _emit(kept, house, terminal)
    terminal.tell(said("{reference} is closed", reference=kept.reference))
    return ExitCode.DONE


def _decide(arguments: argparse.Namespace, terminal: Terminal, stance: Stance, why: str) -> int:
    with opened(arguments) as house:
        kept = access.decide(
            house, arguments.reference, arguments.numbers, stance, by=who(), why=why
        )
        _emit(kept, house, terminal)
    left = len(kept.body.undecided)
    terminal.tell(
        counted(
            "{count} record has still to be decided about",
            "{count} records have still to be decided about",
            count=left,
        )
        if left
        else said("everything that was found is decided about")
    )
    return ExitCode.DONE


def _show_passages(
    numbers: list[int], kept: Kept[Request], house: House, terminal: Terminal
) -> int:
    wanted = [each for each in kept.body.found if each.number in set(numbers)]
    where = roots(house)
    is_gone = len(wanted) < len(set(numbers))
    for found, sighting, _ in seen_again(house, kept.body.person, wanted):
        extracts = []
        if sighting is None:
            is_gone = True
            terminal.complain(
                said(
                    "number {number} is not as it was found any more: search again",
                    number=found.number,
                )
            )
        else:
            extracts = [
                (sight.report.address, each)
                for sight in sighting.sights
                for each in sight.excerpt.extracts
            ]
        if terminal.is_json:
            terminal.emit(
                {
                    **shown_access.found_as_json(found, where),
                    "extracts": [
                        {"part": part, "where": each.where, "text": each.text}
                        for part, each in extracts
                    ],
                }
            )
            continue
        terminal.write(f"{found.number}. {shown_access.address(found, where)}")
        for part, each in extracts:
            terminal.write(
                f"  [{shown(part or found.part)} {shown(each.where)}]".replace("[ ", "[")
            )
            for line in each.text.split("\n"):
                terminal.write(f"    {shown(line.replace(chr(9), _CELL))}")
    return ExitCode.IN_PART if is_gone else ExitCode.DONE


def _emit(kept: Kept[Request], house: House, terminal: Terminal, *, is_whole: bool = False) -> None:
    if terminal.is_json:
        terminal.emit(
            shown_access.as_json(
                kept.reference,
                kept.body,
                closed_at=kept.closed_at,
                is_late=access.is_late(kept.body, clock.now(), access.zone_of(house)),
                roots=roots(house),
                say=terminal.say,
                is_whole=is_whole,
            )
        )


def _tell_request(kept: Kept[Request], house: House, terminal: Terminal) -> None:
    body, say = kept.body, terminal.say
    is_late = access.is_late(body, clock.now(), access.zone_of(house))
    state = shown_access.state_of(body, is_closed=kept.closed_at is not None, is_late=is_late)
    terminal.pairs(
        [
            (said("request"), kept.reference),
            (said("kind"), say(shown_access.KINDS[body.kind])),
            (said("who asks"), ", ".join(body.person.names)),
            (said("numbers"), ", ".join(value for _, value in body.person.identifiers)),
            (said("addresses"), "; ".join(body.person.addresses)),
            (said("came in"), body.received_on.isoformat()),
            (said("answer by"), body.deadline_on.isoformat()),
            (said("state"), say(state)),
            *(
                [(said("extended"), f"{body.extension.on.isoformat()}: {body.extension.why}")]
                if body.extension
                else []
            ),
        ]
    )


def _tell_found(kept: Kept[Request], house: House, terminal: Terminal) -> None:
    body, where = kept.body, roots(house)
    if body.searched_at is None:
        terminal.tell(said("nobody has searched yet"))
        return
    if body.found:
        terminal.table(
            shown_access.FOUND_HEADINGS,
            (shown_access.found_row(each, where, terminal.say) for each in body.found),
        )
    else:
        terminal.tell(said("nothing was found that speaks of the person"))
    if body.undecided:
        terminal.tell(
            counted(
                "{count} is doubtful: a person decides",
                "{count} are doubtful: a person decides",
                count=len(body.undecided),
            )
        )
    if body.remembered:
        terminal.tell(
            counted(
                "{count} entry of the log names the person",
                "{count} entries of the log name the person",
                count=len(body.remembered),
            )
        )
    if body.registered:
        terminal.tell(
            said(
                "gallra's own registers name the person: {references}",
                references=", ".join(f"{kind} {number}" for kind, number in body.registered),
            )
        )
    if body.not_searched:
        terminal.tell(
            said(
                "could not be looked into, and may hold the person: {count}",
                count=len(body.not_searched),
            )
        )
        for line in shown_access.not_searched_lines(body, where, terminal.say, most=_MOST_LINES):
            terminal.write(line)
        if len(body.not_searched) > _MOST_LINES:
            terminal.tell(said("all of them: gallra access-request show REF --json"))
