"""The real worker, taken over: what it may do in its confinement, and what its end costs."""

import ctypes
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from damage_samples import samples
from real_worker import Worker
from test_bombs import png

from gallra.model.passage import Outcome
from gallra.service import pool as pool_module

HERE = Path(__file__).parent
WITHOUT_NEW_CODE = """
import ctypes, runpy, sys
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0 or sys.exit("no PR_SET_MDWE")
runpy.run_module("gallra.service.worker", run_name="__main__", alter_sys=True)
"""

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="the calls are written down by their x86-64 numbers"
)


@pytest.fixture
def taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    package = str(Path(sys.modules["gallra"].__file__ or "").parents[1])
    monkeypatch.setenv("PYTHONPATH", package)
    monkeypatch.setattr(pool_module, "WORKER", (str(HERE / "attacking_worker.py"),))
    (tmp_path / "work").mkdir()
    found = Worker(tmp_path / "work")
    yield found
    found.pool.close()


def test_nothing_that_a_taken_over_worker_tries_succeeds(taken_over, tmp_path) -> None:
    (tmp_path / "victim").write_text("here", "utf-8")
    finished, _ = taken_over.read(f"attack {tmp_path}", b"x", wants_text=True)
    if taken_over.pool.complaints:
        pytest.skip("this kernel lacks a part of the sandbox, and it was said")
    (report,) = finished.reports
    succeeded = "\n".join(passage.text for passage in report.passages or ())
    assert not succeeded, succeeded
    assert int(report.kind.split()[0]) > 180
    assert (tmp_path / "victim").read_text("utf-8") == "here"
    assert {path.name for path in tmp_path.iterdir()} == {"victim", "work"}


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("crash", "SIGSEGV"),
        ("abort", "SIGABRT"),
        ("native", "SIGSEGV"),
        ("old calls", ""),
        ("exit", "ended"),
        ("hang", "was stopped after"),
        ("stop", "was stopped after"),
    ],
)
def test_a_worker_that_ends_badly_costs_its_file_and_says_why(
    taken_over, monkeypatch, verb, said
) -> None:
    taken_over.read("nothing", b"warm")
    monkeypatch.setattr(pool_module, "SILENCE_SECONDS", 0.5)
    finished, _ = taken_over.read(verb, b"Hej")
    monkeypatch.setattr(pool_module, "SILENCE_SECONDS", 60.0)
    if verb != "old calls":
        (report,) = finished.reports
        assert finished.is_lost
        assert (report.outcome, report.address) == (Outcome.UNREADABLE, "")
        assert said in report.reason.in_english()

    after, _ = taken_over.read("efter.txt", b"Hej")
    assert [report.outcome for report in after.reports] == [Outcome.READ]


@pytest.mark.parametrize("verb", ["memory", "stack"])
def test_memory_and_stack_have_an_end_within_the_worker(taken_over, verb) -> None:
    finished, resident_bytes = taken_over.read(verb, b"Hej")
    assert resident_bytes < 2.1 * 1024**3
    assert all(report.reason is not None for report in finished.reports)

    after, _ = taken_over.read("efter.txt", b"Hej")
    assert [report.outcome for report in after.reports] == [Outcome.READ]


def _told(worker: Worker, name: str, content: bytes) -> list[tuple[object, ...]]:
    return [
        (report.address, report.kind, report.outcome, report.entities)
        for report in worker.read(name, content)[0].reports
    ]


def test_everything_works_where_no_memory_may_become_code(tmp_path, monkeypatch) -> None:
    """As under systemd's MemoryDenyWriteExecute: from the first import to the last file."""
    if ctypes.CDLL(None).prctl(66, 0, 0, 0, 0) < 0:
        pytest.skip("this kernel has no PR_SET_MDWE")
    files = {name: sample.content for name, sample in samples(tmp_path).items()}
    files["namn.txt"] = "Närvarande: Åsa Lindqvist och Per-Olof Ek, sekreterare.\n".encode()
    files["bild.png"] = png(30_000, 30_000)
    (tmp_path / "work").mkdir()
    answers = []
    for program in (pool_module.WORKER, ("-P", "-c", WITHOUT_NEW_CODE)):
        monkeypatch.setattr(pool_module, "WORKER", program)
        worker = Worker(tmp_path / "work")
        try:
            answers.append({name: _told(worker, name, files[name]) for name in files})
            assert worker.started_count == 1
        finally:
            worker.pool.close()
    usual, strict = answers
    assert strict == usual
    assert any(entity == "PERSON" for *_, entities in strict["namn.txt"] for entity, _ in entities)
    assert all(outcome is Outcome.READ for _, _, outcome, _ in strict["arkiv.7z"])
    assert [outcome for _, _, outcome, _ in strict["bild.png"]] == [Outcome.TOO_LARGE]
