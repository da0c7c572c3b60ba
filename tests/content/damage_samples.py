"""A small valid file of each format that tests can write, and what is known of a damaged one.

Each says which words stand in it, and has an oracle: a judge of its own that tells whether a
damaged file is still whole by the format's own rules, or that no reader could know better.
Formats are added as a row of :func:`samples`.
"""

import bz2
import contextlib
import email
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import libarchive
import openpyxl
import pypdf
from docx import Document
from reportlab.pdfgen.canvas import Canvas

WORDS = ("Lindqvist", "Nordmann", "medlemsavgift")
TEXT = "".join(
    f"{number}. {word} betalade i mars, och {word} ville veta mer.\n"
    for number in range(12)
    for word in WORDS
)

Judge = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file, and the judge of what is left of it."""

    content: bytes
    is_valid: Judge
    """Whether a damaged version is whole by itself, so that missing words are nobody's fault."""


def always(_: bytes) -> bool:
    """Text has no checksum and no end mark: half a letter is a letter."""
    return True


def never(_: bytes) -> bool:
    """Checksums cover everything that counts: what is damaged is known to be."""
    return False


def as_zip(whole: bytes) -> Judge:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()

    def judge(damaged: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(damaged)) as archive:
                return archive.namelist() == names and archive.testzip() is None
        except Exception:  # noqa: BLE001 - whatever the judge chokes on is not whole
            return False

    return judge


def inflating(unpack: Callable[[bytes], bytes]) -> Judge:
    def judge(damaged: bytes) -> bool:
        try:
            return bool(unpack(damaged))
        except Exception:  # noqa: BLE001 - as above
            return False

    return judge


def as_tar(damaged: bytes) -> bool:
    """Only headers have checksums: as long as they stand, content is content."""
    try:
        with tarfile.open(fileobj=io.BytesIO(damaged)) as archive:
            return archive.getnames() == ["brev.txt", "mer.txt"]
    except (tarfile.TarError, EOFError, OSError, ValueError):
        return False


def as_pdf(damaged: bytes) -> bool:
    """Pages have no checksum: what another reader does not find either, nobody can miss."""
    with contextlib.suppress(Exception):  # whatever it chokes on, it finds nothing
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(damaged)).pages)
        return not all(word in text for word in WORDS)
    return True


def as_mail(damaged: bytes) -> bool:
    """A mail in parts ends with its closing boundary; for all else another reader is asked."""
    message = email.message_from_bytes(damaged)
    boundary = message.get_boundary()
    is_open = boundary is not None and f"--{boundary}--".encode() not in damaged
    if message.get_content_maintype() == "multipart" and is_open:
        return False
    bodies = [part.get_payload(decode=True) or b"" for part in message.walk()]
    text = b"\n".join(body for body in bodies if isinstance(body, bytes))
    return any(text.count(word.encode()) < 48 for word in WORDS)


def docx(folder: Path) -> bytes:
    document = Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.add_table(2, 2).cell(0, 0).text = WORDS[0]
    path = folder / "sample.docx"
    document.save(str(path))
    return path.read_bytes()


def xlsx(folder: Path) -> bytes:
    workbook = openpyxl.Workbook()
    for number, line in enumerate(TEXT.splitlines()):
        workbook.worksheets[0].append([number, line, number / 7])
    path = folder / "sample.xlsx"
    workbook.save(path)
    return path.read_bytes()


def pdf(folder: Path) -> bytes:
    path = folder / "sample.pdf"
    canvas = Canvas(str(path))
    for number, line in enumerate(TEXT.splitlines()):
        canvas.drawString(72, 780 - number * 16, line)
    canvas.save()
    return path.read_bytes()


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.se", "b@example.se", "Avgift"
    message.set_content(TEXT)
    message.add_attachment(TEXT.encode(), maintype="text", subtype="csv", filename="lista.csv")
    return message.as_bytes()


def mailbox() -> bytes:
    body = b"From: a@example.se\nTo: b@example.se\nSubject: x\n\n" + TEXT.encode() + b"\n"
    return (b"From a@example.se Fri Nov 20 10:00:00 2026\n" + body) * 3


def zipped(*, method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("brev.txt", TEXT)
        archive.writestr("mapp/mer.txt", TEXT)
    return stream.getvalue()


def written(kind: str, options: str = "") -> bytes:
    content = TEXT.encode()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/archive"
        with libarchive.file_writer(path, kind, options=options) as archive:
            archive.add_file_from_memory("brev.txt", len(content), content)
            archive.add_file_from_memory("mer.txt", len(content), content)
        return Path(path).read_bytes()


def page() -> bytes:
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in TEXT.splitlines())
    return f"<html><body><table>{rows}</table><!-- slut --></body></html>".encode()


def rtf() -> bytes:
    return b"{\\rtf1\\ansi " + TEXT.replace("\n", "\\par\n").encode("ascii") + b"}"


def as_rtf(damaged: bytes) -> bool:
    """Groups close; what was turned into another control word is one."""
    return damaged.rstrip(b"\0\r\n ").endswith(b"}")


def samples(folder: Path) -> dict[str, Sample]:
    """Return the files by name; ``folder`` is for those that must be written to disk."""
    stored, deflated = zipped(method=zipfile.ZIP_STORED), zipped(method=zipfile.ZIP_DEFLATED)
    word, book, tar = docx(folder), xlsx(folder), written("ustar")
    content = TEXT.encode()
    return {
        "brev.txt": Sample(content=content, is_valid=always),
        "lista.csv": Sample(content=TEXT.replace(" ", ";").encode("cp1252"), is_valid=always),
        "bred.txt": Sample(content=TEXT.encode("utf-16"), is_valid=always),
        "sida.html": Sample(content=page(), is_valid=always),
        "brev.rtf": Sample(content=rtf(), is_valid=as_rtf),
        "brev.eml": Sample(content=mail(), is_valid=as_mail),
        "brev.mbox": Sample(content=mailbox(), is_valid=always),
        "brev.docx": Sample(content=word, is_valid=as_zip(word)),
        "bok.xlsx": Sample(content=book, is_valid=as_zip(book)),
        "brev.pdf": Sample(content=pdf(folder), is_valid=as_pdf),
        "arkiv.zip": Sample(content=deflated, is_valid=as_zip(deflated)),
        "lagrat.zip": Sample(content=stored, is_valid=as_zip(stored)),
        "arkiv.7z": Sample(content=written("7zip"), is_valid=never),
        "lagrat.7z": Sample(content=written("7zip", "compression=store"), is_valid=never),
        "arkiv.tar": Sample(content=tar, is_valid=as_tar),
        "arkiv.tar.gz": Sample(content=gzip.compress(tar, mtime=0), is_valid=inflating(gunzip)),
        "brev.txt.gz": Sample(content=gzip.compress(content, mtime=0), is_valid=inflating(gunzip)),
        "brev.txt.bz2": Sample(content=bz2.compress(content), is_valid=inflating(bz2.decompress)),
        "brev.txt.xz": Sample(content=lzma.compress(content), is_valid=inflating(lzma.decompress)),
    }


def gunzip(damaged: bytes) -> bytes:
    return zlib.decompress(damaged, wbits=31)
