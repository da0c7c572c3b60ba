"""The eyes: a process of their own that has pictures read by tesseract, shut in.

The reader of documents may start no program, and this process reads no document: it gets grey
pixels of a given size, hands them to tesseract, and gives back words with their confidence. A
HEIC file, which no library here may decode, is the one thing that it passes on as it is, to
``heif-convert``, shut in likewise.

Started as ``python -m gallra.service.eyes DESCRIPTOR``; the other end of the socket is a reader.
Requests are a head (what, width, height, length) and bytes; answers a length and bytes.
"""

import json
import os
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from gallra.content.programs import ProgramError, run
from gallra.content.sight import DOTS_PER_INCH, Seen
from gallra.kernel.priority import step_back
from gallra.model.message import Message, said

LANGUAGES = ("swe", "nor")
LOOK_SECONDS = 120.0
"""For one page; it takes four to eight."""
MOST_BYTES = 256 * 1024 * 1024
_HEAD = struct.Struct("!cIII")
_LENGTH = struct.Struct("!I")
_LOOK, _UNPACK = b"L", b"U"
_NICENESS = 19
_WORD_COLUMNS = 12
_LEVEL_WORD = "5"
_FAILED = b""


class DistantEye:
    """In the reader: asks the process at the other end of a socket. See ``content.sight.Eye``."""

    def __init__(self, descriptor: int) -> None:
        """Speak through ``descriptor``, by plain reads and writes: the sandbox lets no more."""
        self._descriptor = descriptor

    def look(self, width: int, height: int, pixels: bytes) -> Seen:
        """Return the writing in a picture of grey pixels."""
        if len(pixels) > MOST_BYTES:
            return Seen(text="", is_failed=True)
        answer = self._asked(_LOOK, width, height, pixels)
        if not answer:
            return Seen(text="", is_failed=True)
        found = json.loads(answer)
        return Seen(text=str(found["text"]), confidence=float(found["confidence"]))

    def unpacked(self, content: bytes) -> bytes | None:
        """Return the JPEG of a HEIC file's content."""
        if len(content) > MOST_BYTES:
            return None
        return self._asked(_UNPACK, 0, 0, content) or None

    def _asked(self, what: bytes, width: int, height: int, content: bytes) -> bytes:
        head = _HEAD.pack(what, width, height, len(content))
        for piece in (head, content):
            view = memoryview(piece)
            while view:
                view = view[os.write(self._descriptor, view) :]
        (length,) = _LENGTH.unpack(self._received(_LENGTH.size))
        return self._received(length)

    def _received(self, length: int) -> bytes:
        gathered = bytearray()
        while len(gathered) < length:
            piece = os.read(self._descriptor, min(1 << 20, length - len(gathered)))
            if not piece:
                raise OSError("the eyes are gone")
            gathered += piece
        return bytes(gathered)


@cache
def complaint() -> Message | None:
    """Return why nothing can be looked at on this machine; ``None`` where it can."""
    try:
        listed = run(["tesseract", "--list-langs"], seconds=LOOK_SECONDS).decode().split()
    except ProgramError as error:
        return said("scanned pages and pictures are not read: {error}", error=str(error))
    missing = [language for language in LANGUAGES if language not in listed]
    if missing:
        packages = " ".join(f"tesseract-ocr-{language}" for language in missing)
        return said(
            "scanned pages and pictures are not read: the package {packages} is missing",
            packages=packages,
        )
    return None


def main() -> int:
    """Serve the reader at the other end until it hangs up."""
    door = socket.socket(fileno=int(sys.argv[1])).makefile("rwb")
    step_back(_NICENESS)
    while len(head := door.read(_HEAD.size)) == _HEAD.size:
        what, width, height, length = _HEAD.unpack(head)
        if length > MOST_BYTES:
            return 1
        content = door.read(length)
        if len(content) < length:
            return 1
        try:
            answer = unpacked(content) if what == _UNPACK else _read(width, height, content)
        except ProgramError:
            answer = _FAILED
        door.write(_LENGTH.pack(len(answer)) + answer)
        door.flush()
    return 0


def _read(width: int, height: int, pixels: bytes) -> bytes:
    if width * height != len(pixels) or not pixels:
        return _FAILED
    picture = b"P5 %d %d 255\n" % (width, height) + pixels
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(LANGUAGES), "--psm", "1",
               "--dpi", str(DOTS_PER_INCH), "tsv"]  # fmt: skip
    text, confidence = words_of(run(command, picture, seconds=LOOK_SECONDS))
    return json.dumps({"text": text, "confidence": confidence}).encode()


def words_of(table: bytes) -> tuple[str, float]:
    """Return the lines of text in tesseract's table of words, and their mean confidence."""
    lines: dict[tuple[str, ...], list[str]] = {}
    weighed = letters = 0.0
    for row in table.decode("utf-8", "replace").splitlines()[1:]:
        columns = row.split("\t")
        if len(columns) != _WORD_COLUMNS or columns[0] != _LEVEL_WORD or not columns[11].strip():
            continue
        word = columns[11].strip()
        lines.setdefault(tuple(columns[1:5]), []).append(word)
        weighed += float(columns[10]) * len(word)
        letters += len(word)
    text: list[str] = []
    block = None
    for place, words in lines.items():
        if block is not None and place[:3] != block:
            text.append("")
        block = place[:3]
        text.append(" ".join(words))
    return "\n".join(text), round(weighed / letters, 1) if letters else 0.0


def unpacked(content: bytes) -> bytes:
    """Return the JPEG that ``heif-convert`` makes of a HEIC file.

    Raises:
        ProgramError: It could not.
    """
    with tempfile.TemporaryDirectory(prefix="gallra-eyes-") as made:
        folder = Path(made)
        (folder / "in.heic").write_bytes(content)
        run(
            ["heif-convert", "-q", "90", "{folder}/in.heic", "{folder}/out.jpg"],
            seconds=LOOK_SECONDS,
            folder=folder,
        )
        try:
            # a file of several pictures gives out-1.jpg, out-2.jpg: the first is the main one
            found = min(folder.glob("out*.jpg"))
            if found.stat().st_size > MOST_BYTES:
                raise ProgramError("the picture is too large")
            return found.read_bytes()
        except (ValueError, OSError):
            raise ProgramError("nothing was unpacked") from None


if __name__ == "__main__":
    with suppress(BrokenPipeError, ConnectionResetError):
        sys.exit(main())
