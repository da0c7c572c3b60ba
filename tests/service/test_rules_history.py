"""Rules turned back and forth, crashes, catalogues that are lost: no wait is shorter for it."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed, Entry
from gallra.model.passage import Outcome
from gallra.model.record import Act, CataloguedRecord, Record, RecordState
from gallra.policy.classify import classify
from gallra.policy.plan import plan
from gallra.policy.schedule import due
from gallra.service import clock, history
from gallra.service.house import House
from gallra.store.history import RulesVersion

BEGIN = datetime(2030, 1, 1, 12, tzinfo=UTC)
WAIT = 14
RULES = """\
version = 1
mode = "enforce"
[organisation]
name = "Klubben"
timezone = "UTC"
[share.g]
path = "/srv/g"
role = "common-area"
[class.list]
title = "Listor"
purpose = "Listor"
legal_basis = ["GDPR 6(1)(b)"]
source = "Klubben"
authority = "1"
keep = "{keep}"
from = "first-seen"
then = "destroy"
[[rule]]
class = "list"
when = {{ path = "**" }}
"""
TEXTS = {
    "loose": RULES.format(keep="1 year"),
    "loose too": RULES.format(keep="1 year").replace("Listor", "Register"),
    "looser": RULES.format(keep="6 months"),
    "strict": RULES.format(keep="10 years"),
}
LETS_GO = {"loose", "loose too", "looser"}


def item_of(house):
    seen_at = BEGIN - timedelta(days=3 * 365)
    record = Record(
        record_id=1, share="g", role="common-area", path=b"a.txt", part="", kind="txt",
        outcome=Outcome.READ, modified_at=seen_at, first_seen_at=seen_at,
    )  # fmt: skip
    classification = classify(record, house.schedule)
    signature = FileSignature(
        device=1, inode=1, size_bytes=1, modified_ns=0, changed_ns=0, link_count=1
    )
    return CataloguedRecord(
        record=record,
        classification=classification,
        due=due(record, classification, house.schedule),
        state=RecordState.PRESENT,
        signature=signature,
        file_id=1,
    )


def act_of(house):
    found = plan(
        [item_of(house)],
        holds=(),
        schedule=house.schedule,
        now=clock.now(),
        is_whole=True,
        formers=history.formers(house),
    )
    return found.dispositions[0]


class Club:
    """Rules on disk, a state directory, and a clock that is moved by hand."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.now = folder, BEGIN
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self.house = None

    def write(self, name):
        (self.folder / "rules.toml").write_text(TEXTS[name], "utf-8")

    def start(self):
        self.stop()
        self.house = House.open(self.folder / "rules.toml", self.folder / "state")

    def take_up(self, name):
        self.write(name)
        if self.house is None:
            self.start()
        else:
            self.house.reload()
        history.note_rules(self.house, self.now)

    def stop(self):
        if self.house is not None:
            self.house.close()
        self.house = None

    def lose_catalogue(self):
        self.stop()
        for path in (self.folder / "state").glob("catalogue.db*"):
            path.unlink()
        self.start()
        self.house.new_catalogue(self.now)
        history.note_rules(self.house, self.now)


def test_rules_that_a_crash_kept_from_the_ledger_reach_it_later(club):
    club.take_up("loose")
    club.write("strict")
    club.house.reload()
    version = RulesVersion(digest=club.house.schedule.digest, text=club.house.text, since=club.now)
    club.house.catalogue.note_rules(version)
    club.take_up("loose")
    club.lose_catalogue()

    assert act_of(club.house).act is Act.WAIT


@pytest.fixture
def club(tmp_path, monkeypatch):
    made = Club(tmp_path, monkeypatch)
    yield made
    made.stop()


def test_the_first_rules_begin_at_once(club):
    club.take_up("loose")

    assert act_of(club.house).act is Act.QUARANTINE


def test_rules_that_let_more_go_wait(club):
    club.take_up("strict")
    club.now += timedelta(days=1)
    club.take_up("loose")

    waiting = act_of(club.house)

    assert (waiting.act, waiting.would) == (Act.WAIT, Act.QUARANTINE)
    assert waiting.waits_until == (club.now + timedelta(days=WAIT)).date()
    club.now += timedelta(days=WAIT)
    assert act_of(club.house).act is Act.QUARANTINE


def test_rules_that_nobody_took_up_yet_are_shown_as_waiting(club):
    club.take_up("strict")
    club.write("loose")
    club.house.reload()

    assert act_of(club.house).act is Act.WAIT


def test_a_catalogue_that_is_lost_ends_no_wait(club):
    club.take_up("strict")
    club.now += timedelta(days=30)
    club.take_up("loose")
    club.now += timedelta(days=10)
    before = act_of(club.house).waits_until

    club.lose_catalogue()

    assert act_of(club.house).waits_until == before


def test_an_old_copy_of_the_catalogue_ends_no_wait(club):
    club.take_up("loose")
    club.stop()
    shutil.copy(club.folder / "state/catalogue.db", club.folder / "old.db")
    club.now += timedelta(days=30)
    club.take_up("strict")
    club.now += timedelta(days=1)
    club.take_up("loose too")
    assert act_of(club.house).act is Act.WAIT
    club.stop()
    for path in (club.folder / "state").glob("catalogue.db*"):
        path.unlink()
    shutil.copy(club.folder / "old.db", club.folder / "state/catalogue.db")

    club.take_up("loose")

    assert act_of(club.house).act is Act.WAIT


def test_where_the_ledger_tells_of_acts_but_not_of_rules_everything_waits(club):
    club.write("loose")
    club.start()
    entry = Entry(deed=Deed.NOT_DONE, act="move", intent=0, rules_digest="0" * 64)
    begun = replace(entry, deed=Deed.INTENT, intent=None)
    club.house.ledger.append((begun, entry), at=club.now)
    club.house.new_catalogue(club.now)
    club.take_up("loose")

    assert act_of(club.house).act is Act.WAIT
    club.now += timedelta(days=WAIT)
    assert act_of(club.house).act is Act.QUARANTINE


def test_more_different_rules_than_are_asked_count_as_having_kept_everything(club, monkeypatch):
    monkeypatch.setattr(history, "MOST_FORMERS", 1)
    for name in ("loose", "loose too", "looser", "loose"):
        club.now += timedelta(hours=1)
        club.take_up(name)
    assert act_of(club.house).act is Act.QUARANTINE  # all say the same, or it is the only one
    TEXTS["loosest"] = RULES.format(keep="1 month")
    club.now += timedelta(hours=1)
    club.take_up("loosest")

    assert act_of(club.house).act is Act.WAIT


class Turning(RuleBasedStateMachine):
    """Rules come and go, days pass, processes are killed, catalogues are lost."""

    @initialize()
    def begin(self):
        self.patch = pytest.MonkeyPatch()
        self.folder = self.factory.mktemp("turning")
        self.club = Club(self.folder, self.patch)
        self.club.take_up("strict")
        self.taken_up = [("strict", self.club.now)]

    @rule(name=st.sampled_from(sorted(LETS_GO | {"strict"})))
    def take_up(self, name):
        self.club.now += timedelta(minutes=1)
        self.club.take_up(name)
        self.taken_up.append((name, self.club.now))

    @rule(name=st.sampled_from(sorted(LETS_GO | {"strict"})))
    def be_killed_between_catalogue_and_ledger(self, name):
        self.club.now += timedelta(minutes=1)
        self.club.write(name)
        self.club.house.reload()
        house = self.club.house
        version = RulesVersion(digest=house.schedule.digest, text=house.text, since=self.club.now)
        house.catalogue.note_rules(version)
        self.taken_up.append((name, self.club.now))
        self.club.start()
        history.note_rules(self.club.house, self.club.now)

    @rule(days=st.integers(min_value=1, max_value=15))
    def pass_days(self, days):
        self.club.now += timedelta(days=days)

    @rule()
    def restart(self):
        self.club.start()
        history.note_rules(self.club.house, self.club.now)

    @rule()
    def lose_catalogue(self):
        self.club.lose_catalogue()

    @invariant()
    def nothing_goes_that_rules_of_the_last_days_would_keep(self):
        ends = [at for _, at in self.taken_up[1:]] + [None]
        today = self.club.now.date()
        asked = [
            name
            for (name, _), end in zip(self.taken_up, ends, strict=True)
            if end is None or end.date() + timedelta(days=WAIT) > today
        ]
        is_taken = act_of(self.club.house).act is Act.QUARANTINE
        assert is_taken == LETS_GO.issuperset(asked)

    def teardown(self):
        if hasattr(self, "club"):
            self.club.stop()
            self.patch.undo()
            shutil.rmtree(self.folder, ignore_errors=True)


def test_rules_turned_back_and_forth_never_shorten_the_wait(tmp_path_factory):
    Turning.factory = tmp_path_factory
    case = Turning.TestCase
    case.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
    case("runTest").runTest()
