"""Damage: whatever is cut off or flipped, reading ends with an outcome and never raises."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from gallra.model.passage import Outcome, Part

TRIES = 60


def samples(folder: Path) -> dict[str, bytes]:
    import openpyxl  # noqa: PLC0415 - slow to load, used here only
    from docx import Document  # noqa: PLC0415 - as above

    document = Document()
    document.add_paragraph("Protokoll från årsmöte")
    document.add_table(2, 2).cell(0, 0).text = "Kari"
    document.save(str(folder / "a.docx"))
    workbook = openpyxl.Workbook()
    for number in range(40):
        workbook.worksheets[0].append(["Kari", number, number / 7])
    workbook.save(folder / "b.xlsx")
    canvas = Canvas(str(folder / "c.pdf"))
    canvas.drawString(72, 700, "Kallelse")
    canvas.save()
    mail = (
        b"From: a@example.se\nTo: b@example.se\nSubject: =?utf-8?Q?=C3=A5?=\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n\nbody\n--x\n'
        b"Content-Type: application/octet-stream; name=a.docx\n"
        b"Content-Transfer-Encoding: base64\n\nUEsDBBQ=\n--x--\n"
    )
    separator = b"From a@example.se Fri Nov 20 10:00:00 2026\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mapp/d.eml", mail)
        archive.write(folder / "a.docx", "a.docx")
    return {
        **{name: (folder / name).read_bytes() for name in ("a.docx", "b.xlsx", "c.pdf")},
        "d.eml": mail,
        "e.mbox": (separator + mail + b"\n") * 3,
        "f.zip": packed.getvalue(),
        "g.html": b"<html><body><table><tr><td>a<p>b</table><!-- c --></body></html>",
        "h.txt": "åäö ".encode() * 100,
        "i.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 20,
    }


def check(parts: list[Part]) -> None:
    addresses = [part.address for part in parts]
    assert addresses.count("") == 1
    assert len(set(addresses)) == len(addresses)
    for part in parts:
        assert isinstance(part.outcome, Outcome)
        assert (part.reason is None) is (part.outcome is Outcome.READ)
        if part.reason is not None:
            assert part.reason.in_english()
        assert "\0" not in part.text


@pytest.mark.parametrize(
    "name", ["a.docx", "b.xlsx", "c.pdf", "d.eml", "e.mbox", "f.zip", "g.html", "h.txt", "i.doc"]
)
def test_truncated_and_flipped_files_end_with_an_outcome(read, tmp_path, name: str) -> None:
    content = samples(tmp_path)[name]
    chance = random.Random(name)
    for _ in range(TRIES):
        check(read(content[: chance.randrange(len(content))], name))
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        check(read(bytes(flipped), name))


def test_a_shape_under_any_name_is_read_alike(read, tmp_path) -> None:
    for name, content in samples(tmp_path).items():
        if name == "i.doc":
            continue  # too damaged to tell but by its name
        kinds = {read(content, other)[0].kind for other in (name, "", "x.dat")}
        assert len(kinds) == 1, name
