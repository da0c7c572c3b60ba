"""Messages in which somebody consents, or takes it back: proposed, never recorded by itself."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gallra.detect.addresses import address_in
from gallra.duties.consents import register
from gallra.model.consents import Statement
from gallra.model.finding import PartReport
from gallra.model.passage import Direction
from gallra.model.record import RecordState
from gallra.policy.consents import statements
from gallra.service.house import House
from gallra.service.scanning import Scanner

KIND: Final = "consent"
_BODIES: Final = frozenset({"body", "html body"})
_MESSAGES: Final = frozenset({"eml", "message", "msg"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A message that says so, for a person to read."""

    share: str
    path: bytes
    part: str
    sender_name: str
    sender_address: str
    to: tuple[str, ...]
    sent_at: datetime | None
    message_id: str
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found."""

    proposals: tuple[Proposal, ...]
    unread: tuple[tuple[str, bytes], ...]
    """Share and path of files that could not be opened or read in full."""


def find(house: House, *, is_whole: bool = False) -> Found:
    """Look for consents in messages; the texts are read in the sandbox, and kept nowhere.

    Args:
        house: Whose messages, as far as they are in the catalogue.
        is_whole: Read every message, not only those that detection takes for a consent.
    """
    known = {
        kept.body.proof.message_id
        for kept in register(house).all()
        if kept.body.proof is not None and kept.body.proof.message_id
    }
    wanted: dict[tuple[str, bytes], set[str]] = defaultdict(set)
    for item in house.catalogue.catalogued(states=(RecordState.PRESENT,)):
        record = item.record
        if record.kind not in _MESSAGES or record.direction is Direction.DRAFT:
            continue
        is_likely = item.classification.class_code == KIND or KIND in dict(record.subjects)
        if is_whole or is_likely:
            wanted[record.share, record.path].add(record.part)
    proposals: list[Proposal] = []
    unread: list[tuple[str, bytes]] = []
    with Scanner() as scanner:
        for (share, path), parts in sorted(wanted.items()):
            root = house.schedule.roots.get(share)
            try:
                reports = scanner.reports(os.path.join(root or b"", path), wants_text=True)
            except OSError:
                unread.append((share, path))
                continue
            read = [each for each in reports if each.address in parts]
            if any(not each.outcome.is_complete for each in read) or len(read) < len(parts):
                unread.append((share, path))
            proposals += (
                each
                for report in read
                for each in _proposals(share, path, report)
                if each.message_id not in known or each.statement.is_withdrawal
            )
    return Found(proposals=tuple(proposals), unread=tuple(unread))


def _proposals(share: str, path: bytes, report: PartReport) -> Iterator[Proposal]:
    headers = report.message
    if headers is None:
        return
    bodies = [each for each in report.passages or () if each.where in _BODIES]
    said = dict.fromkeys(each for body in bodies[:2] for each in statements(body.text))
    name = (headers.sender or "").partition("<")[0].strip().strip("\"'")
    for statement in said:
        yield Proposal(
            share=share,
            path=path,
            part=report.address,
            sender_name="" if "@" in name else name,
            sender_address=address_in(headers.sender or "") or "",
            to=headers.to,
            sent_at=headers.sent_at,
            message_id=headers.message_id or "",
            statement=statement,
        )
