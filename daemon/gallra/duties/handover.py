"""Handing over: begun with an inventory, decided piece by piece, finished with a record."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from gallra.duties.inventory import inventory, remaining
from gallra.duties.registering import Kept, Register
from gallra.host.accounts import Account, account
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.handover import Choice, Handover, Item, Party, Progress
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import CataloguedRecord
from gallra.policy.decide import day_of
from gallra.policy.handover import obstacle_to
from gallra.service.house import House

REGISTER: Final = "handover"


def register(house: House) -> Register[Handover]:
    """Return the register of handovers."""
    return Register(house, REGISTER, Handover)


def party_of(house: House, name: str) -> Party:
    """Return who is meant: a representative of the rules, by name or account, or an account.

    Raises:
        WrongUseError: If neither is called so, or an account of theirs does not exist.
    """
    folded = " ".join(name.split()).casefold()
    found = [
        each
        for each in house.schedule.representatives
        if " ".join(each.name.split()).casefold() == folded or name in each.accounts
    ]
    names = dict.fromkeys(each for one in found for each in one.accounts) if found else [name]
    accounts = [_require_account(each) for each in names]
    return Party(
        name=found[0].name if found else name,
        uids=tuple(each.uid for each in accounts),
        own_gids=tuple(each.own_gid for each in accounts),
        addresses=tuple(dict.fromkeys(each for one in found for each in one.addresses)),
        areas=tuple(dict.fromkeys(each for one in found for each in one.areas)),
    )


def _require_account(name: str) -> Account:
    found = account(name)
    if found is None:
        raise WrongUseError(
            said(
                "{name}: neither a [[representative]] of the rules nor an account of this machine"
                " is called so",
                name=shown(name),
            )
        )
    if found.uid == 0:
        raise WrongUseError(said("{name}: root neither has nor gets anything", name=shown(name)))
    return found


def begin(house: House, giver: Party, receiver: Party, *, by: str, now: datetime) -> Kept[Handover]:
    """Begin a handover with an inventory of what is the giver's.

    Raises:
        WrongUseError: If both are one, nothing tells what is the giver's, or one is under way.
    """
    if set(giver.uids) & set(receiver.uids) or giver.name == receiver.name:
        raise WrongUseError(said("who steps down and who takes over are one"))
    if not giver.uids and not giver.areas:
        raise WrongUseError(
            said(
                "{name}: nothing tells what is theirs; give the [[representative]] an account or"
                " an area",
                name=shown(giver.name),
            )
        )
    for kept in register(house).all(is_open=True):
        if kept.body.giver.name == giver.name:
            raise WrongUseError(said("{reference} is under way already", reference=kept.reference))
    items = inventory(house, giver, now)
    return register(house).open(
        Handover(giver=giver, receiver=receiver, begun_by=by, items=items),
        deed=Deed.HANDOVER_BEGUN,
        clear=(("from", giver.name), ("to", receiver.name), ("count", len(items)), ("by", by)),
        opened_at=now,
    )


def require_open(house: House, reference: str) -> Kept[Handover]:
    """Return a handover that is not finished.

    Raises:
        WrongUseError: If there is none of that name, or it is finished.
    """
    kept = register(house).get(reference)
    if kept.closed_at is not None:
        raise WrongUseError(said("{reference} is finished", reference=kept.reference))
    return kept


def decide(  # noqa: PLR0913 - what was decided about what, by whom and why
    house: House,
    kept: Kept[Handover],
    is_meant: Callable[[Item], bool],
    choice: Choice | None,
    *,
    by: str,
    why: str,
    now: datetime,
) -> tuple[Kept[Handover], tuple[Item, ...], tuple[tuple[Item, Message], ...]]:
    """Note what is to become of pieces; what was carried out already is passed over.

    Args:
        house: Whose.
        kept: The handover.
        is_meant: Which pieces.
        choice: What becomes of them; ``None``: what is proposed for each.
        by: Who decides.
        why: For those who come after.
        now: Aware.

    Returns:
        The handover, the pieces that were decided about, and those that cannot be, each with
        the reason.
    """
    today = day_of(now, house.schedule)
    classes = {each.code: each for each in house.schedule.classes}
    decided: dict[int, Item] = {}
    refused: list[tuple[Item, Message]] = []
    for item in kept.body.items:
        if item.progress in {Progress.DONE, Progress.GONE} or not is_meant(item):
            continue
        chosen = choice or item.proposal
        found = record_of(house, item)
        obstacle = (
            None
            if found is None
            else obstacle_to(chosen, found, classes.get(found.classification.class_code), today)
        )
        if chosen is Choice.DELETE and item.held_by:
            obstacle = said("the hold {reference} keeps it", reference=item.held_by[0])
        if obstacle is not None:
            refused.append((item, obstacle))
            continue
        decided[item.number] = replace(
            item, choice=chosen, by=by, why=why, progress=Progress.OPEN, reason=None
        )
    if not decided:
        return kept, (), tuple(refused)
    items = tuple(decided.get(item.number, item) for item in kept.body.items)
    changed = register(house).change(
        kept,
        replace(kept.body, items=items),
        deed=Deed.HANDOVER_DECIDED,
        clear=(
            ("choice", choice.value if choice else "as proposed"),
            ("numbers", _ranges(decided)),
            ("by", by),
            ("reason", why),
        ),
    )
    return changed, tuple(decided.values()), tuple(refused)


def record_of(house: House, item: Item) -> CataloguedRecord | None:
    """Return the present record that a piece is; ``None`` where it is not there any more."""
    if not item.part:
        found = house.catalogue.record_by_path(item.share, item.path)
        return found if found is not None and found.state == "present" else None
    mailbox = house.catalogue.record_by_path(item.share, item.path)
    if mailbox is None:
        return None
    return next(
        (
            each
            for each in house.catalogue.records_of_file(mailbox.file_id)
            if each.record.part
            and (
                each.record.span.sha256 == item.sha256
                if each.record.span is not None and item.sha256
                else not item.sha256 and each.record.part == item.part
            )
        ),
        None,
    )


def finish(
    house: House, kept: Kept[Handover], *, by: str, why: str, now: datetime
) -> tuple[Kept[Handover], tuple[Message, ...]]:
    """Close a handover, if nothing remains or somebody says why it is closed all the same.

    Returns:
        The handover, open or closed, and what remains.

    Raises:
        GallraError: If the register or the ledger cannot be written.
    """
    rest = tuple(remaining(house, kept.body, now))
    if rest and not why:
        return kept, rest
    counts = dict.fromkeys(Choice, 0)
    for item in kept.body.items:
        if item.choice is not None:
            counts[item.choice] += 1
    body = replace(kept.body, finished_by=by, why=why, remaining=rest)
    closed = register(house).change(
        kept,
        body,
        deed=Deed.HANDOVER_FINISHED,
        clear=(
            ("from", body.giver.name),
            ("to", body.receiver.name),
            *((choice.value, count) for choice, count in counts.items()),
            ("remaining", len(rest)),
            ("by", by),
            ("reason", why or None),
        ),
        closed_at=now,
    )
    return closed, rest


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as people write them: ``1-3, 7``."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return ", ".join(f"{first}-{last}" if first < last else f"{first}" for first, last in found)


def numbers_of(text: str) -> frozenset[int]:
    """Return the numbers that ``1-3,7`` means.

    Raises:
        WrongUseError: If it means none.
    """
    found: set[int] = set()
    for piece in text.split(","):
        first, dash, last = piece.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise WrongUseError(said("{text}: not numbers, like 1-3,7", text=shown(text)))
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def require_known(kept: Kept[Handover], numbers: Iterable[int]) -> None:
    """Make sure that every number is one of the inventory's.

    Raises:
        GallraError: If one is not.
    """
    unknown = set(numbers) - {item.number for item in kept.body.items}
    if unknown:
        raise GallraError(said("there is no piece {number} in the inventory", number=min(unknown)))
