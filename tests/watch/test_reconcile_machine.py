"""Whatever is done to a share, after a pass the catalogue holds exactly what is there."""

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gallra.model.share import Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.watch.reconcile import Reconciler

NAMES = st.sampled_from([b"a", b"b", b"c", b"\xff", b"n\n"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(b"/".join)
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class AnyChange(RuleBasedStateMachine):
    """Random changes to a tree, random passes over it."""

    def __init__(self):
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.root = os.fsencode(self.place / "share")
        os.mkdir(self.root)
        self.share = Share(
            name="s", path=self.root, role=ShareRole.CASE_AREA, quarantine=b"/nowhere", line=1
        )
        self.catalogue = Catalogue.open(self.place / "catalogue.db")
        self.reconciler = Reconciler(self.catalogue, [self.share])
        self.now = START
        self.events = set()
        self.has_settled = True

    def teardown(self):
        self.catalogue.close()
        shutil.rmtree(self.place)

    def whole(self, path):
        return self.root + b"/" + path

    def touched(self, path):
        self.has_settled = False
        self.events.add(os.path.dirname(path))

    @rule(path=PATHS, content=st.binary(max_size=3))
    def write(self, path, content):
        try:
            os.makedirs(os.path.dirname(self.whole(path)), exist_ok=True)
            with open(self.whole(path), "wb") as file:
                file.write(content)
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            pass
        self.touched(path)

    @rule(source=PATHS, goal=PATHS)
    def rename(self, source, goal):
        try:
            os.rename(self.whole(source), self.whole(goal))
        except OSError:
            return
        self.touched(source)
        self.touched(goal)
        # What the observer tells of a directory that came: it, and everything in it.
        for directory, _, _ in os.walk(self.whole(goal)):
            self.events.add(os.path.relpath(directory, self.root))

    @rule(path=PATHS)
    def remove(self, path):
        whole = self.whole(path)
        if os.path.isdir(whole):
            shutil.rmtree(whole)
        elif os.path.exists(whole):
            os.unlink(whole)
        self.touched(path)

    @rule(source=PATHS, goal=PATHS)
    def link(self, source, goal):
        try:
            os.link(self.whole(source), self.whole(goal))
        except OSError:
            return
        self.touched(goal)

    @rule()
    def full_pass(self):
        self.settle(self.reconciler.full_pass(self.share, self.now))

    @rule()
    def pruned_pass(self):
        self.settle(self.reconciler.pruned_pass(self.share, self.now))

    @rule()
    def follow_events(self):
        self.catalogue.mark_dirty("s", self.events, self.now)
        for _ in self.reconciler.scan_dirty(self.now, timedelta(seconds=60)):
            pass
        self.settle(None)

    def settle(self, _):
        self.events.clear()
        self.has_settled = True
        self.now += timedelta(hours=1)

    @invariant()
    def the_catalogue_holds_what_is_there(self):
        if not self.has_settled:
            return
        there = {
            os.path.relpath(os.path.join(directory, name), self.root)
            for directory, _, names in os.walk(self.root)
            for name in names
        }
        known = {each.path: each for each in self.catalogue.known_files("s")}
        assert set(known) == there
        assert self.catalogue.file_count("s") == len(there)
        assert self.catalogue.backlog_count() == sum(each.is_pending for each in known.values())
        for path, each in known.items():
            status = os.stat(self.whole(path))
            assert each.signature.inode == status.st_ino
            assert each.first_seen_at <= self.now


TestAnyChange = AnyChange.TestCase
TestAnyChange.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
