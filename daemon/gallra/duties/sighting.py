"""Read one file for one person: which records in it speak of them, and where."""

import errno
import os
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gallra.kernel.opening import open_directory_beneath, open_file_in
from gallra.model.access import Certainty
from gallra.model.finding import Finding, PartReport
from gallra.model.record import CataloguedRecord, RecordState
from gallra.policy.extracts import Excerpt, excerpt_of
from gallra.policy.recognising import SAYS_WHO, Hit, Likeness, Sort, hits_in
from gallra.service.house import House
from gallra.service.records import MAILBOX_KINDS
from gallra.service.scanning import Scanner
from gallra.store.quarantine import QuarantineItem

_MESSAGE = "msg:"
_LARGE_BYTES = 20_000_000
"""Of larger mailboxes only the messages in question are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One part of a record, read, in memory alone."""

    report: PartReport
    hits: tuple[Hit, ...]
    excerpt: Excerpt


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One record that was read, with what in it is about the person."""

    item: CataloguedRecord
    sights: tuple[Sight, ...]

    @property
    def certainty(self) -> Certainty | None:
        """How sure it is; ``None`` where nothing in it says that it is about the person."""
        sorts = {hit.sort for sight in self.sights for hit in sight.hits}
        if Sort.IDENTIFIER in sorts:
            return Certainty.SURE
        if Sort.FULL_NAME in sorts:
            return Certainty.NAMED
        if sorts & {Sort.PART_NAME, Sort.SURNAME, Sort.NAMESAKE}:
            return Certainty.DOUBTFUL
        # where only the address is theirs, and somebody else is named beside it, it is that one's
        is_told = any(sight.excerpt.extracts for sight in self.sights)
        return Certainty.DOUBTFUL if Sort.ADDRESS in sorts and is_told else None

    @property
    def speaks_of_others(self) -> bool:
        """Whether anything in it has to be masked, or was not read."""
        return any(sight.excerpt.masked_count for sight in self.sights) or self.is_incomplete

    @property
    def is_incomplete(self) -> bool:
        """Whether some of it could not be read."""
        return any(not sight.report.outcome.is_complete for sight in self.sights)


class Reader:
    """Opens files of the shares and of the quarantine, and reads them in the sandbox."""

    def __init__(self, house: House, scanner: Scanner, own: frozenset[str]) -> None:
        """Read with ``scanner``; ``own`` are words that are never masked."""
        self._house = house
        self._scanner = scanner
        self._own = own
        self._inside: Mapping[int, QuarantineItem] | None = None

    def sightings(
        self,
        items: Sequence[CataloguedRecord],
        likeness: Likeness,
        *,
        only: Collection[str] = (),
    ) -> tuple[Sighting, ...]:
        """Return all records of one file, read.

        Args:
            items: All records of one file, at least one.
            likeness: Of whom.
            only: Of a large mailbox these messages alone, where any are named: the text of the
                whole of it does not fit into memory.

        Raises:
            OSError: If the file is not there any more, or cannot be opened.
        """
        first = items[0]
        descriptor = self.opened(first)
        try:
            reports = self._scanner.reports_of(
                descriptor,
                os.fsdecode(os.path.basename(first.record.path)),
                wants_text=True,
                wants_findings=True,
                only=tuple(sorted(only)) if _is_large(first) and all(only) else (),
            )
        finally:
            os.close(descriptor)
        by_part = {item.record.part: item for item in items}
        grouped: dict[str, list[PartReport]] = {}
        for report in reports:
            grouped.setdefault(_owner(report, reports, by_part), []).append(report)
        return tuple(
            self._sighting(by_part[part], parts, likeness)
            for part, parts in grouped.items()
            if part in by_part
        )

    def opened(self, item: CataloguedRecord) -> int:
        """Open the file of a record where it lies now, through no link.

        Raises:
            OSError: If it is not there.
        """
        shares = {each.name: each for each in self._house.schedule.shares}
        share = shares.get(item.record.share)
        if share is None:  # the rules no longer name it
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        base, path = share.path, item.record.path
        if item.state is RecordState.QUARANTINED:
            inside = self._quarantined(item.file_id)
            base, path = share.quarantine, os.fsencode(inside.object_name)
        directory, _, name = path.rpartition(b"/")
        root = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            folder = open_directory_beneath(root, directory)
        finally:
            os.close(root)
        try:
            descriptor = open_file_in(folder, name)
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return descriptor

    def _quarantined(self, file_id: int) -> QuarantineItem:
        if self._inside is None:
            self._inside = {each.file_id: each for each in self._house.catalogue.quarantine_items()}
        try:
            return self._inside[file_id]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from None

    def _sighting(
        self, item: CataloguedRecord, reports: Sequence[PartReport], likeness: Likeness
    ) -> Sighting:
        read = [(report, hits_in(_text(report), _findings(report), likeness)) for report in reports]
        is_told = any(hit.sort in SAYS_WHO for _, hits in read for hit in hits)
        is_named = any(hits for _, hits in read)
        sights = []
        for report, hits in read:
            taken = tuple(hit for hit in hits if is_told or hit.sort is not Sort.GIVEN_NAME)
            excerpt = excerpt_of(
                report.passages or (),
                _findings(report, is_whole=True),
                taken if is_told else _believed(taken),
                own=self._own,
                # a file that is called after the person, or a message that they wrote
                is_all=not is_named or _is_written_by(report, hits),
            )
            sights.append(Sight(report=report, hits=taken, excerpt=excerpt))
        return Sighting(item=item, sights=tuple(sights))


def _believed(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return hits with a namesake's taken for the person's: it is shown to who decides."""
    return tuple(
        replace(hit, sort=Sort.FULL_NAME) if hit.sort is Sort.NAMESAKE else hit for hit in hits
    )


def _is_written_by(report: PartReport, hits: Sequence[Hit]) -> bool:
    """Tell whether a message is the person's own: who sent it is told by its header."""
    first = next(iter(report.passages or ()), None)
    return (
        first is not None
        and first.where.lower() == "from"
        and any(hit.sort in SAYS_WHO and hit.end <= len(first.text) for hit in hits)
    )


def _is_large(item: CataloguedRecord) -> bool:
    return item.signature.size_bytes > _LARGE_BYTES and item.state is RecordState.PRESENT


def version_of(item: CataloguedRecord) -> str:
    """Return what names the version of a record: its bytes, or those of its file."""
    if item.record.part and item.record.span is not None:
        return item.record.span.sha256
    signature = item.signature
    return f"{signature.size_bytes}-{signature.modified_ns}"


def _owner(
    report: PartReport, reports: Sequence[PartReport], by_part: Mapping[str, CataloguedRecord]
) -> str:
    """Return which record of the file a part belongs to, as when it was catalogued."""
    if "" not in by_part and len(by_part) == 1:
        return next(iter(by_part))  # a message that was cut out of its mailbox
    top = next((each for each in reports if each.address == ""), None)
    if top is None or top.kind not in MAILBOX_KINDS:
        return ""
    owner = report.address.partition("!")[0]
    return owner if owner.startswith(_MESSAGE) else ""


def _text(report: PartReport) -> str:
    return "\n".join(passage.text for passage in report.passages or ())


def _findings(report: PartReport, *, is_whole: bool = False) -> tuple[Finding, ...]:
    found = report.findings or ()
    return (*found, *(report.hints or ())) if is_whole else found
