"""Files that are damaged, huge or deadly to their reader cost only themselves."""

import io
import os
import random
import signal
import zipfile

import pytest

OUTCOMES = {
    "read in full", "read in part", "opaque", "damaged", "too large", "unsupported", "unreadable",
}  # fmt: skip
SEED = 20261122


def _zipped(members):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return into.getvalue()


WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>Anna Andersson 19900118-9811</w:t></w:r></w:p></w:body></w:document>"
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
MAIL = (
    b"From: Anna Andersson <a@example.org>\nTo: b@example.org\nSubject: Hej\n"
    b"Date: Mon, 06 Jan 2025 10:00:00 +0100\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nHej\n'
    b'--x\nContent-Disposition: attachment; filename="a.csv"\n\nNamn;Nummer\n--x--\n'
)
WHOLE = {
    "a.docx": _zipped({"[Content_Types].xml": TYPES, "word/document.xml": WORD}),
    "a.xlsx": _zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>"}),
    "a.zip": _zipped({"inre/a.txt": "hej", "inre/b.zip": _zipped({"c.txt": "hej"})}),
    "a.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]"
    b"/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "a.eml": MAIL,
    "a.mbox": b"From a@example.org Mon Jan  6 10:00:00 2025\n" + MAIL + b"\n",
    "a.html": b"<html><title>Hej</title><body><table><tr><td>Anna</table></html>",
    "a.csv": "Namn;Lön\nÅsa;1\n".encode("utf-16"),
    "a.doc": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024),
    "a.png": bytes.fromhex("89504e470d0a1a0a") + bytes(64),
}


def _damaged():
    """Return each kind of document cut short, with bytes changed, and with its start alone."""
    chance = random.Random(SEED)
    for name, content in WHOLE.items():
        yield f"whole {name}", content
        yield f"cut {name}", content[: len(content) * 2 // 3]
        yield f"start {name}", content[:8]
        yield f"tail {name}", content + bytes(chance.randbytes(300))
        for number in range(2):
            changed = bytearray(content)
            for _ in range(max(1, len(changed) // 25)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            yield f"changed {number} {name}", bytes(changed)
        yield f"wrongly called {name}.txt", content
    yield "noise.docx", chance.randbytes(20_000)
    yield "nothing.pdf", b""
    yield "bomb.zip", _zipped({"zeros": bytes(30_000_000)})


def test_damaged_documents_of_every_kind_end_with_an_honest_outcome(club):
    club.write({f"Skräp/{name}": content for name, content in _damaged()})
    before = club.files()

    said = club.run("run", "--once", timeout=300)

    assert said.code == 0, said.err
    records = club.objects("list")
    told = {os.path.relpath(each["path"], club.share) for each in records}
    assert {f"Skräp/{name}" for name, _ in _damaged()} <= told
    assert {each["outcome"] for each in records} <= OUTCOMES
    assert not [each for each in records if each["outcome"] == "unreadable"]
    assert not club.salaries.exists()
    gone = set(before) - set(club.files())
    assert gone == {os.fsencode(club.salaries)}
    again = club.objects("run", "--once")
    assert again[0]["read"] == 0


def test_a_huge_file_of_one_line_is_read_within_bounds(club):
    line = b"Anna Andersson 19900118-9811 hej " * 300_000
    club.write({"Skräp/en rad.txt": line, "Skräp/utan mellanrum.csv": b"x1" * 4_000_000})

    said = club.run("run", "--once", timeout=300)

    assert said.code == 0, said.err
    outcomes = {os.path.basename(each["path"]): each["outcome"] for each in club.objects("list")}
    assert outcomes["en rad.txt"] in {"read in full", "read in part", "too large"}
    assert outcomes["utan mellanrum.csv"] in {"read in full", "read in part", "too large"}
    assert not club.salaries.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_reader_that_is_killed_costs_at_most_the_file_it_was_reading(
    club, start, eventually, number
):
    # A file that keeps its reader busy long enough for any machine to end it first.
    club.write({"Skräp/stor.mbox": WHOLE["a.mbox"] * 60_000})
    daemon = start()

    def busy():
        pids = [pid for pid, line in daemon.children().items() if b"service.worker" in line]
        return [pid for pid in pids if _reads(pid, "stor.mbox")]

    (worker,) = eventually(busy)
    os.kill(worker, number)
    eventually(daemon.has_looked, seconds=300)

    assert daemon.stop() == 0
    records = club.objects("list")
    outcomes = {os.path.relpath(each["path"], club.share): each for each in records}
    assert set(outcomes) > {"Mallar/dagordning.txt", "Skräp/stor.mbox"}
    assert outcomes["Mallar/dagordning.txt"]["outcome"] == "read in full"
    assert outcomes["Skräp/stor.mbox"]["outcome"] in {"unreadable", "read in full", "read in part"}
    assert not club.salaries.exists()


def _reads(pid, name):
    """Tell whether the process has the file ``name`` open."""
    try:
        there = os.listdir(f"/proc/{pid}/fd")
        return any(os.readlink(f"/proc/{pid}/fd/{each}").endswith(name) for each in there)
    except OSError:
        return False
