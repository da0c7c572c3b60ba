"""The sandbox, in a real child: what it refuses, and that reading goes on inside."""

import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from reportlab.pdfgen.canvas import Canvas


def _documents(folder: Path) -> list[str]:
    document = Document()
    document.add_paragraph("protokoll i docx")
    document.save(str(folder / "a.docx"))
    book = openpyxl.Workbook()
    book.worksheets[0]["B2"] = "lista i xlsx"
    book.save(folder / "b.xlsx")
    canvas = Canvas(str(folder / "c.pdf"))
    canvas.drawString(100, 700, "kallelse i pdf")
    canvas.save()
    (folder / "d.html").write_text("<p>sida i html</p>", encoding="utf-8")
    (folder / "e.eml").write_bytes(
        b"From: a@example.se\r\nSubject: mail\r\nTo: b@example.se\r\n\r\nbrev i eml"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(folder / "a.docx", "a.docx")
    (folder / "f.zip").write_bytes(packed.getvalue())
    (folder / "g.bin").write_bytes(os.urandom(4000))
    return ["a.docx", "b.xlsx", "c.pdf", "d.html", "e.eml", "f.zip", "g.bin"]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("share")
    (folder / "victim").write_text("here", encoding="utf-8")
    (folder / "late.txt").write_text("kommer senare", encoding="utf-8")
    names = _documents(folder)
    here, there = socket.socketpair()
    script = Path(__file__).with_name("confined.py")
    package = Path(sys.modules["gallra"].__file__ or "").parents[1]
    with here, there, (folder / "late.txt").open("rb") as late:
        child = subprocess.Popen(
            [sys.executable, "-W", "error", str(script), str(folder), *names],
            stdin=there.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(package)},
        )
        socket.send_fds(here, [b"late.txt"], [late.fileno()])
        output, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors.decode()
    assert (folder / "victim").read_text(encoding="utf-8") == "here"
    found: dict[str, object] = json.loads(output)
    return found


def test_everything_that_reading_does_not_need_is_refused(answer: dict[str, object]) -> None:
    if not (answer["landlock"] and answer["seccomp"]):
        assert answer["complaints"]
        pytest.skip("this kernel lacks a part of the sandbox, and it was said")
    refused = answer["refused"]
    assert isinstance(refused, dict)
    assert [attempt for attempt, is_refused in refused.items() if not is_refused] == []
    assert answer["complaints"] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.docx", "protokoll i docx"),
        ("b.xlsx", "lista i xlsx"),
        ("c.pdf", "kallelse i pdf"),
        ("d.html", "sida i html"),
        ("e.eml", "brev i eml"),
        ("f.zip", "protokoll i docx"),
        ("late.txt", "kommer senare"),
    ],
)
def test_reading_goes_on_inside(answer: dict[str, object], name: str, text: str) -> None:
    texts = answer["texts"]
    assert isinstance(texts, dict)
    assert text in "\n".join(part[2] for part in texts[name])
    assert {part[1] for part in texts[name]} == {"read in full"}


def test_noise_is_told_apart_inside(answer: dict[str, object]) -> None:
    texts = answer["texts"]
    assert isinstance(texts, dict)
    assert [part[1] for part in texts["g.bin"]] == ["unsupported"]
