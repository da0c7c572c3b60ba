"""Mailboxes: every message begins and ends where it does, so that one can be cut out alone."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.model.passage import Direction, Outcome, Part

SEPARATOR = b"From a@example.se Fri Nov 20 10:00:00 2026\n"


def message(number: int, body: bytes, more: bytes = b"") -> bytes:
    return b"Subject: no %d\nFrom: a@example.se\n%s\n%s" % (number, more, body)


def mailbox(*messages: bytes) -> bytes:
    return b"".join(SEPARATOR + each + b"\n\n" for each in messages)


def spans(parts: list[Part]) -> list[tuple[int, int]]:
    return [
        (part.span.offset_bytes, part.span.offset_bytes + part.span.length_bytes)
        for part in parts
        if part.span is not None
    ]


LINES = st.lists(
    st.sampled_from(
        [
            b"", b"Hej", b"From now on", b">From quoted", b"From 2024 on: nothing",
            b"--x", b"Subject: no header", b"\xe5\xe4\xf6", b"From: me", b" folded",
        ]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    bodies=st.lists(LINES, min_size=1, max_size=8),
    end=st.sampled_from([b"\n", b"\r\n"]),
    has_last_newline=st.booleans(),
    data=st.data(),
)
def test_spans_tile_a_mailbox_and_cutting_one_out_leaves_the_others_as_they_were(
    bodies, end, has_last_newline, data
) -> None:
    content = mailbox(*(message(n, b"\n".join(lines)) for n, lines in enumerate(bodies)))
    content = content.replace(b"\n", end)
    if not has_last_newline:
        content = content.rstrip(b"\r\n")
    from conftest import read_bytes  # noqa: PLC0415 - a fixture is not for hypothesis

    parts = read_bytes(content, "inbox")
    found = spans(parts)
    assert len(found) == len(bodies)
    assert [begin for begin, _ in found] == [0, *(stop for _, stop in found[:-1])]
    assert found[-1][1] == len(content)
    digests = [part.span.sha256 for part in parts if part.span is not None]
    assert digests == [hashlib.sha256(content[begin:stop]).hexdigest() for begin, stop in found]
    cut = data.draw(st.integers(0, len(bodies) - 1))
    begin, stop = found[cut]
    left = read_bytes(content[:begin] + content[stop:], "inbox")
    assert [part.span.sha256 for part in left if part.span is not None] == [
        digest for number, digest in enumerate(digests) if number != cut
    ]


def test_a_stated_length_is_believed_where_it_leads_to_the_next_message(read) -> None:
    inner = b"look:\n\n" + SEPARATOR + b"Subject: quoted whole\n\nnot a message of its own\n"
    stated = message(1, inner, b"Content-Length: %d\n" % len(inner))
    content = SEPARATOR + stated + b"\n" + mailbox(message(2, b"second"))
    assert len(spans(read(content, "a.mbox"))) == 2
    wrong = content.replace(b"Content-Length: ", b"Content-Length: 9")
    assert len(spans(read(wrong, "a.mbox"))) == 3
    assert len(spans(read(content.replace(b"\n", b"\r\n"), "a.mbox"))) == 3


def test_a_stated_length_that_is_true_counts_in_every_kind_of_line_end(read) -> None:
    inner = b"look:\r\n\r\n" + SEPARATOR.replace(b"\n", b"\r\n") + b"Subject: x\r\n\r\nquoted\r\n"
    head = b"Subject: 1\r\nContent-length: %d\r\n\r\n" % len(inner)
    crlf = SEPARATOR.replace(b"\n", b"\r\n")
    content = crlf + head + inner + b"\r\n" + crlf + b"Subject: 2\r\n\r\nsecond"
    assert len(spans(read(content, "a.mbox"))) == 2


@pytest.mark.parametrize(
    ("name", "head", "direction"),
    [
        ("Skickat.mbox", b"", Direction.SENT),
        ("Sendte elementer", b"Received: from a\n", Direction.SENT),
        ("inbox.mbox", b"Received: from a\n", Direction.RECEIVED),
        ("alla.mbox", b"X-Gmail-Labels: =?utf-8?Q?Viktigt,Skickade?=\n", Direction.SENT),
        ("alla.mbox", b"X-Gmail-Labels: Utkast\n", Direction.DRAFT),
        ("alla.mbox", b"", None),
    ],
)
def test_the_way_of_a_message_is_told_by_folder_label_or_servers(
    read, name, head, direction
) -> None:
    first, _ = read(mailbox(message(1, b"x", head)), name)
    assert first.message is not None
    assert first.message.direction is direction
    assert first.message.folder == name


def test_a_mailbox_cut_anywhere_loses_no_message_in_front_of_the_cut(read, check_parts) -> None:
    content = mailbox(*(message(n, b"body %d\n\nFrom here on" % n) for n in range(5)))
    whole = spans(read(content, "a.mbox"))
    for cut in range(60, len(content), 7):
        parts = read(content[:cut], "a.mbox")
        check_parts(parts)
        complete = [begin for begin, stop in whole if stop <= cut]
        assert [begin for begin, _ in spans(parts)][: len(complete)] == complete
        assert spans(parts)[-1][1] == cut


def test_a_mailbox_without_messages_is_damaged_and_one_with_a_lead_is_in_part(read) -> None:
    (part,) = read(b"From here\nto there\n", "a.mbox")
    assert part.outcome is Outcome.READ
    *_, whole = read(b"\n\nlead\n" + mailbox(message(1, b"x")), "a.mbox")
    assert (whole.kind, whole.outcome) in {("mbox", Outcome.READ_IN_PART), ("txt", Outcome.READ)}
