"""``quarantine``: see, put back or destroy what lies there."""

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from gallra.cli.houses import opened, roots, who
from gallra.cli.places import PathFilter
from gallra.dispose.done import Done
from gallra.model.errors import BrakeError, ExitCode, WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.names import as_text
from gallra.model.record import Act, Disposition, Plan
from gallra.model.retention import Mode
from gallra.policy.brakes import brakes
from gallra.policy.decide import Decider
from gallra.policy.plan import plan
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.terminal import Terminal
from gallra.service import clock, disposal, folder_notes, returning
from gallra.service.history import formers
from gallra.service.holding import holding_of
from gallra.service.house import House
from gallra.service.reviewing import reviews_of
from gallra.service.shares import absent, look_at_shares
from gallra.store.quarantine import QuarantineItem

_AT_THE_END = datetime(9999, 12, 1, tzinfo=UTC)
"""By then every time in quarantine is over: what is not destroyed then never is."""


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what lies in quarantine, oldest first."""
    with opened(arguments) as house:
        where = roots(house)
        items = list(house.catalogue.quarantine_items())
        staying = _staying(items, house)
    if terminal.is_json:
        for item in items:
            reasons = staying.get(item.file_id, ())
            kept = [terminal.say(each) for each in reasons]
            terminal.emit({**_as_json(item, where), "stays": bool(reasons), "because": kept})
        return ExitCode.DONE
    if not items:
        terminal.tell(said("nothing lies in quarantine"))
        return ExitCode.DONE
    terminal.table(
        (said("id"), said("since"), said("destroyed on"), said("class"), said("was")),
        (
            (
                item.quarantine_id,
                f"{item.quarantined_at:%Y-%m-%d}",
                _destroyed_on(item, staying, terminal),
                item.class_code,
                as_text(_full_path(item, where)) + (f"#{item.part}" if item.part else ""),
            )
            for item in items
        ),
    )
    terminal.tell(said("put one back with: gallra quarantine restore ID"))
    return ExitCode.DONE


def _staying(items: Sequence[QuarantineItem], house: House) -> dict[int, tuple[Message, ...]]:
    """Return why what lies there is not destroyed when its time is over, by file, where it is so.

    An event was taken back, the rules were changed, or a hold stands on it. A mailbox that a
    person let go as a whole goes with its messages, whatever the rules say of each.
    """
    reviews = reviews_of(house)
    decider = Decider.of(house.schedule, holding_of(house), _AT_THE_END, reviews=reviews)
    found: dict[int, tuple[Message, ...]] = {}
    for item in items:
        records = house.catalogue.records_of_file(item.file_id)
        let_go = [each for each in records if each.record.is_container and reviews.let_go(each)]
        for record in let_go or records:
            decision = decider.decide(record)
            held = decider.stopped_by(record)
            if decision.act is not Act.DESTROY or held is not None:
                found[item.file_id] = decision.because[:1] if held is None else held[:1]
    return found


def _destroyed_on(
    item: QuarantineItem, staying: Mapping[int, tuple[Message, ...]], terminal: Terminal
) -> str:
    if item.file_id in staying:
        return terminal.say(said("not destroyed"))
    return item.destroy_on.isoformat() if item.destroy_on else "-"


def restore(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Put files back; each gets a hold, so that it is not taken again at once."""
    code = ExitCode.DONE
    with opened(arguments) as house:
        where = roots(house)
        items = _named(arguments.ids, house)
        if arguments.to is not None and len(items) != 1:
            raise WrongUseError(said("--to takes one file at a time"))
        for item in items:
            to = None if arguments.to is None else _below_share(arguments.to, item, where)
            done, hold = returning.restore(house, item.quarantine_id, to=to, by=who())
            is_done = done.deed is Deed.RESTORED
            path = absolute(where.get(item.share, b""), item.path if to is None else to)
            if terminal.is_json:
                terminal.emit(_outcome(item, done, path, terminal))
            if is_done:
                terminal.tell(
                    said(
                        "{path} is back, and on hold: when it may be taken again, run"
                        " gallra hold lift {reference}",
                        path=as_text(path),
                        reference=hold.reference,
                    )
                )
            else:
                _say_not_done(item, done, terminal)
                code = ExitCode.IN_PART
    return code


def destroy(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Destroy what has lain its full time and nothing holds; refuse the rest.

    Raises:
        BrakeError: If anything named may not be destroyed yet; then nothing was.
    """
    code = ExitCode.DONE
    with opened(arguments) as house:
        where = roots(house)
        items = _named(arguments.ids, house)
        doomed = _require_due(items, house)
        with house.acting():
            for done in disposal.hand_of(house, attested=(("by", who()),)).destroy(doomed):
                item = next(each for each in items if each.quarantine_id == done.quarantine_id)
                path = _full_path(item, where)
                if terminal.is_json:
                    terminal.emit(_outcome(item, done, path, terminal))
                if done.deed is Deed.DESTROYED:
                    terminal.tell(said("{path}: destroyed", path=as_text(path)))
                    for message in done.remains:
                        terminal.tell(message)
                else:
                    _say_not_done(item, done, terminal)
                    code = ExitCode.IN_PART
        house.ledger.checkpoint()
        for complaint in folder_notes.tend_notes(house):
            terminal.complain(complaint)
    return code


def _require_due(items: Sequence[QuarantineItem], house: House) -> list[Disposition]:
    """Ask the same policy that the daemon asks, brakes and all."""
    if house.schedule.mode is Mode.OBSERVE:
        raise BrakeError(
            said(
                'the rules say mode = "observe": nothing is destroyed. Set mode = "enforce" in'
                " {path} first",
                path=str(house.rules),
            )
        )
    now = clock.now()
    records = [record for item in items for record in house.catalogue.records_of_file(item.file_id)]
    found: Plan = plan(
        records,
        holds=holding_of(house),
        schedule=house.schedule,
        now=now,
        is_whole=True,
        absent_shares=absent(look_at_shares(house, remembers=False)),
        formers=formers(house),
        reviews=reviews_of(house),
    )
    refused = {
        each.item.quarantine_id: each for each in found.dispositions if each.act is not Act.DESTROY
    }
    if refused:
        raise BrakeError(
            *(
                said(
                    "{id}: not destroyed before {day}, or while a hold stands on it; see"
                    " gallra explain {path}",
                    id=each.item.quarantine_id or "",
                    day=each.item.destroy_on.isoformat() if each.item.destroy_on else "-",
                    path=f"{each.item.record.share}/{as_text(each.item.record.path)}",
                )
                for each in refused.values()
            )
        )
    stopping = brakes(found, disposal.circumstances(house, now, found), house.schedule)
    if stopping:
        raise BrakeError(*(brake.message for brake in stopping))
    return list(found.dispositions)


def _named(ids: Sequence[str], house: House) -> list[QuarantineItem]:
    """Return what is meant by ``ids``: ids, or paths that files had.

    Raises:
        WrongUseError: If one of them means nothing that lies there, or more than one thing.
    """
    items = list(house.catalogue.quarantine_items())
    found: dict[str, QuarantineItem] = {}
    for each in ids:
        path = PathFilter(pattern=each, roots=roots(house))
        fitting = [item for item in items if item.quarantine_id == each] or [
            item for item in items if path.fits(item.share, item.path)
        ]
        if not fitting:
            raise WrongUseError(
                said(
                    "{id}: nothing of that name lies in quarantine; see gallra quarantine list",
                    id=each,
                )
            )
        found.update((item.quarantine_id, item) for item in fitting)
    return list(found.values())


def _below_share(typed: str, item: QuarantineItem, where: dict[str, bytes]) -> bytes:
    """Return where in the share a file is to be put.

    Raises:
        WrongUseError: If that is not in the share which the file came from.
    """
    path, root = os.fsencode(typed), where.get(item.share, b"")
    for prefix in (root + b"/", os.fsencode(item.share) + b"/"):
        if path.startswith(prefix):
            path = path.removeprefix(prefix)
            break
    if path.startswith(b"/") or b".." in path.split(b"/"):
        raise WrongUseError(
            said(
                "{path} is not in {share}, the share the file came from",
                path=typed,
                share=item.share,
            )
        )
    return path


def _say_not_done(item: QuarantineItem, done: Done, terminal: Terminal) -> None:
    reason = terminal.say(done.reason) if done.reason else ""
    terminal.complain(said("{id}: not done: {reason}", id=item.quarantine_id, reason=reason))


def _full_path(item: QuarantineItem, where: dict[str, bytes]) -> bytes:
    return absolute(where.get(item.share, os.fsencode(item.share)), item.path)


def _outcome(
    item: QuarantineItem, done: Done, path: bytes, terminal: Terminal
) -> dict[str, object]:
    return {
        **path_keys(path),
        "quarantine_id": item.quarantine_id,
        "action": str(done.deed),
        "reason": terminal.say(done.reason) if done.reason else None,
    }


def _as_json(item: QuarantineItem, where: dict[str, bytes]) -> dict[str, object]:
    return {
        **path_keys(_full_path(item, where)),
        "part": item.part,
        "quarantine_id": item.quarantine_id,
        "share": item.share,
        "class": item.class_code,
        "quarantined_at": item.quarantined_at.isoformat(),
        "destroy_on": item.destroy_on and item.destroy_on.isoformat(),
        "size_bytes": item.signature.size_bytes,
        "object": item.object_name,
        "state": str(item.state),
    }
