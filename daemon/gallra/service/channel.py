"""The narrow door of the sandbox: length-prefixed JSON over a socket, capped and checked.

What comes out of a worker was made from a stranger's document by code that the document
may have broken. So the parent reads at most so many bytes, and takes only what fits the
types below to the letter; anything else is a garbage answer and costs that file its outcome.
"""

import socket
import struct
from array import array

import msgspec

from gallra.content.bounds import BOUNDS
from gallra.model.finding import PartReport
from gallra.model.message import Message

FRAME_BYTES = 32 * 1024 * 1024
"""No frame is larger."""
FILE_BYTES = BOUNDS.most_answer_bytes
"""No file's frames together are larger."""

_LENGTH = struct.Struct("!I")


class Hello(msgspec.Struct, tag=True, frozen=True):
    """Parent to worker, first: what it needs to know."""

    digest_keys: dict[str, str]
    """Entity to key, hex."""


class Ready(msgspec.Struct, tag=True, frozen=True):
    """Worker to parent, once it is confined and warm."""

    complaints: tuple[Message, ...]
    """What of the sandbox this kernel could not give."""


class Job(msgspec.Struct, tag=True, frozen=True):
    """Parent to worker: read the file whose descriptor comes with this frame."""

    name: str
    wants_text: bool = False
    wants_findings: bool = False
    only: tuple[str, ...] = ()
    """Addresses of the parts that are looked at, with what is inside them; empty: all of them."""


class Reports(msgspec.Struct, tag=True, frozen=True):
    """Worker to parent: some parts of the file, in the order in which they were read."""

    parts: tuple[PartReport, ...]


class Done(msgspec.Struct, tag=True, frozen=True):
    """Worker to parent: that was the file."""

    content_seconds: float
    detect_seconds: float
    """Processor time of each stage."""


class Alive(msgspec.Struct, tag=True, frozen=True):
    """Worker to parent: still at it; a page is about to be looked at."""


class Failed(msgspec.Struct, tag=True, frozen=True):
    """Worker to parent: reading broke off on a fault of ours; the parts so far do not count."""

    fault: str
    """The exception's type."""
    place: str
    """``module:line``."""


ToWorker = Hello | Job
FromWorker = Ready | Reports | Alive | Done | Failed

_encoder = msgspec.json.Encoder()
_to_worker: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)
_from_worker: msgspec.json.Decoder[FromWorker] = msgspec.json.Decoder(FromWorker)


class GarbageError(Exception):
    """The other side said something that is not of the agreed form. Carries no content."""


def packed(value: ToWorker | FromWorker) -> bytes:
    """Return ``value`` as one frame. Lone surrogates, which JSON cannot carry, become ``?``."""
    try:
        body = _encoder.encode(value)
    except UnicodeEncodeError:
        body = _encoder.encode(_without_surrogates(msgspec.to_builtins(value)))
    return _LENGTH.pack(len(body)) + body


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(each) for each in value]
    return value


class Incoming:
    """Bytes that have arrived, cut into frames."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Add what was received."""
        self._buffer += data

    def frame(self) -> bytes | None:
        """Return the next whole frame's body, or None; raise GarbageError above the cap."""
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > FRAME_BYTES:
            raise GarbageError
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        return body


def from_worker(body: bytes) -> FromWorker:
    """Decode a worker's frame; raise GarbageError where it is not of the agreed form."""
    try:
        return _from_worker.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise GarbageError from error


def receive(door: socket.socket) -> tuple[ToWorker, int | None] | None:
    """In the worker: wait for the next frame and the descriptor beside it; None at the end."""
    descriptors = array("i")
    incoming = Incoming()
    while (body := incoming.frame()) is None:
        data, ancillary, _, _ = door.recvmsg(65536, socket.CMSG_SPACE(descriptors.itemsize))
        if not data:
            return None
        incoming.feed(data)
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                whole = len(payload) - len(payload) % descriptors.itemsize
                descriptors.frombytes(payload[:whole])
    return _to_worker.decode(body), descriptors[0] if descriptors else None


def send_job(door: socket.socket, job: Job, descriptor: int) -> None:
    """In the parent: hand over a job and its file. A job's frame is small: sent in one piece."""
    socket.send_fds(door, [packed(job)], [descriptor])
