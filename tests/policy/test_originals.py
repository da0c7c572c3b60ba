"""What nobody has read of a document does not go with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.originals import without_unread

HIDDEN = (
    b"From per@example.net Tue Feb  3 10:11:12 2026",
    b"Return-Path: <per@example.net>",
    b"Delivered-To: per@example.net",
    b"Received: from host\r\n\tfor <per@example.net>; Tue, 3 Feb 2026",
    b"X-Note: about per@example.net\r\n and more of per@example.net",
    b"References: <per@example.net>",
)
SHOWN = b"From: anna@example.org\r\nSubject: A long\r\n line\r\nContent-Type: text/plain"


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_message_goes_without_the_fields_that_nobody_read(hidden, end):
    content = (hidden + b"\r\n" + SHOWN + b"\r\n\r\nHello\r\n").replace(b"\r\n", end)

    assert without_unread("eml", (), content) == (SHOWN + b"\r\n\r\nHello\r\n").replace(
        b"\r\n", end
    )


@pytest.mark.parametrize(
    ("kind", "inside", "content"),
    [
        ("message", (), b"From: a@example.org\n\nContent-Type: message/rfc822\n"),
        ("eml", (), b"1234\nFrom: a@example.org\n\nHello"),
        ("pdf", (), b"%PDF-1.7 one %%EOF two %%EOF"),
        ("pdf", (), b"%PDF-1.7 /Linearized one %%EOF two %%EOF three %%EOF"),
        ("zip", ("txt", "pdf"), b"PK"),
        ("zip", ("eml",), b"PK"),
        ("doc", (), b"old"),
        ("msg", (), b"Outlook"),
    ],
)
def test_what_may_hold_more_than_was_read_does_not_go_as_it_is(kind, inside, content):
    assert without_unread(kind, inside, content) is None


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", b"%PDF-1.7 one %%EOF"),
        ("pdf", b"%PDF-1.7 /Linearized one %%EOF two %%EOF"),
        ("txt", b"From: per@example.net"),
        ("docx", b"PK"),
    ],
)
def test_what_was_read_to_the_end_goes_as_it_is(kind, content):
    assert without_unread(kind, ("sheet",), content) == content


@given(st.binary(max_size=200))
def test_no_bytes_are_made_up(content):
    kept = without_unread("eml", (), content)

    assert kept is None or len(kept) <= len(content)
