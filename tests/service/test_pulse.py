"""In the midst of long work the daemon gives signs of life, and answers who asks for figures."""

import os
import selectors
import socket
import textwrap
from datetime import timedelta

import pytest

from gallra.service import clock, pulse
from gallra.service.house import House
from gallra.service.pool import Pool
from gallra.service.pulse import Pulse
from gallra.service.shares import look_at_shares, reconciler_of
from gallra.service.showing import Showing
from gallra.service.voice import Voice

FOLDER_COUNT = 20
RULES = """
    version = 1
    [organisation]
    name = "Klubben vid Exempelbolaget"
    language = "en"
    timezone = "Europe/Stockholm"
    [share.gemensam]
    path = "{share}"
    role = "common-area"
"""


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    for number in range(FOLDER_COUNT):
        (tmp_path / "share" / f"{number}").mkdir(parents=True)
        (tmp_path / "share" / f"{number}" / "en.txt").write_text("text\n")
    rules = textwrap.dedent(RULES.format(share=tmp_path / "share"))
    (tmp_path / "rules.toml").write_text(rules, "utf-8")
    with House.open(tmp_path / "rules.toml", tmp_path / "state") as found:
        yield found


@pytest.fixture
def showing(house):
    selector = selectors.DefaultSelector()
    pool = Pool(size=1, digest_keys={})
    found = Showing(house, Voice("en"), selector, pool)
    house.catalogue.register_shares(house.schedule.shares)
    found.open()
    yield found
    found.close()
    pool.close()
    selector.close()


def full_pass(house, goes_on):
    looks = look_at_shares(house)
    return reconciler_of(house, looks, goes_on=goes_on).full_pass(looks[0].share, clock.now())


def asking(house):
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.settimeout(60)
    folder = os.open(house.state, os.O_PATH)
    door.connect(f"/proc/self/fd/{folder}/metrics.sock")
    os.close(folder)
    door.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
    return door


def heard(door):
    found = b""
    while received := door.recv(1 << 16):
        found += received
    return found.decode("utf-8")


def test_who_asks_while_a_full_pass_runs_is_answered_with_the_figures_of_before(
    house, showing, monkeypatch
):
    monkeypatch.setattr(pulse, "EVERY_SECONDS", 0.0)
    told = []
    beat = Pulse(showing.answer)

    with asking(house) as door:

        def goes_on():
            went_on = beat.goes_on()
            if not told and not showing.is_busy:
                told.append(heard(door))  # nobody turned the loop but the pass itself
            return went_on

        result = full_pass(house, goes_on)

    assert result.new == FOLDER_COUNT
    assert 'gallra_files{share="gemensam"} 0.0' in told[0]
    assert told[0].endswith("# EOF\n")


def test_after_the_pass_the_figures_are_those_of_after_it(house, showing, monkeypatch):
    full_pass(house, lambda: True)
    monkeypatch.setattr("gallra.service.showing.FRESH_FOR", timedelta(0))
    with asking(house) as door:
        while not showing.is_busy:
            serve(showing)
        while showing.is_busy:
            serve(showing)
        assert f'gallra_files{{share="gemensam"}} {FOLDER_COUNT}.0' in heard(door)


def serve(showing):
    for key, _ in showing._selector.select(60):
        showing.serve(key.data)


def test_the_watchdog_hears_of_a_long_pass(house, tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "door"))
        door.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", door.getsockname())
        monkeypatch.setenv("WATCHDOG_USEC", "4")
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        monkeypatch.setattr(pulse, "EVERY_SECONDS", 0.0)
        beat = Pulse(lambda: None)

        told = []

        def goes_on():
            went_on = beat.goes_on()
            told.append(door.recv(100))
            return went_on

        full_pass(house, goes_on)

    assert len(told) > FOLDER_COUNT
    assert set(told) == {b"WATCHDOG=1"}


def test_it_is_asked_as_often_as_one_likes_and_beats_seldom(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(pulse.clock, "steady_seconds", lambda: now[0])
    answered = []
    beat = Pulse(lambda: answered.append(now[0]))
    for _ in range(1024):
        assert beat.goes_on()
        now[0] += pulse.EVERY_SECONDS / 16

    assert len(answered) == 1024 // 16


def test_once_stopped_nothing_more_is_begun(house):
    beat = Pulse(lambda: None)
    beat.is_stopping = True

    assert full_pass(house, beat.goes_on).directories == 0
    assert house.catalogue.file_count("gemensam") == 0
