"""Whatever stops the hand, wherever: no version of a file is lost, and nothing happens twice."""

import contextlib
import errno
import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from gallra.dispose.disk import Disk
from gallra.model.errors import GallraError
from gallra.model.ledger import Deed
from gallra.store.effects import Effects

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


class PowerCutError(BaseException):
    """The machine stops: nothing of ours may catch this."""


class Fate:
    """Counts effects, and strikes at the one it was set to, before or after it."""

    def __init__(self):
        self.countdown = None
        self.is_after = False
        self.code = None
        self.seen = []

    def set(self, countdown, *, is_after=False, code=None):
        self.countdown, self.is_after, self.code = countdown, is_after, code

    def around(self, name, call, *arguments):
        self.seen.append(name)
        if self.countdown is not None:
            self.countdown -= 1
        is_struck = self.countdown == 0
        if is_struck and self.code is not None:
            raise OSError(self.code, os.strerror(self.code))
        if is_struck and not self.is_after:
            raise PowerCutError
        answer = call(*arguments)
        if is_struck:
            raise PowerCutError
        return answer


class FatefulDisk(Disk):
    """A disk on which any single call can be the last, or fail."""

    def __init__(self, fate):
        super().__init__()
        self.fate = fate

    def rename(self, *arguments):
        return self.fate.around("rename", super().rename, *arguments)

    def unlink(self, *arguments):
        return self.fate.around("unlink", super().unlink, *arguments)

    def fsync(self, *arguments):
        return self.fate.around("fsync", super().fsync, *arguments)

    def make_directory(self, *arguments):
        return self.fate.around("mkdir", super().make_directory, *arguments)

    def sha256(self, *arguments):
        return self.fate.around("read", super().sha256, *arguments)

    def status(self, *arguments):
        return self.fate.around("stat", super().status, *arguments)

    def open_file(self, *arguments):
        return self.fate.around("open", super().open_file, *arguments)

    def exchange(self, *arguments):
        return self.fate.around("exchange", super().exchange, *arguments)

    def create(self, *arguments):
        return self.fate.around("create", super().create, *arguments)

    def write(self, *arguments):
        return self.fate.around("write", super().write, *arguments)


class FatefulCopies(FatefulDisk):
    """The same, where everything has to be copied into quarantine and back."""

    def is_one_mount(self, _one, _other):
        return False


class FatefulEffects(Effects):
    """The same for the ledger."""

    def __init__(self, fate):
        super().__init__()
        object.__setattr__(self, "fate", fate)

    def write(self, *arguments):
        return self.fate.around("ledger write", super().write, *arguments)

    def truncate(self, *arguments):
        return self.fate.around("ledger truncate", super().truncate, *arguments)

    def fsync(self, *arguments):
        return self.fate.around("ledger fsync", super().fsync, *arguments)

    def replace(self, *arguments):
        return self.fate.around("ledger replace", super().replace, *arguments)

    def create(self, *arguments):
        return self.fate.around("ledger create", super().create, *arguments)

    def commit(self, *arguments):
        return self.fate.around("vault commit", super().commit, *arguments)


def mail_in(letter):
    """A letter without the line that only a mailbox has."""
    return letter.partition("\n")[2]


def require_covered(world, versions, digest_of):
    """Every version is in the share, in quarantine, or destroyed by the ledger's word."""
    there = set(world.tree().values()) | set(world.captured())
    everything = "".join(there)
    destroyed = world.digests_destroyed()
    lost = {
        text
        for text in versions
        if text not in there
        and digest_of(text) not in destroyed
        and not (text.startswith("From ") and mail_in(text) in everything)
    }
    assert not lost


def require_no_twins(world, letters):
    """No message is in its mailbox and in quarantine at once, nor twice in either."""
    everything = "".join([*world.tree().values(), *world.captured()])
    assert [each for each in map(mail_in, letters) if everything.count(each) > 1] == []


def require_once(world):
    """Every intent has exactly one outcome, and nothing is there and destroyed at once."""
    outcomes = [entry.entry.intent for entry in world.ledger.entries() if entry.entry.intent]
    assert len(outcomes) == len(set(outcomes))
    assert world.ledger.open_intents() == ()
    assert world.ledger.verify().is_good
    listed = {item.object_name for item in world.catalogue.quarantine_items()}
    assert listed == {path.name for path in world.quarantine.glob("*")}
    assert world.hand.strays() == ()
    assert world.staged() == []
    texts = [text for text in [*world.tree().values(), *world.captured()] if text]
    assert len(texts) == len(set(texts)), "a file lies in its share and in quarantine"


def whole_life(world):
    """Quarantine three files, restore one, destroy the others."""
    world.quarantined()
    items = sorted(world.catalogue.quarantine_items(), key=lambda item: item.path)
    if items:
        world.hand.restore(items[0].quarantine_id)
    world.later(31)
    world.destroyed()
    world.ledger.checkpoint()


def life_of_moves(world):
    """Move three files to the archive; one of them cannot go."""
    (world.archive / "avtal").mkdir(exist_ok=True)
    (world.archive / "avtal" / "a").write_text("was there before")
    world.moved()


@pytest.mark.parametrize("kind", [FatefulDisk, FatefulCopies])
@pytest.mark.parametrize(
    "how", [{"is_after": False}, {"is_after": True}, {"code": errno.EIO}, {"code": errno.ENOSPC}],
    ids=str,
)  # fmt: skip
def test_a_power_cut_or_an_error_at_every_effect_of_a_move_loses_nothing(
    tmp_path, make_world, kind, how
):
    countdown, count = 0, 1
    while countdown <= count:
        fate = Fate()
        path = tmp_path / str(countdown)
        path.mkdir()
        world = make_world(path, disk=kind(fate), effects=FatefulEffects(fate))
        world.write(VERSIONS)
        fate.seen.clear()
        fate.set(countdown or None, **how)
        with contextlib.suppress(PowerCutError, GallraError):
            life_of_moves(world)
        count = max(count, len(fate.seen)) if not countdown else count
        world.restart(disk=kind(Fate()))
        world.hand.recover()
        for _ in range(2):
            texts = [*world.tree().values(), *world.archived().values()]
            assert sorted(texts) == sorted([*VERSIONS.values(), "was there before"])
            require_once(world)
            world.scan()
            life_of_moves(world)
        assert world.tree()["a"] == "anna"
        countdown += 1


VERSIONS = {"a": "anna", "d/b": "bertil", "d/c": "cecilia"}


def life_of_messages(world):
    """Cut two messages out, put one back, destroy the other."""
    list(world.hand.quarantine(world.messages("d/in.mbox", 2, 3)))
    world.scan()
    items = sorted(world.catalogue.quarantine_items(), key=lambda item: item.part)
    if items:
        world.hand.restore(items[0].quarantine_id)
        world.scan()
    if len(items) > 1:
        world.hand.restore(items[1].quarantine_id, to=b"one.eml")
        world.scan()
    list(world.hand.quarantine(world.messages("d/in.mbox", 1)))
    world.later(31)
    world.destroyed()


def struck_among_messages(make_world, path, letters, countdown, **how):
    fate = Fate()
    path.mkdir()
    world = make_world(path, disk=FatefulDisk(fate), effects=FatefulEffects(fate))
    world.write({"d/in.mbox": "".join(letters)})
    fate.seen.clear()
    fate.set(countdown, **how)
    with contextlib.suppress(PowerCutError, GallraError):
        life_of_messages(world)
    world.restart()
    return world, len(fate.seen)


@pytest.mark.parametrize("is_after", [False, True])
def test_a_power_cut_at_every_effect_on_a_mailbox_loses_no_message(
    tmp_path, make_world, make_letter, is_after, digest_of
):
    letters = [make_letter(number, f"text {number}") for number in range(1, 5)]
    _, count = struck_among_messages(make_world, tmp_path / "whole", letters, None)
    for countdown in range(1, count + 1):
        path = tmp_path / str(countdown)
        world, _ = struck_among_messages(make_world, path, letters, countdown, is_after=is_after)
        world.hand.recover()
        require_covered(world, letters, digest_of)
        require_no_twins(world, letters)
        require_once(world)
        assert not [name for name in world.tree() if name.endswith(".lock")]
        world.scan()
        life_of_messages(world)
        require_covered(world, letters, digest_of)
        require_no_twins(world, letters)
        require_once(world)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.ESTALE], ids=errno.errorcode.get)
def test_an_error_at_every_effect_on_a_mailbox_loses_no_message(
    tmp_path, make_world, make_letter, code, digest_of
):
    letters = [make_letter(number, f"text {number}") for number in range(1, 5)]
    _, count = struck_among_messages(make_world, tmp_path / "whole", letters, None)
    for countdown in range(1, count + 1):
        world, _ = struck_among_messages(
            make_world, tmp_path / str(countdown), letters, countdown, code=code
        )
        world.hand.recover()
        require_covered(world, letters, digest_of)
        require_no_twins(world, letters)
        require_once(world)


def effects_of_a_life(make_world, path, kind=FatefulDisk):
    fate = Fate()
    path.mkdir()
    world = make_world(path, disk=kind(fate), effects=FatefulEffects(fate))
    world.write(VERSIONS)
    fate.seen.clear()
    whole_life(world)
    return list(fate.seen)


def struck(make_world, path, countdown, kind=FatefulDisk, **how):
    fate = Fate()
    path.mkdir()
    world = make_world(path, disk=kind(fate), effects=FatefulEffects(fate))
    world.write(VERSIONS)
    fate.set(countdown, **how)
    with contextlib.suppress(PowerCutError, GallraError):
        whole_life(world)
    world.restart(disk=kind(Fate()))
    return world


@pytest.mark.parametrize("kind", [FatefulDisk, FatefulCopies])
@pytest.mark.parametrize("is_after", [False, True])
def test_a_power_cut_at_every_effect_loses_nothing(tmp_path, make_world, is_after, kind, digest_of):
    count = len(effects_of_a_life(make_world, tmp_path / "whole", kind))
    for countdown in range(1, count + 1):
        world = struck(
            make_world, tmp_path / str(countdown), countdown, kind=kind, is_after=is_after
        )
        world.hand.recover()
        require_covered(world, VERSIONS.values(), digest_of)
        require_once(world)
        assert world.hand.recover().settled == ()
        world.scan()
        whole_life(world)
        require_covered(world, VERSIONS.values(), digest_of)
        require_once(world)


@pytest.mark.parametrize(
    "code",
    [errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ESTALE, errno.EDQUOT],
    ids=errno.errorcode.get,
)
@pytest.mark.parametrize("kind", [FatefulDisk, FatefulCopies])
def test_an_error_at_every_effect_loses_nothing(tmp_path, make_world, code, kind, digest_of):
    count = len(effects_of_a_life(make_world, tmp_path / "whole", kind))
    for countdown in range(1, count + 1):
        world = struck(make_world, tmp_path / str(countdown), countdown, kind=kind, code=code)
        world.hand.recover()
        require_covered(world, VERSIONS.values(), digest_of)
        require_once(world)


@pytest.mark.parametrize("seed", range(30))
def test_kill_9_at_a_random_moment_loses_nothing(tmp_path, make_world, seed, digest_of):
    world = make_world(tmp_path)
    versions = {f"d{number % 7}/{number}": f"text {number}" for number in range(400)}
    world.write(versions)
    world.close()
    script = """
        import sys
        from pathlib import Path
        sys.path[:0] = [sys.argv[1], sys.argv[2]]
        from conftest import World
        world = World(Path(sys.argv[3]))
        print("go", flush=True)
        world.quarantined()
        world.later(31)
        world.destroyed()
    """
    child = subprocess.Popen(
        [
            sys.executable, "-c", textwrap.dedent(script),
            str(HERE.parents[1] / "daemon"), str(HERE), str(tmp_path),
        ],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    with child:
        child.stdout.readline()
        moment = random.Random(seed).uniform(0, 0.35)
        try:
            child.wait(moment)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
    world.open()
    world.hand.recover()
    require_covered(world, versions.values(), digest_of)
    require_once(world)


class Life(RuleBasedStateMachine):
    """People write, gallra acts, power fails; the invariants hold after each step."""

    make_world = None
    make_letter = None
    make_path = None
    digest_of = None

    @initialize(kind=st.sampled_from([FatefulDisk, FatefulCopies]))
    def begin(self, kind):
        self.fate = Fate()
        self.versions = set()
        self.count = 0
        self.kind = kind
        self.world = self.make_world(
            self.make_path(), disk=kind(self.fate), effects=FatefulEffects(self.fate)
        )

    def acting(self, act):
        try:
            act()
        except (PowerCutError, GallraError):
            self.fate.set(None)
            self.world.restart(disk=self.kind(self.fate), effects=FatefulEffects(self.fate))
        self.fate.set(None)

    @rule(name=st.sampled_from(["a", "b", "d/a", "d/e/f"]))
    def write(self, name):
        self.count += 1
        text = f"version {self.count}"
        path = self.world.share / name
        # a person who replaces a version takes it away, and not gallra
        if path.exists():
            self.versions.discard(path.read_text())
        self.versions.add(text)
        self.world.write({name: text})

    @rule()
    def deliver(self):
        """Mail comes into a mailbox."""
        self.count += 1
        letter = type(self).make_letter(self.count, f"letter {self.count}")
        with (self.world.share / "in.mbox").open("a") as mailbox:
            mailbox.write(letter)
        self.versions.add(letter)
        self.world.scan()

    @rule()
    def scan(self):
        self.world.scan()

    @rule(countdown=st.none() | st.integers(1, 40), is_after=st.booleans())
    def quarantine(self, countdown, is_after):
        self.fate.set(countdown, is_after=is_after)
        self.acting(self.take)

    def take(self):
        list(self.world.hand.quarantine(self.world.due()))

    @rule(
        countdown=st.integers(1, 40),
        code=st.sampled_from([errno.EIO, errno.ENOSPC, errno.EROFS, errno.ESTALE]),
    )
    def fail(self, countdown, code):
        self.fate.set(countdown, code=code)
        self.acting(self.take)

    @rule(countdown=st.none() | st.integers(1, 40), is_after=st.booleans())
    def destroy(self, countdown, is_after):
        self.fate.set(countdown, is_after=is_after)
        self.acting(self.world.destroyed)

    @rule(
        countdown=st.none() | st.integers(1, 40), is_after=st.booleans(),
        number=st.integers(0, 20), to=st.sampled_from([None, None, b"back"]),
    )  # fmt: skip
    def restore(self, countdown, is_after, number, to):
        items = list(self.world.catalogue.quarantine_items())
        if items:
            item = items[number % len(items)]
            self.fate.set(countdown, is_after=is_after)
            self.acting(lambda: self.world.hand.restore(item.quarantine_id, to=to))

    @rule(
        countdown=st.none() | st.integers(1, 40), is_after=st.booleans(),
        code=st.sampled_from([None, errno.EIO]),
    )  # fmt: skip
    def move(self, countdown, is_after, code):
        self.fate.set(countdown, is_after=is_after, code=code)
        self.acting(self.world.moved)

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.world.later(days)

    @rule()
    def recover(self):
        self.world.hand.recover()
        require_once(self.world)
        require_no_twins(self.world, [text for text in self.versions if text.startswith("From ")])

    @rule()
    def sign(self):
        self.world.ledger.checkpoint()

    @invariant()
    def every_version_is_accounted_for(self):
        announced = {
            dict(entry.entry.clear)["sha256"]
            for entry in self.world.ledger.open_intents()
            if entry.entry.act == "destroy"
        }
        there = set(self.world.tree().values()) | set(self.world.captured())
        there |= set(self.world.archived().values()) | set(self.world.waiting())
        everything = "".join(there)
        covered = self.world.digests_destroyed() | announced
        lost = {
            text
            for text in self.versions
            if text not in there
            and type(self).digest_of(text) not in covered
            and type(self).digest_of(mail_in(text)) not in covered
            and not (text.startswith("From ") and mail_in(text) in everything)
        }
        assert not lost


@pytest.fixture
def path_of(request, tmp_path_factory):
    """In memory a sync costs nothing; on disk the number of an inode soon comes back."""
    if request.param != "memory" or not MEMORY.is_dir():
        yield lambda: tmp_path_factory.mktemp("life")
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield lambda: Path(tempfile.mkdtemp(dir=folder))


@pytest.mark.parametrize(
    ("path_of", "lives"), [("memory", 300), ("disk", 40)], indirect=["path_of"]
)
def test_a_long_life_with_faults_loses_nothing(path_of, lives, make_world, make_letter, digest_of):
    life = type(
        "Life",
        (Life,),
        {
            "make_world": staticmethod(make_world),
            "make_path": staticmethod(path_of),
            "digest_of": staticmethod(digest_of),
            "make_letter": staticmethod(make_letter),
        },
    )
    run_state_machine_as_test(
        life,
        settings=settings(
            max_examples=lives,  # of 30 steps: 10,000 in every run
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        ),
    )


def test_the_ledger_names_every_destruction_exactly_once(tmp_path, make_world):
    world = make_world(tmp_path)
    world.write(VERSIONS)
    whole_life(world)

    assert world.deeds().count(Deed.DESTROYED) == 2
    assert world.deeds().count(Deed.RESTORED) == 1
