"""``copies``: what else says the same."""

import argparse

from gallra.cli.houses import opened, roots
from gallra.duties.near_copies import Near, near_copies
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.event import Place
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import CataloguedRecord
from gallra.report.jsonlines import path_keys
from gallra.report.records import Roots, address, full_path
from gallra.report.terminal import Terminal
from gallra.service.claims import places_named
from gallra.service.copies import Likeness, copies_of
from gallra.service.house import House

_HEADINGS = (said("copy"), said("class"), said("record"))
_LIKENESSES: dict[Likeness, Message] = {
    Likeness.MESSAGE: said("same message"),
    Likeness.TEXT: said("same text"),
    Likeness.IN_PART: said("same text in a part"),
}


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what else says the same as what is named."""
    with opened(arguments) as house:
        house.catalogue.register_shares(house.schedule.shares)
        places = tuple(_place(text, house) for text in arguments.paths)
        found = copies_of(house, places)
        near: tuple[Near, ...] = ()
        unread_count = 0
        if arguments.near:
            known = {each.item.record.record_id for each in found}
            nearness = near_copies(house, places, apart=known)
            near, unread_count = nearness.found, nearness.unread_count
        where = roots(house)
    if terminal.is_json:
        for each in found:
            terminal.emit({**_as_json(each.item, where), "likeness": each.likeness.value})
        for one in near:
            terminal.emit(
                {
                    **_as_json(one.item, where),
                    "likeness": "nearly the same text",
                    "share_of_words": round(one.in_common, 3),
                }
            )
    elif found or near:
        say = terminal.say
        rows = [_row(say(_LIKENESSES[each.likeness]), each.item, where) for each in found]
        rows += [
            _row(
                say(said("nearly the same text, {percent} %", percent=round(one.in_common * 100))),
                one.item,
                where,
            )
            for one in near
        ]
        terminal.table(_HEADINGS, rows)
    else:
        terminal.tell(said("nothing else that gallra knows of says the same"))
    if unread_count:
        terminal.complain(
            said("records that could not be read and compared: {count}", count=unread_count)
        )
    return ExitCode.IN_PART if unread_count else ExitCode.DONE


def _place(text: str, house: House) -> Place:
    place = next(places_named(text, house), None)
    if place is None:
        raise WrongUseError(said("{path}: nothing of that name is in the shares", path=shown(text)))
    return place


def _row(likeness: str, item: CataloguedRecord, where: Roots) -> tuple[str, ...]:
    return likeness, item.classification.class_code, address(item, where)


def _as_json(item: CataloguedRecord, where: Roots) -> dict[str, object]:
    return {
        **path_keys(full_path(item, where)),
        "part": item.record.part,
        "share": item.record.share,
        "class": item.classification.class_code,
        "state": str(item.state),
    }
