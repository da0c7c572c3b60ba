"""Whom a handover concerns: the persons in the cases that get another handler.

Names are not in the catalogue; so the files are read again, in the sandbox, at the moment a
person asks.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from gallra.kernel.opening import open_directory_beneath, open_file_in
from gallra.model.finding import PartReport
from gallra.model.handover import Choice, Handover, Item
from gallra.model.names import shown
from gallra.service.house import House
from gallra.service.scanning import Scanner

_NAMES, _ADDRESSES = "PERSON", "EMAIL_ADDRESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """One case, and the persons in it."""

    case: str
    """Its share and folder."""
    persons: tuple[str, ...]
    """Names, sorted, as they were written first; representatives left out."""
    addresses: tuple[str, ...]
    unread_count: int = 0
    """Files of the case that were not read in full: others may stand in them."""


def concerned(house: House, handover: Handover) -> tuple[Concerned, ...]:
    """Return the cases that are handed over, each with the persons that occur in it.

    Raises:
        GallraError: If no sandbox can be had.
    """
    cases: dict[tuple[str, bytes], list[Item]] = {}
    for item in handover.items:
        if item.choice is Choice.HAND_OVER and item.case:
            cases.setdefault((item.share, item.case), []).append(item)
    ours = _representatives(house, handover)
    found: list[Concerned] = []
    with Scanner() as scanner:
        for (share, case), items in sorted(cases.items()):
            names: dict[str, str] = {}
            addresses: dict[str, str] = {}
            unread_count = 0
            for item in items:
                reports = _reports(house, scanner, item)
                if not reports or not all(each.outcome.is_complete for each in reports):
                    unread_count += 1
                for entity, text in _values(reports):
                    folded = " ".join(text.split()).casefold()
                    kept = names if entity == _NAMES else addresses
                    if folded and folded not in ours:
                        kept.setdefault(folded, " ".join(text.split()))
            found.append(
                Concerned(
                    case=f"{share}/{shown(case)}",
                    persons=tuple(sorted(names.values())),
                    addresses=tuple(sorted(addresses.values())),
                    unread_count=unread_count,
                )
            )
    return tuple(found)


def _representatives(house: House, handover: Handover) -> frozenset[str]:
    found = {handover.giver.name, handover.receiver.name}
    found |= {*handover.giver.addresses, *handover.receiver.addresses}
    for each in house.schedule.representatives:
        found |= {each.name, *each.addresses}
    return frozenset(" ".join(each.split()).casefold() for each in found)


def _reports(house: House, scanner: Scanner, item: Item) -> tuple[PartReport, ...]:
    """Return what stands in a file, where it lies now; nothing where it cannot be opened."""
    share, path = item.to_share or item.share, item.to_path or item.path
    directory, _, name = path.rpartition(b"/")
    try:
        root = os.open(house.share(share).path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            folder = open_directory_beneath(root, directory)
        finally:
            os.close(root)
        try:
            descriptor = open_file_in(folder, name)
        finally:
            os.close(folder)
        try:
            return scanner.reports_of(
                descriptor, os.fsdecode(name), wants_text=True, wants_findings=True
            )
        finally:
            os.close(descriptor)
    except OSError:
        return ()


def _values(reports: Iterable[PartReport]) -> Iterable[tuple[str, str]]:
    for report in reports:
        text = "\n".join(passage.text for passage in report.passages or ())
        for finding in report.findings or ():
            if finding.entity in {_NAMES, _ADDRESSES}:
                yield finding.entity, text[finding.start : finding.end]
