"""The sandboxed child: a document's text is born and dies in here.

Started as ``python -m gallra.service.worker DESCRIPTOR [EYES]``. It loads the readers and the
detector, gives up every right that it will not need, says that it is ready, and then reads
one file at a time through descriptors that the parent hands in.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
import time
from collections import Counter
from typing import NamedTuple

from gallra.content.reader import read
from gallra.content.sandbox import confine
from gallra.content.sight import Seen
from gallra.detect.engine import Detector
from gallra.detect.mailing import MailReader
from gallra.detect.marks import Marker
from gallra.kernel.priority import step_back
from gallra.model.finding import PartReport, ValueDigest
from gallra.model.passage import Outcome, Part
from gallra.service.channel import Alive, Done, Failed, Hello, Job, Ready, Reports, packed, receive
from gallra.service.eyes import DistantEye

_NICENESS = 10
_FLUSH_PARTS = 200
_FLUSH_CHARACTERS = 4_000_000


class _Finder(NamedTuple):
    """What looks at a part: for what is written in it, and for what marks it."""

    detector: Detector
    marker: Marker
    mail: MailReader


class _Eye(DistantEye):
    """Tells the parent before every page that the reader has not fallen asleep."""

    def __init__(self, descriptor: int, door: socket.socket) -> None:
        super().__init__(descriptor)
        self._door = door

    def look(self, width: int, height: int, pixels: bytes) -> Seen:
        _send(self._door, packed(Alive()))
        return super().look(width, height, pixels)


def main() -> int:
    """Serve the parent at the other end of the inherited socket until it hangs up."""
    door = socket.socket(fileno=int(sys.argv[1]))
    eye = _Eye(int(sys.argv[2]), door) if len(sys.argv) > 2 else None  # noqa: PLR2004 - who gets eyes is told
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    step_back(_NICENESS)
    first = receive(door)
    if first is None or not isinstance(first[0], Hello):
        return 1
    keys = {entity: bytes.fromhex(key) for entity, key in first[0].digest_keys.items()}
    detector = Detector(digest_keys=keys or None)
    finder = _Finder(detector, Marker(keys), MailReader(keys))
    # What is loaded now stays; only what documents leave behind is to be collected, seldom.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    confinement = confine()
    _send(door, packed(Ready(confinement.complaints)))
    while (received := receive(door)) is not None:
        job, descriptor = received
        if not isinstance(job, Job) or descriptor is None:
            return 1
        try:
            _serve(door, finder, job, descriptor, eye)
        except OSError:
            raise  # the parent has hung up
        except Exception as fault:  # noqa: BLE001 - whatever a document provokes costs that file only
            _send(door, packed(Failed(*_place(fault))))
        finally:
            os.close(descriptor)
    return 0


def _place(fault: Exception) -> tuple[str, str]:
    """Return the fault's type and where it happened: never its text, which may quote the file."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(fault).__name__, "?"
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return type(fault).__name__, f"{module}:{trace.tb_lineno}"


def _serve(
    door: socket.socket, finder: _Finder, job: Job, descriptor: int, eye: _Eye | None
) -> None:
    began = time.process_time()
    detecting = 0.0
    pending: list[PartReport] = []
    characters = 0
    skipped_count = 0
    for part in read(descriptor, job.name, eye=eye):
        if not _is_asked_for(part.address, job.only):
            skipped_count += 1
            if skipped_count % _FLUSH_PARTS == 0:
                _send(door, packed(Alive()))
            if not part.address:  # of the file itself something is always said
                pending.append(PartReport(address="", kind=part.kind, outcome=part.outcome))
            continue
        before = time.process_time()
        report = _report(finder, part, job)
        detecting += time.process_time() - before
        pending.append(report)
        characters += report.character_count if job.wants_text else len(report.digests) * 64
        if len(pending) >= _FLUSH_PARTS or characters >= _FLUSH_CHARACTERS:
            _send(door, packed(Reports(tuple(pending))))
            pending, characters = [], 0
    if pending:
        _send(door, packed(Reports(tuple(pending))))
    total = time.process_time() - began
    _send(door, packed(Done(content_seconds=total - detecting, detect_seconds=detecting)))


def _is_asked_for(address: str, only: tuple[str, ...]) -> bool:
    return not only or any(address == each or address.startswith(f"{each}!") for each in only)


def _report(finder: _Finder, part: Part, job: Job) -> PartReport:
    """Look at one part and return what may leave. Text only where a person asked to see it."""
    name = f"{job.name}!{part.address}" if part.address else job.name
    detection = finder.detector.find(part, name=name)
    counts = Counter(finding.entity for finding in detection.findings)
    digests = {(finding.entity, finding.digest) for finding in detection.findings if finding.digest}
    digests |= {(mark.entity, mark.digest) for mark in finder.marker.marks(part)}
    outcome, reason = part.outcome, part.reason
    if detection.incomplete is not None and outcome is Outcome.READ:
        outcome, reason = Outcome.READ_IN_PART, detection.incomplete
    return PartReport(
        address=part.address,
        kind=part.kind,
        outcome=outcome,
        reason=reason,
        encrypted=part.encrypted,
        span=part.span,
        item=part.item,
        stated_on=part.stated_on,
        is_message=part.message is not None,
        direction=part.message.direction if part.message else None,
        mail=finder.mail.facts(part, detection),
        awaits_sight=part.awaits_sight,
        language=detection.language,
        entities=tuple(sorted(counts.items())),
        special_categories=detection.special_categories,
        subjects=detection.subjects,
        document_date=detection.document_date,
        digests=tuple(ValueDigest(entity=e, digest=d) for e, d in sorted(digests)),
        character_count=sum(len(passage.text) for passage in part.passages),
        findings=detection.findings if job.wants_findings else None,
        hints=detection.hints if job.wants_findings else None,
        passages=part.passages if job.wants_text else None,
        message=part.message if job.wants_text else None,
    )


def _send(door: socket.socket, frame: bytes) -> None:
    """Write all of ``frame``. os.write, since the sandbox refuses ``sendto``."""
    view = memoryview(frame)
    while view:
        view = view[os.write(door.fileno(), view) :]


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        sys.exit(main())
