"""``list``: the records and their classes."""

import argparse
from collections.abc import Iterator

from gallra.cli.houses import opened, roots, warned
from gallra.cli.places import PathFilter
from gallra.model.errors import WrongUseError
from gallra.model.message import said
from gallra.model.record import CataloguedRecord, RecordState
from gallra.report import records
from gallra.report.terminal import Terminal
from gallra.service.holding import holding_of
from gallra.service.house import House

_USUAL = (RecordState.PRESENT, RecordState.QUARANTINED)


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show records: for a script as they come, for a person by share, path and part."""
    with opened(arguments) as house:
        code = warned(house, terminal)
        where, holds, say = roots(house), holding_of(house), terminal.say
        found = _wanted(arguments, house)
        if terminal.is_json:
            for item in found:
                value = records.as_json(item, holds=holds, roots=where, say=say)
                reason = house.catalogue.reason_of(item.record.record_id)
                terminal.emit({**value, "outcome_reason": reason and say(reason)})
            return code
        items = sorted(
            found, key=lambda each: (each.record.share, each.record.path, each.record.part)
        )
        if items:
            rows = (records.as_row(item, holds=holds, roots=where, say=say) for item in items)
            terminal.table(records.HEADINGS, rows)
        else:
            terminal.tell(said("no records; gallra scan brings the catalogue up to date"))
    return code


def _wanted(arguments: argparse.Namespace, house: House) -> Iterator[CataloguedRecord]:
    """Yield the records that all filters let through."""
    names = [share.name for share in house.schedule.shares]
    if arguments.share is not None and arguments.share not in names:
        raise WrongUseError(
            said(
                "no share {name}; there are: {names}", name=arguments.share, names=", ".join(names)
            )
        )
    state: str | None = arguments.record_state
    path = PathFilter(pattern=arguments.path, roots=roots(house))
    for item in house.catalogue.catalogued(
        share=arguments.share,
        states=_USUAL if state is None else (RecordState(state),),
        class_code=arguments.class_code,
    ):
        due_on = item.due.due_on
        if arguments.due_before is not None and (due_on is None or due_on >= arguments.due_before):
            continue
        if path.fits(item.record.share, item.record.path):
            yield item
