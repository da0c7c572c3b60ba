"""What the catalogue remembers of a file that ends its reader, and how often it is tried."""

import os
import sys
from pathlib import Path

import pytest

from gallra.model.passage import Outcome
from gallra.service import cycle as cycle_module
from gallra.service import pool as pool_module
from gallra.service import reading as reading_module
from gallra.service.cycle import run_cycle
from gallra.service.house import House

WRITTEN = 1_700_000_000
RULES = """\
version = 1
mode = "observe"

[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[class.other]
title = {{ sv = "Övrigt", nb = "Annet", en = "Other" }}
purpose = "Ordning"
categories = ["name"]
legal_basis = ["GDPR 6(1)(f)"]
source = "Klubben"
authority = "F15.5"
keep = "4 years"
from = "modified"
then = "review"

[[rule]]
class = "other"
when = {{ path = "**" }}
"""
DEADLY = """
import os, signal
from gallra.service import worker
read = worker.read
def deadly(descriptor, name, **more):
    if name == "deadly.txt":
        os.kill(os.getpid(), signal.SIGSEGV)
    yield from read(descriptor, name, **more)
worker.read = deadly
worker.main()
"""


@pytest.fixture
def club(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    share = tmp_path / "share"
    share.mkdir()
    for name in ("deadly.txt", "before.txt", "later.txt"):
        (share / name).write_text("Hej", "utf-8")
        os.utime(share / name, (WRITTEN, WRITTEN))
    (tmp_path / "rules.toml").write_text(RULES.format(share=share), "utf-8")
    package = str(Path(sys.modules["gallra"].__file__ or "").parents[1])
    monkeypatch.setenv("PYTHONPATH", package)
    monkeypatch.setattr(pool_module, "WORKER", ("-P", "-c", DEADLY))
    return tmp_path / "rules.toml", tmp_path / "state"


def lost_and_read(house: House) -> tuple[int, int]:
    figures = run_cycle(house, acts=False, worker_count=1).figures
    return figures.lost_count, figures.file_count


def test_a_file_that_ends_its_reader_is_tried_once_for_each_version_of_it_and_of_gallra(
    club, monkeypatch
) -> None:
    rules, state = club
    with House.open(rules, state) as house:
        assert lost_and_read(house) == (1, 3)
        item = house.catalogue.record_by_path("gemensam", b"deadly.txt")
        assert item is not None
        assert item.record.outcome is Outcome.UNREADABLE
        (unread,) = house.catalogue.unread_parts(item.file_id)
        assert "SIGSEGV" in unread.reason.in_english()
        for name in (b"before.txt", b"later.txt"):
            other = house.catalogue.record_by_path("gemensam", name)
            assert other is not None
            assert other.record.outcome is Outcome.READ
        assert lost_and_read(house) == (0, 0)

        for module in (cycle_module, reading_module):
            monkeypatch.setattr(module, "SCANNER_VERSION", "9.9")
        assert lost_and_read(house) == (1, 3)
        assert lost_and_read(house) == (0, 0)

        deadly = rules.parent / "share" / "deadly.txt"
        deadly.write_text("Hej igen", "utf-8")
        os.utime(deadly, (WRITTEN + 1, WRITTEN + 1))
        assert lost_and_read(house) == (1, 1)
        assert lost_and_read(house) == (0, 0)
