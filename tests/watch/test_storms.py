"""Storms of changes, while a real observer watches: afterwards everything is in the catalogue.

Each storm rages in a process of its own while the catalogue follows, as the daemon does it: hints
are noted, what is dirty is looked at.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import tarfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from gallra.service import clock
from gallra.watch.observer import Lost, Observer, Watched, note_hints

PATIENCE_SECONDS = 600
"""Ends only a test that has failed."""


@dataclass(kw_only=True)
class Weather:
    """The observer, and the catalogue that follows it."""

    share: object
    catalogue: object
    reconciler: object
    present: object
    on_disk: object
    observer: Observer = field(default_factory=Observer)
    lost: list[str] = field(default_factory=list)

    def listen(self):
        """Note what is told and look at what is dirty, once."""
        now = clock.now()
        if self.observer.is_alive:
            select.select([self.observer.fileno()], [], [], 0.1)
        hints = self.observer.read()
        self.lost += [each.reason.template for each in hints if isinstance(each, Lost)]
        note_hints(self.catalogue, hints, now)
        # What changed a moment ago is looked at once more later: here, at once.
        self.reconciler.scan_dirty(now + timedelta(seconds=10), timedelta(seconds=0.5))
        return hints

    def begin(self):
        self.observer.start([self.share])
        while not any(isinstance(each, Watched) for each in self.listen()):
            pass
        self.catches_up()

    def rage(self, storm):
        """Let ``storm`` rage in a process of its own, and follow it."""
        child = os.fork()
        if child == 0:
            code = 1
            with contextlib.suppress(BaseException):  # the parent is told by the code
                storm(self.share.path)
                code = 0
            os._exit(code)
        ended = 0
        while not ended:
            self.listen()
            ended, status = os.waitpid(child, os.WNOHANG)
        assert status == 0, "the storm itself failed"

    def catches_up(self):
        """Wait until the catalogue holds what is there, each file once."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.present()) != (there := self.on_disk()):
            assert time.monotonic() < deadline, (len(there - found), len(found - there))
            self.listen()

    def has_inodes(self):
        """Tell whether each path is catalogued with the file that lies there."""
        return all(
            each.signature.inode == os.lstat(os.path.join(self.share.path, each.path)).st_ino
            for each in self.catalogue.known_files(self.share.name)
        )


@pytest.fixture
def weather(share, catalogue, reconciler, present, on_disk):
    made = Weather(
        share=share, catalogue=catalogue, reconciler=reconciler, present=present, on_disk=on_disk
    )
    yield made
    made.observer.stop()


def test_creations_in_directories_that_are_there(weather, write):
    write({b"m%03d/" % number: b"" for number in range(500)})
    weather.begin()

    def storm(root):
        for number in range(50_000):
            with open(os.path.join(root, b"m%03d/f%d" % (number % 500, number)), "wb") as file:
                file.write(b"x")

    weather.rage(storm)
    weather.catches_up()
    assert weather.catalogue.file_count(weather.share.name) == 50_000


def test_an_archive_unpacked_into_new_directories(weather, tmp_path):
    packed = tmp_path / "mappar.tar"
    (tmp_path / "fil").write_bytes(b"x")
    with tarfile.open(packed, "w") as archive:
        for number in range(2_500):
            archive.add(tmp_path / "fil", f"m{number % 50}/n{number}/fil")
    weather.begin()
    weather.rage(lambda root: subprocess.run(["tar", "xf", packed, "-C", root], check=True))
    weather.catches_up()
    assert weather.catalogue.file_count(weather.share.name) == 2_500


def test_a_tree_moved_in_and_written_into_at_once(weather, tmp_path):
    for number in range(3_000):
        folder = tmp_path / f"utanför/m{number % 30}/n{number}/o"
        folder.mkdir(parents=True)
        (folder / "fil").write_bytes(b"x")
    weather.begin()

    def storm(root):
        os.rename(tmp_path / "utanför", os.path.join(root, b"inne"))
        for number in range(3_000):
            below = os.path.join(root, b"inne/m%d/n%d/o" % (number % 30, number))
            Path(os.fsdecode(below), "ny").write_bytes(b"y")
            os.makedirs(below + b"/p/q")
            Path(os.fsdecode(below), "p/q/djupt").write_bytes(b"z")

    weather.rage(storm)
    weather.catches_up()
    assert weather.catalogue.file_count(weather.share.name) == 3 * 3_000


def test_directories_made_eight_deep_with_a_file_in_each_last(weather):
    weather.begin()

    def storm(root):
        for number in range(2_000):
            deep = os.path.join(root, b"/".join(b"%d_%d" % (number, each) for each in range(8)))
            os.makedirs(deep)
            Path(os.fsdecode(deep), "fil").write_bytes(b"x")

    weather.rage(storm)
    weather.catches_up()
    assert weather.catalogue.file_count(weather.share.name) == 2_000


def test_directories_and_files_renamed_back_and_forth(weather, write):
    write({b"m%d/inre/f%d" % (number, each): b"x" for number in range(40) for each in range(5)})
    weather.begin()

    def storm(root):
        for turn in range(400):
            for number in range(40):
                here = os.path.join(root, b"m%d" % number)
                away = os.path.join(root, b"m%d borta" % number)
                os.rename(here, away)
                os.rename(away + b"/inre/f0", away + b"/inre/g%d" % turn)
                os.rename(away + b"/inre/g%d" % turn, away + b"/inre/f0")
                os.rename(away, here if turn % 2 else away + b"2")
                if not turn % 2:
                    os.rename(away + b"2", here)

    weather.rage(storm)
    weather.catches_up()
    assert weather.has_inodes()
    assert weather.catalogue.file_count(weather.share.name) == 200


def test_atomic_saves_of_the_same_names(weather, write):
    write({b"m%d/f%d" % (number % 10, number): b"x" for number in range(200)})
    weather.begin()

    def storm(root):
        for turn in range(20_000):
            number = turn % 200
            path = os.path.join(root, b"m%d/f%d" % (number % 10, number))
            Path(os.fsdecode(path + b".tmp")).write_bytes(b"%d" % turn)
            os.replace(path + b".tmp", path)

    weather.rage(storm)
    weather.catches_up()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not weather.has_inodes():
        assert time.monotonic() < deadline
        weather.listen()
    assert weather.catalogue.file_count(weather.share.name) == 200


def test_trees_removed_and_made_again_under_the_same_names(weather, write):
    write({b"m%d/a/b/f" % number: b"x" for number in range(20)})
    weather.begin()

    def storm(root):
        for turn in range(200):
            for number in range(20):
                top = os.path.join(root, b"m%d" % number)
                shutil.rmtree(top)
                os.makedirs(top + b"/a/b")
                Path(os.fsdecode(top), "a/b/f").write_bytes(b"%d" % turn)

    weather.rage(storm)
    weather.catches_up()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not weather.has_inodes():
        assert time.monotonic() < deadline
        weather.listen()


@pytest.mark.root
def test_more_directories_than_may_be_watched(weather, write, limit):
    write({b"m%d/" % number: b"" for number in range(300)})
    limit("max_user_watches", 100)
    weather.begin()

    def storm(root):
        for number in range(5_000):
            name = b"m%d/f%d" % (number % 300, number)
            Path(os.fsdecode(os.path.join(root, name))).write_bytes(b"x")

    weather.rage(storm)
    coverage = weather.catalogue.coverage(weather.share.name)
    assert coverage.watched_directory_count < 300
    assert coverage.events_lost_at is not None
    # What nobody is told of, the pass that comes every few minutes finds.
    weather.reconciler.pruned_pass(weather.share, clock.now())
    weather.catches_up()


@pytest.mark.root
def test_more_events_than_the_kernel_keeps(weather, write, limit):
    write({b"m%d/" % number: b"" for number in range(100)})
    limit("max_queued_events", 64)
    weather.begin()

    def storm(root):
        for number in range(20_000):
            folder = os.path.join(root, b"m%d/n%d" % (number % 100, number))
            os.mkdir(folder)
            Path(os.fsdecode(folder), "fil").write_bytes(b"x")

    weather.rage(storm)
    weather.catches_up()
    coverage = weather.catalogue.coverage(weather.share.name)
    assert any("max_queued_events" in each for each in weather.lost)
    assert coverage.reconciled_at >= coverage.events_lost_at


def test_the_observer_killed_in_the_middle(weather, write):
    write({b"m%d/" % number: b"" for number in range(100)})
    weather.begin()
    victim = weather.observer._process.pid

    def storm(root):
        for number in range(20_000):
            if number == 10_000:
                os.kill(victim, signal.SIGKILL)
            name = b"m%d/f%d" % (number % 100, number)
            Path(os.fsdecode(os.path.join(root, name))).write_bytes(b"x")

    weather.rage(storm)
    weather.catches_up()
    assert "the observer ended unexpectedly" in weather.lost
