"""``explain``: one record, its class, its fate and the reasons for both."""

import argparse
from functools import partial

from gallra.cli.houses import opened, roots
from gallra.cli.places import find, twins
from gallra.host.accounts import group_name, user_name
from gallra.model.errors import ExitCode
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import (
    UNCLASSIFIED,
    Act,
    Brake,
    CataloguedRecord,
    Disposition,
    Plan,
    RecordState,
)
from gallra.model.retention import RetentionClass, RetentionSchedule
from gallra.policy.brakes import brakes
from gallra.policy.explain import explain as reasons
from gallra.policy.plan import plan
from gallra.policy.stopping import Stop, stops
from gallra.report import exposures, records, reviews
from gallra.report.language import in_language
from gallra.report.periods import spoken
from gallra.report.terminal import Terminal
from gallra.report.words import named
from gallra.service import clock, disposal
from gallra.service.history import formers
from gallra.service.holding import holding_of
from gallra.service.house import House
from gallra.service.reviewing import reviews_of
from gallra.service.shares import absent, look_at_shares


def explain(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell all about one record, in sentences or as one JSON object."""
    with opened(arguments) as house:
        item = find(arguments.path, house)
        now, holds = clock.now(), holding_of(house)
        # The whole file: what happens to a message depends on the others in its mailbox.
        together = house.catalogue.records_of_file(item.file_id)
        decide = partial(
            plan,
            together,
            holds=holds,
            schedule=house.schedule,
            now=now,
            is_whole=True,
            absent_shares=absent(look_at_shares(house, remembers=False)),
            formers=formers(house),
        )
        disposition = _about(item, decide(reviews=reviews_of(house)))
        unreviewed = _about(item, decide())
        unread = [
            each
            for each in house.catalogue.unread_parts(item.file_id)
            if is_inside(each.part, item.record.part)
        ]
        told = reasons(item, holds, house.schedule, now, planned=disposition)
        decided = house.catalogue.decisions_of(item.record.record_id)
        sentences = [
            *records.sentences(told, terminal.say),
            *(terminal.say(reviews.sentence(each)) for each in decided),
            *(terminal.say(_twin(other)) for other in twins(item, house)),
        ]
        is_asked = unreviewed is not None and unreviewed.act is Act.REVIEW and item.is_current
        stopping = _stopping(disposition, item, house, is_asked=is_asked)
        if terminal.is_json:
            terminal.emit(
                {
                    **records.as_json(item, holds=holds, roots=roots(house), say=terminal.say),
                    **_class_keys(_class_of(item, house.schedule), terminal),
                    "rule_line": _rule_line(item, house.schedule),
                    "action": disposition and str(disposition.act),
                    "explanation": sentences,
                    "stops": [
                        {
                            "what": each.what,
                            "message": terminal.say(each.message),
                            "command": each.command or None,
                        }
                        for each in stopping
                    ],
                    "unread_parts": [
                        {
                            "part": each.part,
                            "outcome": str(each.outcome),
                            "reason": each.reason and terminal.say(each.reason),
                        }
                        for each in unread
                    ],
                    "mode": str(house.schedule.mode),
                }
            )
            return ExitCode.DONE
        _show_text(item, disposition, house, terminal)
        for sentence in sentences:
            terminal.write(f"  - {sentence}")
        for each in unread:
            reason = f", {terminal.say(each.reason)}" if each.reason else ""
            terminal.write(
                f"  - {shown(each.part or '.')}: {terminal.say(named(each.outcome))}{reason}"
            )
        if stopping:
            terminal.tell(said("what would stop it:"))
        for way in stopping:
            terminal.write(f"  - {terminal.say(way.message)}")
            if way.command:
                terminal.write(f"      {way.command}")
    return ExitCode.DONE


def _twin(other: str) -> Message:
    return said("another file's name is written like this one's: {other}", other=other)


def _about(item: CataloguedRecord, found: Plan) -> Disposition | None:
    record_id = item.record.record_id
    return next(
        (each for each in found.dispositions if each.item.record.record_id == record_id), None
    )


def _stopping(
    disposition: Disposition | None, item: CataloguedRecord, house: House, *, is_asked: bool
) -> tuple[Stop, ...]:
    if disposition is None:
        return ()
    holding: tuple[Brake, ...] = ()
    if disposition.act.is_destructive:
        now, gone = clock.now(), absent(look_at_shares(house, remembers=False))
        today = disposal.plan_at(house, now, absent_shares=gone)
        holding = brakes(today, disposal.circumstances(house, now, today), house.schedule)
    return stops(disposition, _class_of(item, house.schedule), holding, is_asked=is_asked)


def is_inside(part: str, record_part: str) -> bool:
    """Tell whether ``part`` belongs to the record that ``record_part`` is the address of."""
    return not record_part or part == record_part or part.startswith(f"{record_part}!")


def _show_text(
    item: CataloguedRecord, disposition: Disposition | None, house: House, terminal: Terminal
) -> None:
    say = terminal.say
    terminal.write(records.address(item, roots(house)))
    retention_class = _class_of(item, house.schedule)
    code = item.classification.class_code
    if retention_class is None:
        facts = [(said("class"), code)]
    else:
        title = in_language(retention_class.title, terminal.language)
        facts = [
            (said("class"), f"{code} ({title})"),
            (said("clause"), retention_class.authority),
        ]
        if retention_class.keep is not None:
            facts.append((said("kept for"), spoken(retention_class.keep, say)))
        facts.append((said("then"), say(named(retention_class.then))))
    line = _rule_line(item, house.schedule)
    if line is not None:
        rule = said(
            "rule {number}, {path} line {line}",
            path=str(house.rules),
            line=line,
            number=item.classification.rule_number or 0,
        )
        facts.append((said("by"), say(rule)))
    facts.append(
        (
            said("due"),
            item.due.due_on.isoformat()
            if item.due.due_on
            else say(said("never, as far as is known")),
        )
    )
    facts.append((said("state"), say(named(item.state))))
    if item.state is RecordState.PRESENT:
        readers = exposures.sentence(item.exposure, say, user=user_name, group=group_name)
        facts.append((said("read by"), readers))
    if disposition is not None:
        facts.append((said("today"), say(named(disposition.act))))
    terminal.pairs(facts)


def _class_of(item: CataloguedRecord, schedule: RetentionSchedule) -> RetentionClass | None:
    code = item.classification.class_code
    if code == UNCLASSIFIED:
        return None
    return next((each for each in schedule.classes if each.code == code), None)


def _class_keys(found: RetentionClass | None, terminal: Terminal) -> dict[str, object]:
    if found is None:
        return {"title": None, "authority": None, "keep": None, "then": None, "legal_basis": []}
    return {
        "title": in_language(found.title, terminal.language),
        "authority": found.authority,
        "keep": found.keep and found.keep.as_iso8601(),
        "then": str(found.then),
        "legal_basis": list(found.legal_basis),
    }


def _rule_line(item: CataloguedRecord, schedule: RetentionSchedule) -> int | None:
    """Return the line of the rule that gave the class, as the rules stand now."""
    number = item.classification.rule_number
    return next((rule.line for rule in schedule.rules if rule.number == number), None)
