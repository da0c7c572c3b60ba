"""The slow lane, with the real eyes: scanned pages are looked at after all else, and counted."""

import os
import signal
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw, ImageFont

from gallra.model.passage import Outcome
from gallra.service import clock
from gallra.service.cycle import run_cycle
from gallra.service.eyes import complaint, words_of
from gallra.service.house import House
from gallra.service.seeing import Seeing

RULES = """\
version = 1
[organisation]
name = "Klubben"
controller = "Förbundet"
language = "sv"
[share.gemensam]
path = "{share}"
role = "common-area"
[class.all]
title = "Allt"
purpose = "Prov"
legal_basis = ["GDPR 6(1)(f)"]
authority = "U1"
from = "modified"
keep = "1 year"
then = "review"
[[rule]]
class = "all"
when = {{ path = "**" }}
[reading]
pages_per_day = {pages}
[safety]
settle = "0 seconds"
"""

pytestmark = pytest.mark.skipif(complaint() is not None, reason="tesseract is not installed")


def scan(path, text="Protokoll\nKari Nilsen ringer 070-174 06 05", pages=1):
    drawn = []
    for number in range(pages):
        page = Image.new("L", (1000, 500), 255)
        font = ImageFont.load_default(40)
        ImageDraw.Draw(page).text((60, 60), f"{text}\nSida {number}", fill=0, font=font)
        drawn.append(page)
    drawn[0].save(path, "PDF", save_all=True, append_images=drawn[1:], resolution=150)


@pytest.fixture
def club(tmp_path, monkeypatch):
    """A share with a text and a scan, and its house; nothing is looked at by the cycle itself."""
    monkeypatch.setattr("gallra.service.cycle.PAGES_AT_ONCE", 0)
    share = tmp_path / "share"
    share.mkdir()

    def made(pages=500):
        rules = tmp_path / "rules.toml"
        rules.write_text(RULES.format(share=share, pages=pages))
        return House.open(rules, tmp_path / "state")

    return share, made


def outcomes(house):
    return {item.record.path: item.record.outcome for item in house.catalogue.catalogued()}


def looked_at(seeing, house):
    """Go on until nothing is looked at any more; return the shares' outcomes."""
    for _ in range(2000):
        if not seeing.look(clock.now(), {"gemensam"}, timeout_seconds=0.1):
            return outcomes(house)
    raise AssertionError("it never ends")


def test_a_scan_waits_and_is_then_read_in_full(club, monkeypatch):
    share, made = club
    scan(share / "scan.pdf")
    (share / "text.txt").write_text("Ring Kari Nilsen, 070-174 06 05\n")
    monkeypatch.setattr("gallra.service.seeing.Seeing._next", lambda *_: None)
    with made() as house:
        run_cycle(house)
        assert outcomes(house) == {b"scan.pdf": Outcome.READ_IN_PART, b"text.txt": Outcome.READ}
        assert house.catalogue.unseen().page_count == 1
        monkeypatch.undo()
        seeing = Seeing(house)
        try:
            assert looked_at(seeing, house)[b"scan.pdf"] is Outcome.READ
        finally:
            seeing.close()
        (found,) = [x for x in house.catalogue.catalogued() if x.record.path == b"scan.pdf"]
        entities = dict(found.record.entities)
        assert {"PERSON", "PHONE_NUMBER"} <= set(entities)
        assert house.catalogue.unseen().file_count == 0


def test_a_scan_that_takes_long_keeps_no_other_file_waiting(club, monkeypatch):
    share, made = club
    scan(share / "scan.pdf")
    with made() as house:
        with monkeypatch.context() as blind:
            blind.setattr("gallra.service.seeing.Seeing._next", lambda *_: None)
            run_cycle(house)
        seeing = Seeing(house)
        try:
            while not any(worker.key is not None for worker in seeing._eyes._workers):
                assert seeing.look(clock.now(), {"gemensam"}, timeout_seconds=0.1)
            for reader in seeing._eyes.process_ids:
                os.kill(reader, signal.SIGSTOP)  # from now on it takes for ever
            (share / "text.txt").write_text("Ring Kari Nilsen, 070-174 06 05\n")
            with monkeypatch.context() as blind:
                blind.setattr("gallra.service.seeing.Seeing._next", lambda *_: None)
                run_cycle(house, worker_count=1)
            assert outcomes(house) == {
                b"scan.pdf": Outcome.READ_IN_PART,
                b"text.txt": Outcome.READ,
            }
            assert seeing.is_busy
        finally:
            seeing.close()


def test_no_more_pages_than_a_day_allows(club, monkeypatch):
    share, made = club
    scan(share / "a.pdf", pages=2)
    scan(share / "b.pdf", pages=2)
    with made(pages=3) as house:
        monkeypatch.setattr("gallra.service.seeing.Seeing._next", lambda *_: None)
        run_cycle(house)
        monkeypatch.undo()
        seeing = Seeing(house)
        try:
            ended = looked_at(seeing, house)
            assert sorted(ended.values()) == [Outcome.READ, Outcome.READ_IN_PART]
            assert house.catalogue.unseen().page_count == 2
            today = clock.now()
            monkeypatch.setattr(clock, "now", lambda: today + timedelta(days=1))
            assert set(looked_at(seeing, house).values()) == {Outcome.READ}
        finally:
            seeing.close()


def test_a_file_with_more_pages_than_a_day_has_a_day_to_itself(club):
    share, made = club
    scan(share / "a.pdf", pages=2)
    with made(pages=1) as house:
        run_cycle(house)
        assert outcomes(house) == {b"a.pdf": Outcome.READ}


def test_nothing_is_looked_at_where_the_rules_say_none(club):
    share, made = club
    scan(share / "a.pdf")
    with made(pages=0) as house:
        run_cycle(house)
        assert outcomes(house) == {b"a.pdf": Outcome.READ_IN_PART}
        assert house.catalogue.unseen().page_count == 1


def test_what_was_known_stands_when_the_reader_dies_and_after_three_times_it_is_left(
    club, monkeypatch
):
    share, made = club
    scan(share / "a.pdf")
    with made() as house:
        monkeypatch.setattr("gallra.service.seeing.Seeing._next", lambda *_: None)
        run_cycle(house)
        monkeypatch.undo()
        seeing = Seeing(house)
        deaths = 0
        try:
            for _ in range(4000):
                if not seeing.look(clock.now(), {"gemensam"}, timeout_seconds=0.02):
                    break
                for worker in seeing._eyes._workers:
                    if worker.key is not None:
                        os.kill(worker.child.pid, signal.SIGKILL)
                        deaths += 1
                        worker.child.wait()
        finally:
            seeing.close()
        assert deaths >= 3
        assert outcomes(house) == {b"a.pdf": Outcome.READ_IN_PART}
        left = house.catalogue.unseen()
        assert (left.file_count, left.given_up_count) == (0, 1)


def test_the_table_of_words_becomes_lines_and_a_confidence():
    head = "\t".join(f"c{n}" for n in range(12))
    rows = [
        "5\t1\t1\t1\t1\t1\t0\t0\t0\t0\t90\tHej",
        "5\t1\t1\t1\t1\t2\t0\t0\t0\t0\t70\tKari",
        "5\t1\t2\t1\t1\t1\t0\t0\t0\t0\t80\tSlut",
        "4\t1\t2\t1\t1\t0\t0\t0\t0\t0\t-1\t",
    ]
    text, confidence = words_of("\n".join([head, *rows]).encode())
    assert text == "Hej Kari\n\nSlut"
    assert confidence == pytest.approx((90 * 3 + 70 * 4 + 80 * 4) / 11, abs=0.1)
