"""What is read comes back as it was, is due when it is due, and has one fate with its file."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.arrival import Arrival, FileSignature
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.finding import DocumentDate, PartReport, Precision, ValueDigest
from gallra.model.message import said
from gallra.model.passage import ByteSpan, Direction, Outcome
from gallra.model.record import Classification, Due, Hold, Record, RecordState
from gallra.model.share import Share, ShareIdentity, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.store.looks import Look, SeenFile
from gallra.store.packing import packed_ns, unpacked_ns
from gallra.store.quarantine import Acted

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
KEPT = Classification(class_code="minutes", rule_number=3, because=(said("rule {n}", n=3),))
DUE = Due(
    due_on=date(2026, 11, 22),
    counted_from=date(2022, 11, 22),
    because=(said("four years from {on}", on="2022-11-22"),),
)


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "catalogue.db") as opened:
        opened.register_shares(
            [
                Share(
                    name="s",
                    path=b"/srv/s",
                    role=ShareRole.CASE_AREA,
                    quarantine=b"/srv/q",
                    line=1,
                )
            ]
        )
        yield opened


def seen(name, inode):
    return SeenFile(
        name=name,
        device=7,
        inode=inode,
        size_bytes=100,
        modified_ns=10**18,
        changed_ns=10**18,
        link_count=1,
        mode=0o100644,
        uid=1,
        gid=1,
        born_ns=None,
    )


def found(catalogue, *names, at=NOON):
    """Let a scan find files in the share's root."""
    ingest = catalogue.ingest("s", device=7, at=at)
    new = [seen(name, 100 + number) for number, name in enumerate(names)]
    ingest.put(Look(directory=ingest.directory(b""), new=new))
    ingest.flush()
    return catalogue.arrivals(1_000)


def record(arrival, **changed):
    values = {
        "record_id": 0,
        "share": "s",
        "role": "case-area",
        "path": arrival.path,
        "part": "",
        "kind": "docx",
        "outcome": Outcome.READ,
        "modified_at": NOON,
        "first_seen_at": NOON,
    }
    return Record(**values | changed)


def report(**changed):
    return PartReport(**{"address": "", "kind": "docx", "outcome": Outcome.READ} | changed)


def stored(catalogue, arrival, reports=None, records=None, at=NOON):
    return catalogue.store_reports(
        arrival,
        reports or [report()],
        records or [(record(arrival), KEPT, DUE)],
        rules_digest="rules",
        scanner_version="1",
        at=at,
    )


def test_a_record_comes_back_as_it_was_stored(catalogue):
    (arrival,) = found(catalogue, b"\xff\n")
    full = record(
        arrival,
        outcome=Outcome.READ_IN_PART,
        is_encrypted=True,
        is_incomplete=True,
        size_bytes=100,
        language="nn",
        entities=(("NO_FODSELSNUMMER", 2), ("PERSON", 5)),
        special_categories=("HEALTH",),
        subjects=(("salary-list", 0.75), ("minutes", 0.5)),
        document_date=DocumentDate(on=date(2024, 12, 31), precision=Precision.YEAR, source="name"),
        created_at=datetime(1969, 7, 20, tzinfo=UTC),
        direction=Direction.SENT,
    )
    stored(catalogue, arrival, records=[(full, KEPT, DUE)])
    (item,) = catalogue.catalogued()
    assert item.record == replace(full, record_id=item.record.record_id, read_at=NOON)
    assert (item.classification, item.due) == (KEPT, DUE)
    assert (item.signature, item.is_current) == (arrival.signature, True)
    assert catalogue.record_by_path("s", b"\xff\n") == item
    assert catalogue.backlog_count() == 0


def test_due_is_due_on_the_day_and_not_before(catalogue):
    (arrival,) = found(catalogue, b"a")
    stored(catalogue, arrival)
    assert list(catalogue.due(date(2026, 11, 21))) == []
    assert len(list(catalogue.due(date(2026, 11, 22)))) == 1


def test_a_file_that_changed_while_it_was_read_stays_in_the_queue(catalogue):
    (arrival,) = found(catalogue, b"a")
    older = replace(arrival, signature=replace(arrival.signature, changed_ns=1))
    assert stored(catalogue, older)
    assert [each.path for each in catalogue.arrivals(10)] == [b"a"]
    (item,) = catalogue.catalogued()
    assert not item.is_current


def test_reading_again_keeps_the_records_numbers_and_drops_what_is_no_more(catalogue):
    (arrival,) = found(catalogue, b"inbox.mbox")
    parts = ["", "msg:1", "msg:2"]
    stored(
        catalogue,
        arrival,
        [report(address=part) for part in parts],
        [(record(arrival, part=part), KEPT, DUE) for part in parts],
    )
    before = {each.record.part: each.record.record_id for each in catalogue.catalogued()}
    stored(
        catalogue,
        arrival,
        [report(address=part) for part in parts[:2]],
        [(record(arrival, part=part), KEPT, DUE) for part in parts[:2]],
    )
    after = {each.record.part: each.record.record_id for each in catalogue.catalogued()}
    assert after == {part: before[part] for part in parts[:2]}


def test_values_and_reasons_belong_to_the_record_they_are_inside(catalogue):
    (arrival,) = found(catalogue, b"inbox.mbox")
    digest = "ab" * 16
    reason = said("a password is needed")
    stored(
        catalogue,
        arrival,
        [
            report(),
            report(address="msg:1"),
            report(address="msg:11", digests=(ValueDigest(entity="PERSON", digest=digest),)),
            report(address="msg:11!a.zip!b.txt", outcome=Outcome.OPAQUE, reason=reason),
        ],
        [(record(arrival, part=part), KEPT, DUE) for part in ("", "msg:1", "msg:11")],
    )
    (item,) = catalogue.nominate("PERSON", digest)
    assert item.record.part == "msg:11"
    assert list(catalogue.nominate("EMAIL_ADDRESS", digest)) == []
    assert catalogue.reason_of(item.record.record_id) == reason
    (unread,) = catalogue.unread_parts(arrival.file_id)
    assert (unread.part, unread.outcome) == ("msg:11!a.zip!b.txt", Outcome.OPAQUE)


def test_a_message_keeps_its_age_when_the_mailbox_grows(catalogue):
    (arrival,) = found(catalogue, b"inbox.mbox")
    span = ByteSpan(offset_bytes=0, length_bytes=9, sha256="f" * 64)
    stored(
        catalogue,
        arrival,
        [report(address="msg:1", span=span)],
        [(record(arrival, part="msg:1"), KEPT, DUE)],
    )
    assert catalogue.first_seen_messages(arrival.file_id) == {"f" * 64: NOON}


def test_names_that_are_no_text_are_stored(catalogue):
    (arrival,) = found(catalogue, b"a.zip")
    because = replace(KEPT, because=(said("in {path}", path="\udcff"),))
    assert stored(
        catalogue,
        arrival,
        [report(), report(address="\udcff", outcome=Outcome.DAMAGED, reason=said("x"))],
        [(record(arrival), because, DUE)],
    )


def test_arrivals_come_in_turn_and_only_when_they_have_settled(catalogue):
    found(catalogue, b"a", b"b")
    ingest = catalogue.ingest("s", device=7, at=LATER)
    ingest.put(Look(directory=ingest.directory(b""), new=[seen(b"c", 900)]))
    ingest.flush()
    assert [each.path for each in catalogue.arrivals(10)] == [b"a", b"b", b"c"]
    assert [each.path for each in catalogue.arrivals(1)] == [b"a"]
    assert len(catalogue.arrivals(10, settled_before=NOON)) == 2
    first = catalogue.arrivals(1)[0]
    catalogue.postpone([first.file_id], LATER + timedelta(minutes=1))
    assert [each.path for each in catalogue.arrivals(10)] == [b"b", b"c", b"a"]
    assert catalogue.next_settling_at() == NOON


def test_what_crashes_its_reader_is_given_up_until_it_changes(catalogue):
    (arrival,) = found(catalogue, b"bomb")
    for _ in range(3):
        assert catalogue.arrivals(10)
        catalogue.begin_reading([arrival.file_id])
    assert catalogue.arrivals(10) == []
    assert [each.path for each in catalogue.given_up(10)] == [b"bomb"]
    stored(catalogue, arrival, [report(outcome=Outcome.UNREADABLE, reason=said("it crashed"))])
    assert catalogue.given_up(10) == []
    assert catalogue.require_reading("1") == 0
    assert catalogue.require_reading("2") == 1
    assert len(catalogue.arrivals(10)) == 1


def test_reclassifying_reaches_every_record_once(catalogue):
    for arrival in found(catalogue, b"a", b"b"):
        stored(catalogue, arrival)
    changed = replace(KEPT, class_code="case")
    batch = [(each.record.record_id, changed, DUE) for each in catalogue.to_reclassify("new")]
    assert catalogue.reclassify(batch, rules_digest="new") == 2
    assert list(catalogue.to_reclassify("new")) == []
    assert catalogue.class_counts() == {"case": 2}


def quarantined(catalogue, arrival):
    catalogue.note_quarantined(
        arrival.file_id,
        "q1",
        object_name="0001",
        signature=replace(arrival.signature, changed_ns=2 * 10**18),
        at=NOON,
        destroy_on=date(2026, 12, 22),
        class_code="minutes",
        intent=17,
    )


def test_a_files_life_through_quarantine_to_its_end(catalogue):
    (arrival,) = found(catalogue, b"a")
    digest = "cd" * 16
    stored(catalogue, arrival, [report(digests=(ValueDigest(entity="PERSON", digest=digest),))])
    quarantined(catalogue, arrival)
    quarantined(catalogue, arrival)  # said twice after a crash: the same
    (item,) = catalogue.catalogued()
    assert (item.state, item.quarantine_id) == (RecordState.QUARANTINED, "q1")
    assert (item.record.path, item.destroy_on) == (b"a", date(2026, 12, 22))
    assert catalogue.file_count("s") == 0
    assert list(catalogue.due(date(2030, 1, 1))) == []
    assert len(list(catalogue.nominate("PERSON", digest))) == 1
    assert catalogue.acted_since(NOON) == Acted(count=1, size_bytes=100, files_of_share=(("s", 1),))
    assert catalogue.acted_since(LATER) == Acted()
    catalogue.note_destroyed("q1", at=LATER)
    assert list(catalogue.catalogued()) == []
    assert list(catalogue.nominate("PERSON", digest)) == []
    assert catalogue.record_by_path("s", b"a").state is RecordState.DESTROYED
    assert catalogue.acted_since(LATER) == Acted(count=1, size_bytes=100)
    assert list(catalogue.quarantine_items()) == []
    assert catalogue.quarantine_item("q1").ended_at == LATER
    assert catalogue.forget_ended(NOON) == 0
    assert catalogue.forget_ended(LATER + timedelta(days=1)) == 1
    assert catalogue.record_by_path("s", b"a") is None


def test_a_restored_file_is_the_old_one_even_where_a_scan_found_it_first(catalogue):
    (arrival,) = found(catalogue, b"a")
    stored(catalogue, arrival)
    quarantined(catalogue, arrival)
    (again,) = found(catalogue, b"a", at=LATER)
    assert again.file_id != arrival.file_id
    catalogue.note_restored("q1", path=b"a", signature=arrival.signature, at=LATER)
    assert catalogue.file_count("s") == 1
    known = catalogue.known_file("s", b"a")
    assert (known.file_id, known.first_seen_at) == (arrival.file_id, NOON)
    (item,) = catalogue.catalogued()
    assert (item.state, item.quarantine_id) == (RecordState.PRESENT, None)


def test_what_lies_in_quarantine_is_never_forgotten(catalogue):
    (arrival,) = found(catalogue, b"a")
    stored(catalogue, arrival)
    quarantined(catalogue, arrival)
    catalogue.ingest("s", device=7, at=LATER).remove_tree(b"")
    catalogue.forget_ended(LATER + timedelta(days=10_000))
    (item,) = catalogue.catalogued()
    assert item.record.path == b"a"
    with pytest.raises(GallraError):
        catalogue.note_destroyed("q2", at=LATER)


def test_a_file_whose_directory_is_gone_still_says_where_it_was(catalogue):
    (arrival,) = found(catalogue, b"\xff\n'")
    stored(catalogue, arrival)
    catalogue.ingest("s", device=7, at=LATER).remove_tree(b"")
    (item,) = catalogue.catalogued(states=[RecordState.GONE])
    assert item.record.path == b"\xff\n'"
    assert (catalogue.file_count("s"), catalogue.directory_count("s")) == (0, 0)


def test_tagging_changes_the_signature_and_queues_nothing(catalogue):
    (arrival,) = found(catalogue, b"a")
    stored(catalogue, arrival)
    tagged = replace(arrival.signature, changed_ns=arrival.signature.changed_ns + 5)
    catalogue.refresh_signature(arrival.file_id, tagged)
    (item,) = catalogue.catalogued()
    assert (item.signature, item.is_current) == (tagged, True)
    other = replace(tagged, size_bytes=1)
    catalogue.refresh_signature(arrival.file_id, other)
    assert next(catalogue.catalogued()).signature == tagged


def test_holds_stand_until_they_are_lifted(catalogue):
    hold = Hold(reference="tvist 7", path="s/a/**", reason="tvist", placed_at=NOON)
    catalogue.place_hold(hold)
    assert catalogue.holds() == (hold,)
    with pytest.raises(WrongUseError):
        catalogue.place_hold(hold)
    assert catalogue.lift_hold("tvist 7", at=LATER) == hold
    assert catalogue.holds() == ()
    with pytest.raises(WrongUseError):
        catalogue.lift_hold("tvist 7", at=LATER)
    catalogue.place_hold(hold)


def test_a_filesystem_under_another_device_number_keeps_its_files(catalogue):
    (arrival,) = found(catalogue, b"a")
    stored(catalogue, arrival)
    before = ShareIdentity(device=7, filesystem="ab", root_inode=2, marker="")
    catalogue.remember_share("s", before)
    catalogue.remember_share("s", replace(before, device=1 << 63))
    assert next(catalogue.catalogued()).signature.device == 1 << 63
    assert catalogue.share_identity("s").device == 1 << 63


def test_coverage_tells_when_events_were_lost_and_when_the_scan_caught_up(catalogue):
    reason = said("the observer ended unexpectedly")
    catalogue.note_watched("s", 1)
    catalogue.note_events_lost("s", NOON, reason)
    coverage = catalogue.coverage("s")
    assert (coverage.events_lost_at, coverage.events_lost_because) == (NOON, reason)
    assert coverage.is_dirty
    catalogue.note_reconciled("s", began_at=NOON, at=LATER)
    coverage = catalogue.coverage("s")
    assert (coverage.is_dirty, coverage.reconciled_at) == (False, LATER)
    catalogue.mark_share_dirty("s", LATER)
    catalogue.note_reconciled("s", began_at=NOON, at=LATER)
    assert catalogue.coverage("s").is_dirty, "it became dirty after the pass had begun"


def test_an_unknown_share_is_refused_in_one_sentence(catalogue):
    with pytest.raises(GallraError) as refusal:
        catalogue.file_count("finns-inte")
    assert "finns-inte" in refusal.value.messages[0].in_english()


@given(st.integers(min_value=-2_208_988_800 * 10**9, max_value=16_237_755_273_709_551_615))
def test_file_times_come_back_exactly(nanoseconds):
    packed = packed_ns(nanoseconds)
    assert -(1 << 63) <= packed < 1 << 63
    assert unpacked_ns(packed) == nanoseconds


@given(st.integers(min_value=-(10**30), max_value=10**30))
def test_no_file_time_stops_the_catalogue(nanoseconds):
    assert -(1 << 63) <= packed_ns(nanoseconds) < 1 << 63


def test_a_signature_with_the_largest_inode_comes_back(catalogue):
    ingest = catalogue.ingest("s", device=(1 << 64) - 1, at=NOON)
    largest = seen(b"a", (1 << 64) - 1)._replace(device=(1 << 64) - 1)
    ingest.put(Look(directory=ingest.directory(b""), new=[largest]))
    ingest.flush()
    assert catalogue.arrivals(1) == [
        Arrival(
            file_id=1,
            share="s",
            path=b"a",
            signature=FileSignature(
                device=(1 << 64) - 1,
                inode=(1 << 64) - 1,
                size_bytes=100,
                modified_ns=10**18,
                changed_ns=10**18,
            ),
        )
    ]


def test_reading_on_while_writing_sees_one_moment(catalogue):
    for arrival in found(catalogue, *(b"%d" % number for number in range(50))):
        stored(catalogue, arrival)
    items = catalogue.catalogued()
    first = next(items)
    catalogue.ingest("s", device=7, at=LATER).remove_tree(b"")
    rest = list(items)
    assert len(rest) == 49
    assert first.state is RecordState.PRESENT
    assert {each.state for each in rest} == {RecordState.PRESENT}
    assert os.path.exists(catalogue.database.path)


def test_what_is_due_and_what_lies_in_quarantine_is_found_without_reading_all_records(tmp_path):
    asked = []
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        catalogue.database.streamed = lambda query, values=(): asked.append((query, values)) or []
        assert not list(catalogue.due(date(2026, 11, 22)))
        assert not list(catalogue.catalogued(states=(RecordState.QUARANTINED,)))
        for query, values in asked:
            steps = catalogue.database.rows(f"EXPLAIN QUERY PLAN {query}", values)
            assert not [step for *_, step in steps if step.startswith("SCAN record")], steps
    assert len(asked) == 3
