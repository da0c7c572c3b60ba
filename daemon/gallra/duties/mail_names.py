"""The names and addresses in a lapse, in clear, for the register: the message is read again.

The catalogue has digests alone. A message is read in the sandbox, as when it came; what comes out
goes into the club's own register and nowhere else.
"""

import contextlib
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Self

from gallra.detect.addresses import address_in, addresses_in, spellings_of
from gallra.detect.mailing import MailReader
from gallra.kernel.opening import open_directory_beneath, open_file_in
from gallra.model.duty import Finding
from gallra.model.finding import PartReport
from gallra.model.passage import ByteSpan
from gallra.policy.lapse import Lapse
from gallra.service.house import House
from gallra.service.scanning import Scanner

MOST_NAMES = 500
"""So many stand in the register; how many there are in all is said too."""
_LONGEST = 200
_MOST_WHOLE_BYTES = 512 * 1024 * 1024
"""A mailbox out of which messages cannot be taken by their place is read up to this size."""
_TOLD = frozenset({"PERSON", "EMAIL_ADDRESS", "MEMBER_NUMBER"})


class Namer:
    """Reads messages again; use it as a context manager."""

    def __init__(self, house: House, wanted: Iterable[Lapse]) -> None:
        """Start nothing before the first message; ``wanted`` are all that will be asked for."""
        keys = house.keys.digest_keys()
        self._house = house
        self._reader = MailReader(keys)
        self._scanner = Scanner(digest_keys=keys, goes_on=house.goes_on)
        self._wanted: defaultdict[tuple[str, bytes], set[str]] = defaultdict(set)
        for each in wanted:
            self._wanted[each.mailed.share, each.mailed.path].add(each.mailed.part)
        self._read_last: tuple[tuple[str, bytes], tuple[PartReport, ...]] = ("", b""), ()

    def named(self, lapse: Lapse) -> Finding:
        """Return the finding with subject and names, as far as its message can still be read."""
        parts = self._parts(lapse)
        own = next((each for each in parts if each.message is not None), None)
        if own is None and not parts:
            return lapse.finding
        written = dict(self._written(parts))
        headers = own.message if own is not None else None
        exposed = [written[digest] for digest in sorted(lapse.exposed & set(written))]
        exposed += sorted(set(self._told(parts, lapse.exposed - set(written))))
        to = [written[digest] for digest in sorted(lapse.exposed_to & set(written))]
        return replace(
            lapse.finding,
            title=(headers.subject or "")[:_LONGEST] if headers else "",
            exposed=tuple(exposed[:MOST_NAMES]),
            exposed_to=tuple(to[:MOST_NAMES]),
        )

    def _parts(self, lapse: Lapse) -> tuple[PartReport, ...]:
        """Return the message of a lapse and what is in it; nothing where it is not there."""
        mailed = lapse.mailed
        item = self._house.catalogue.record(mailed.record_id)
        root = self._house.schedule.roots.get(mailed.share)
        if item is None or root is None:
            return ()
        with contextlib.ExitStack() as stack:
            try:
                descriptor = _opened(root, mailed.path, stack)
                span = item.record.span
                if span is not None:
                    return self._cut_out(descriptor, span)
                if not mailed.part:
                    return self._read(descriptor, mailed.path)
                return self._whole(descriptor, mailed.share, mailed.path, mailed.part)
            except OSError:
                return ()  # moved or taken away meanwhile: the register names nobody

    def _cut_out(self, descriptor: int, span: ByteSpan) -> tuple[PartReport, ...]:
        """Read one message of a mailbox whose place in it is known."""
        content = os.pread(descriptor, span.length_bytes, span.offset_bytes)
        with os.fdopen(os.memfd_create("message", os.MFD_CLOEXEC), "wb") as copy:
            copy.write(content)
            copy.flush()
            return self._read(copy.fileno(), b"message.eml")

    def _whole(self, descriptor: int, share: str, path: bytes, part: str) -> tuple[PartReport, ...]:
        """Read all messages of a mailbox that are asked for, once; return one of them."""
        if self._read_last[0] != (share, path):
            reports: tuple[PartReport, ...] = ()
            if os.fstat(descriptor).st_size <= _MOST_WHOLE_BYTES:
                wanted = tuple(sorted(self._wanted.get((share, path), {part})))
                reports = self._read(descriptor, path, only=wanted)
            self._read_last = (share, path), reports
        return tuple(
            each
            for each in self._read_last[1]
            if each.address == part or each.address.startswith(f"{part}!")
        )

    def _read(
        self, descriptor: int, path: bytes, only: tuple[str, ...] = ()
    ) -> tuple[PartReport, ...]:
        return self._scanner.reports_of(
            descriptor,
            os.fsdecode(os.path.basename(path)),
            wants_text=True,
            wants_findings=True,
            only=only,
            sees_pictures=False,
        )

    def _written(self, parts: Collection[PartReport]) -> Iterator[tuple[str, str]]:
        """Yield the digest of each address, and how it is written."""
        for part in parts:
            if part.kind == "ics":
                for passage in part.passages or ():
                    address = address_in(passage.text.rpartition("\t")[2])
                    if passage.where == "attendee" and address is not None:
                        digest = self._reader.digest_of(spellings_of(address)[0])
                        name = _shortened(passage.text.rpartition("\t")[0])
                        has_name = name and "@" not in name
                        yield digest, f"{name} <{address}>" if has_name else address
            if part.message is not None and "!" not in part.address:
                for text, address in addresses_in(part.message):
                    yield self._reader.digest_of(address), _shortened(text)

    def _told(self, parts: Collection[PartReport], wanted: Collection[str]) -> Iterator[str]:
        """Yield what the texts say of those whose digests are wanted."""
        for part in parts if wanted else ():
            text = "\n".join(passage.text for passage in part.passages or ())
            for finding in part.findings or ():
                if finding.entity in _TOLD and finding.digest in wanted:
                    yield _shortened(text[finding.start : finding.end])

    def __enter__(self) -> Self:
        """Return the namer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the reader."""
        self._scanner.__exit__(None, None, None)


def _opened(root: bytes, path: bytes, stack: contextlib.ExitStack) -> int:
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, top)
    folder, _, name = path.rpartition(b"/")
    directory = open_directory_beneath(top, folder)
    stack.callback(os.close, directory)
    descriptor = open_file_in(directory, name)
    stack.callback(os.close, descriptor)
    return descriptor


def _shortened(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
