"""systemd and journald hear what they should, in the form they expect."""

import os
import socket
import struct

import pytest

from gallra.service import journal
from gallra.service.notify import notify, watchdog_seconds


@pytest.fixture
def listener(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "door"))
        door.settimeout(60)
        yield door


def test_systemd_hears_every_assignment_in_one_datagram(listener, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", listener.getsockname())

    notify("READY=1", "STATUS=å")

    assert listener.recv(4096).decode() == "READY=1\nSTATUS=å"


def test_without_systemd_nothing_is_said(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    notify("READY=1")


def test_the_watchdog_is_fed_twice_as_often_as_it_asks(monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))

    assert watchdog_seconds() == 30.0


def test_another_process_is_not_watched(monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")

    assert watchdog_seconds() is None


def test_a_journal_entry_keeps_its_fields_apart_even_with_line_breaks(listener, monkeypatch):
    monkeypatch.setattr(journal, "_SOCKET", listener.getsockname())

    journal.write("one\nPRIORITY=0", priority=4, fields={"CLASS": "case", "MESSAGE_ID": "ab"})

    text = b"one\nPRIORITY=0"
    assert listener.recv(4096) == (
        b"MESSAGE\n" + struct.pack("<Q", len(text)) + text + b"\n"
        b"PRIORITY=4\nSYSLOG_IDENTIFIER=gallra\nGALLRA_CLASS=case\nMESSAGE_ID=ab\n"
    )
