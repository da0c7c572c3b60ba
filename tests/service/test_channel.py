"""What comes through the door of the sandbox is capped, and of the agreed form."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.finding import PartReport, ValueDigest
from gallra.model.message import said
from gallra.model.passage import Outcome, Passage
from gallra.service.channel import (
    FRAME_BYTES,
    Done,
    GarbageError,
    Incoming,
    Job,
    Reports,
    from_worker,
    packed,
    receive,
    send_job,
)


def report(**changes):
    return PartReport(**{"address": "", "kind": "txt", "outcome": Outcome.READ, **changes})


def test_a_report_arrives_as_it_was_sent():
    sent = Reports(
        (
            report(reason=said("page {n} has no text", n=3), entities=(("PERSON", 2),)),
            report(
                address="msg:1!å.xlsx", digests=(ValueDigest(entity="PERSON", digest="ab" * 16),)
            ),
        )
    )
    incoming = Incoming()
    incoming.feed(packed(sent))

    assert from_worker(incoming.frame()) == sent


@given(st.lists(st.binary(min_size=1, max_size=7), max_size=40))
def test_frames_are_found_however_the_bytes_are_cut(cuts):
    sent = [Done(1.0, 2.0), Reports((report(),)), Done(0.5, 0.25)]
    stream = b"".join(packed(each) for each in sent)
    incoming, found, at = Incoming(), [], 0
    for cut in [*cuts, b"x" * len(stream)]:
        incoming.feed(stream[at : at + len(cut)])
        at += len(cut)
        while (body := incoming.frame()) is not None:
            found.append(from_worker(body))

    assert found == sent


def test_a_frame_that_says_it_is_huge_is_refused_before_it_is_kept():
    incoming = Incoming()
    incoming.feed(struct.pack("!I", FRAME_BYTES + 1))

    with pytest.raises(GarbageError):
        incoming.frame()


@given(st.binary(max_size=200))
def test_garbage_is_garbage_and_nothing_else(noise):
    with pytest.raises(GarbageError):
        from_worker(noise)


@pytest.mark.parametrize(
    "body",
    [
        b'{"type":"Reports","parts":[{"address":"","kind":"txt","outcome":"clean"}]}',
        b'{"type":"Reports","parts":[{"address":7,"kind":"txt","outcome":"read in full"}]}',
        b'{"type":"Hello","digest_keys":{}}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_of_the_agreed_form_is_garbage(body):
    with pytest.raises(GarbageError):
        from_worker(body)


def test_text_with_lone_surrogates_still_arrives():
    sent = Reports((report(passages=(Passage(where="body", text="a\udc80b"),)),))
    incoming = Incoming()
    incoming.feed(packed(sent))

    assert from_worker(incoming.frame()).parts[0].passages[0].text == "a?b"


def test_a_descriptor_travels_beside_its_job(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("inside")
    ours, theirs = socket.socketpair()
    with ours, theirs, path.open("rb") as file:
        send_job(ours, Job(name="a.txt"), file.fileno())
        job, descriptor = receive(theirs)
    with open(descriptor, encoding="utf-8") as received:
        assert (job.name, received.read()) == ("a.txt", "inside")


def test_a_door_that_closes_ends_the_worker():
    ours, theirs = socket.socketpair()
    ours.close()
    with theirs:
        assert receive(theirs) is None
