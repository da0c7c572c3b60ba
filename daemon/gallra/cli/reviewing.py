"""``review``: what waits for a person, and what the person decides."""

import argparse
from collections.abc import Callable
from datetime import date

from gallra.cli.houses import opened, roots, who
from gallra.cli.places import find
from gallra.model.errors import ExitCode, GallraError, OccupiedError, WrongUseError
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import CataloguedRecord
from gallra.model.reviewing import Reviewed
from gallra.policy.calendars import due_on
from gallra.policy.decide import day_of
from gallra.policy.reviews import may_review
from gallra.report import reviews
from gallra.report.terminal import Terminal
from gallra.rules.complaint import UnfitError
from gallra.rules.periods import period_of
from gallra.service import clock, disposal, reviewing
from gallra.service.house import House
from gallra.service.reviewing import Reviewer
from gallra.service.scoping import LONGEST_REFERENCE, require_line, require_reason
from gallra.service.shares import absent, look_at_shares

_LONGEST_SHOWN = 500


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what waits for a person, the longest first."""
    with opened(arguments) as house:
        house.catalogue.register_shares(house.schedule.shares)
        gone = absent(look_at_shares(house, remembers=False))
        found = disposal.plan_at(house, clock.now(), absent_shares=gone)
        decisions = reviewing.reviews_of(house)
        asked = [
            each
            for each in reviewing.waiting(house, found.dispositions, decisions)
            if arguments.queue in {None, each.queue.name}
            and arguments.class_code in {None, each.disposition.item.classification.class_code}
            and (arguments.reviewer is None or may_review(each.queue, arguments.reviewer))
        ]
        where = roots(house)
    if terminal.is_json:
        for each in asked:
            terminal.emit(reviews.as_json(each, roots=where, say=terminal.say))
        return ExitCode.DONE
    if not asked:
        terminal.tell(said("nothing waits for a person"))
        return ExitCode.DONE
    terminal.table(
        reviews.HEADINGS,
        (reviews.as_row(each, roots=where, say=terminal.say) for each in asked),
    )
    for sentence in dict.fromkeys(reviews.otherwise(each) for each in asked):
        terminal.tell(sentence)
    terminal.tell(
        said("decide with: gallra review approve PATH --why TEXT, or gallra review keep PATH")
    )
    return ExitCode.DONE


def approve(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Let records go, each as far as one reviewer can."""
    reviewer = _reviewer(arguments)

    def decide(house: House, item: CataloguedRecord) -> Reviewed:
        return reviewing.approve(house, item, reviewer, whole=arguments.whole)

    return _decided(arguments, terminal, decide)


def keep(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Keep records until a day."""
    reviewer = _reviewer(arguments)

    def decide(house: House, item: CataloguedRecord) -> Reviewed:
        return reviewing.keep(house, item, reviewer, until=_until(arguments, house))

    return _decided(arguments, terminal, decide)


def _decided(
    arguments: argparse.Namespace,
    terminal: Terminal,
    decide: Callable[[House, CataloguedRecord], Reviewed],
) -> int:
    """Decide on each record; what is refused is told, and stops none of the others."""
    refused: list[Message] = []
    done_count = 0
    with opened(arguments) as house, house.acting():
        house.catalogue.register_shares(house.schedule.shares)
        where = roots(house)
        for reference in dict.fromkeys(arguments.references):
            try:
                reviewed = decide(house, find(reference, house))
            except OccupiedError:
                raise
            except GallraError as refusal:
                refused += [
                    said(
                        "{path}: {reason}",
                        path=shown(reference[:_LONGEST_SHOWN]),
                        reason=terminal.say(reason),
                    )
                    for reason in refusal.messages
                ]
                continue
            done_count += 1
            if terminal.is_json:
                terminal.emit(reviews.reviewed_as_json(reviewed, where))
            _tell(reviewed, reference, terminal)
    if refused and not done_count:
        raise WrongUseError(*refused)
    for message in refused:
        terminal.complain(message)
    return ExitCode.IN_PART if refused else ExitCode.DONE


def _tell(reviewed: Reviewed, reference: str, terminal: Terminal) -> None:
    path, decision = shown(reference[:_LONGEST_SHOWN]), reviewed.decision
    if not reviewed.is_new:
        terminal.tell(said("{path}: you decided that already", path=path))
    if decision.until is not None:
        terminal.tell(
            said("{path}: kept; asked again on {day}", path=path, day=decision.until.isoformat())
        )
        return
    if reviewed.missing_count:
        terminal.tell(
            said(
                "{path}: approved; it goes when {count} more have approved",
                path=path,
                count=reviewed.missing_count,
            )
        )
    else:
        terminal.tell(said("{path}: approved; the next cycle takes it to quarantine", path=path))
    if reviewed.along_count:
        terminal.tell(
            said("messages that are not due go with it ({count})", count=reviewed.along_count)
        )


def _reviewer(arguments: argparse.Namespace) -> Reviewer:
    """Return who decides and why: with ``--by`` somebody else than who typed it."""
    name = who() if arguments.by is None else require_line(arguments.by, LONGEST_REFERENCE)
    return Reviewer(name=name, typed_by=who(), why=require_reason(arguments.reason))


def _until(arguments: argparse.Namespace, house: House) -> date:
    until: date | None = arguments.until
    if (until is None) is (arguments.period is None):
        raise WrongUseError(said("say until when: --until DATE, or --for PERIOD"))
    if until is not None:
        return until
    try:
        return due_on(day_of(clock.now(), house.schedule), period_of(arguments.period))
    except UnfitError as unfit:
        values = (*unfit.message.values, ("where", "--for"))
        raise WrongUseError(Message(unfit.message.template, tuple(sorted(values)))) from None
