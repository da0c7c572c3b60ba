"""Files that unpack, nest or unfold without end: refused soon, in little memory, and said so."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import libarchive
import pytest

from gallra.model.passage import Outcome

MEBIBYTE = 1024 * 1024
MOST_SECONDS = 2.0
MOST_RESIDENT_BYTES = 300 * MEBIBYTE


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def deflated(content: bytes, times: int) -> bytes:
    """The same bytes, many times over, for the price of compressing them once."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = deflater.compress(content) + deflater.flush(zlib.Z_FULL_FLUSH)
    return piece * times + deflater.flush()


def member(name: bytes, packed: bytes, size: int) -> bytes:
    """A zip file with one deflated member that says it has ``size`` bytes."""
    sizes = (0, len(packed), size, len(name))
    body = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, *sizes, 0) + name + packed
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, *sizes, *[0] * 6) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(body), 0)
    return body + entry + end


def nested_zips() -> bytes:
    """Ten in ten in ten, as 42.zip: 4 GB of zeros in 6 kB."""
    level = zipped({"0": bytes(4_000_000)})
    for _ in range(3):
        level = zipped({f"{number}.zip": level for number in range(10)})
    return level


def zeros_in_a_docx() -> bytes:
    return member(b"word/document.xml", deflated(bytes(MEBIBYTE), 1024), 1024 * MEBIBYTE)


def text_of_a_docx_that_lies() -> bytes:
    """Says that it has 100 kB, and inflates to a gigabyte of text."""
    return member(b"word/document.xml", deflated(b"<w:t>0</w:t>" * 100_000, 900), 100_000)


def overlapping_zip() -> bytes:
    """A thousand members that are all the same bytes."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = deflater.compress(bytes(15_000_000)) + deflater.flush()
    crc = zlib.crc32(bytes(15_000_000))
    header = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(kernel), 15_000_000, 1, 0
    )
    body = header + b"a" + kernel
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(kernel),
                        15_000_000, 1, 0, 0, 0, 0, 0, 0)  # fmt: skip
    directory = (entry + b"a") * 1000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1000, 1000, len(directory), len(body), 0)
    return body + directory + end


def a_million_zip_entries() -> bytes:
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    )
    directory = (entry + b"a") * 1_000_000
    header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), len(header), 0
    )
    return header + directory + end


def quine() -> bytes:
    """An archive that holds itself: each level is the whole again, as deep as one looks.

    Made the plain way: so many levels that the limit of depth comes first.
    """
    content = zipped({"r.txt": b"r"})
    for _ in range(200):
        content = zipped({"r.zip": content})
    return content


def gz() -> bytes:
    return gzip.compress(b"")[:10] + deflated(bytes(MEBIBYTE), 1024) + bytes(8)


def bz2_bomb() -> bytes:
    return bz2.compress(bytes(16 * MEBIBYTE)) * 256


def xz() -> bytes:
    return lzma.compress(bytes(16 * MEBIBYTE), preset=0) * 64


def xz_that_wants_memory() -> bytes:
    """Says that it needs a dictionary of 1.5 GB."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 4096}]
    content = bytearray(lzma.compress(b"a" * 100, lzma.FORMAT_XZ, filters=filters))
    # the block header: size, flags, filter id, size of properties, dictionary size, CRC
    at = 12
    length = (content[at] + 1) * 4
    content[at + 4] = 39
    header = bytes(content[at : at + length - 4])
    content[at + length - 4 : at + length] = struct.pack("<L", zlib.crc32(header))
    return bytes(content)


def seven_zip() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a.7z"
        with libarchive.file_writer(path, "7zip", options="compression-level=1") as archive:
            for number in range(4):
                archive.add_file_from_memory(f"{number}", 30_000_000, bytes(30_000_000))
        return Path(path).read_bytes()


def countless_empty_members() -> bytes:
    return tarfile.TarInfo("a").tobuf() * 200_000 + bytes(1024)


def compressed_empty_members() -> bytes:
    return gzip.compress(tarfile.TarInfo("a").tobuf() * 150_000, 1)


_LOL = "<!DOCTYPE lolz [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
)


def entities_xml() -> bytes:
    return f"<?xml version='1.0'?>{_LOL}<lolz>&a11;</lolz>".encode()


def entities_svg() -> bytes:
    return f"{_LOL}<svg xmlns='http://www.w3.org/2000/svg'><text>&a11;</text></svg>".encode()


def entities_html() -> bytes:
    return (
        f"{_LOL.replace('lolz', 'html')}<html><body>&a11;{'&amp;' * 100_000}</body></html>".encode()
    )


def entities_docx() -> bytes:
    space = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    return zipped({"word/document.xml": f"{_LOL}<w:document {space}><w:body><w:p><w:r><w:t>&a11;"
                   "</w:t></w:r></w:p></w:body></w:document>".encode()})  # fmt: skip


def entities_hidden_in_utf16() -> bytes:
    text = f"<?xml version='1.0' encoding='utf-16'?>{_LOL}<w:document>&a11;</w:document>"
    return zipped({"word/document.xml": text.encode("utf-16")})


def mail_in_mail(depth: int = 3000) -> bytes:
    head = b"From: a@example.se\nSubject: x\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    return head * depth + b"From: a@example.se\nSubject: innerst\n\nslut\n"


def multiparts_in_multiparts(depth: int = 3000) -> bytes:
    parts = [b"From: a@example.se\nSubject: x\nMIME-Version: 1.0\n"]
    parts += [
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)
    ]
    parts.append(b"\nslut\n")
    parts += [b"--b%d--\n" % n for n in reversed(range(depth))]
    return b"".join(parts)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99)))


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xc0" + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + bytes(40)


def tiff(width: int, height: int) -> bytes:
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1),
            (278, height), (279, 100)]  # fmt: skip
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<L", 8) + struct.pack("<H", len(tags)) + entries + bytes(104)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"," + bytes(40) + b";"


def bmp(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<LHHL", 154, 0, 0, 54)
        + struct.pack("<LllHHLLllLL", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
        + bytes(100)
    )


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<L", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<L", len(chunk) + 4) + b"WEBP" + chunk


BOMBS: dict[str, tuple[Callable[[], bytes], Outcome]] = {
    "nested.zip": (nested_zips, Outcome.TOO_LARGE),
    "zeros.docx": (zeros_in_a_docx, Outcome.TOO_LARGE),
    "lie.docx": (text_of_a_docx_that_lies, Outcome.DAMAGED),
    "overlap.zip": (overlapping_zip, Outcome.DAMAGED),
    "entries.zip": (a_million_zip_entries, Outcome.TOO_LARGE),
    "quine.zip": (quine, Outcome.TOO_LARGE),
    "zeros.txt.gz": (gz, Outcome.TOO_LARGE),
    "zeros.txt.bz2": (bz2_bomb, Outcome.TOO_LARGE),
    "zeros.txt.xz": (xz, Outcome.TOO_LARGE),
    "memory.txt.xz": (xz_that_wants_memory, Outcome.TOO_LARGE),
    "zeros.7z": (seven_zip, Outcome.TOO_LARGE),
    "million.tar": (countless_empty_members, Outcome.READ_IN_PART),
    "million.tar.gz": (compressed_empty_members, Outcome.READ_IN_PART),
    "entities.docx": (entities_docx, Outcome.DAMAGED),
    "utf16.docx": (entities_hidden_in_utf16, Outcome.DAMAGED),
    "nested.eml": (mail_in_mail, Outcome.TOO_LARGE),
    "multiparts.eml": (multiparts_in_multiparts, Outcome.READ_IN_PART),
    "large.png": (lambda: png(30_000, 30_000), Outcome.TOO_LARGE),
    "large.jpg": (lambda: jpeg(30_000, 30_000), Outcome.TOO_LARGE),
    "large.tif": (lambda: tiff(30_000, 30_000), Outcome.TOO_LARGE),
    "large.gif": (lambda: gif(30_000, 30_000), Outcome.TOO_LARGE),
    "large.bmp": (lambda: bmp(30_000, 30_000), Outcome.TOO_LARGE),
    "large.webp": (lambda: webp(15_000, 15_000), Outcome.TOO_LARGE),
}


@pytest.fixture(scope="module")
def most_seconds() -> float:
    """Two seconds here; longer only where the machine itself is that much slower."""
    packed = zlib.compress(bytes(128 * MEBIBYTE), 1)
    before = time.process_time()
    zlib.crc32(zlib.decompress(packed))
    return max(MOST_SECONDS, (time.process_time() - before) * 12)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_soon_and_in_little_memory(worker, most_seconds, name) -> None:
    make, outcome = BOMBS[name]
    finished, resident_bytes = worker.read(name, make())
    assert not finished.is_lost
    assert outcome in {report.outcome for report in finished.reports}
    assert any(report.reason is not None for report in finished.reports)
    assert finished.content_seconds + finished.detect_seconds < most_seconds
    assert resident_bytes < MOST_RESIDENT_BYTES


@pytest.mark.parametrize("make", [entities_xml, entities_svg, entities_html])
def test_entities_do_not_unfold_where_text_is_read_as_it_stands(worker, make) -> None:
    content = make()
    finished, resident_bytes = worker.read("a.xml", content)
    (report,) = finished.reports
    assert report.character_count <= len(content)
    assert resident_bytes < MOST_RESIDENT_BYTES


def test_after_all_that_the_worker_is_the_same_one_and_small_again(worker) -> None:
    finished, resident_bytes = worker.read("efter.txt", b"Hej")
    assert [report.outcome for report in finished.reports] == [Outcome.READ]
    assert resident_bytes < MOST_RESIDENT_BYTES / 1.5
    assert worker.started_count == 1
