"""Periods, durations, sizes and percentages in the words that people use."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.retention import Period
from gallra.rules.complaint import UnfitError
from gallra.rules.periods import UNITS, duration_of, period_of
from gallra.rules.quantities import fraction_of, size_of


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("4 years", Period(years=4)),
        ("4 år", Period(years=4)),
        ("4 a\u030ar", Period(years=4)),
        ("18 månader", Period(months=18)),
        ("6 måneder", Period(months=6)),
        ("30 dagar", Period(days=30)),
        ("30 dager", Period(days=30)),
        ("2 weeks", Period(weeks=2)),
        ("2 Veckor", Period(weeks=2)),
        ("3 uker", Period(weeks=3)),
        ("1 year 6 months", Period(years=1, months=6)),
        ("1 år och 6 månader", Period(years=1, months=6)),
        ("1 år og 6 måneder", Period(years=1, months=6)),
        ("1 year, 2 days", Period(years=1, days=2)),
        ("0 days", Period()),
        ("P4Y", Period(years=4)),
        ("P1Y6M", Period(years=1, months=6)),
        ("P30D", Period(days=30)),
        ("P2W", Period(weeks=2)),
        ("P0D", Period()),
    ],
)
def test_a_period_is_understood(text, period):
    assert period_of(text) == period


@given(
    counts=st.tuples(*[st.integers(0, 200)] * 4),
    words=st.tuples(*(st.sampled_from(words) for words in UNITS.values())),
)
def test_a_period_in_words_means_what_it_means_in_iso(counts, words):
    period = Period(**dict(zip(UNITS, counts, strict=True)))
    text = " ".join(f"{count} {word}" for count, word in zip(counts, words, strict=True))

    assert period_of(text) == period == period_of(period.as_iso8601())


@pytest.mark.parametrize(
    "text",
    ["", "4", "years", "-4 years", "P", "4 yeers", "1,5 år", "4 years ago", "²years", "٤ år"],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(UnfitError):
        period_of(text)


@given(st.text(max_size=30))
def test_no_text_makes_the_spellings_fall(text):
    for understand in (period_of, duration_of, size_of, fraction_of):
        with suppress(UnfitError):
            assert understand(text) is not None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5 seconds", 5), ("5 sekunder", 5), ("2 minuter", 120), ("PT1M30S", 90), ("0 seconds", 0)],
)
def test_a_duration_is_understood(text, seconds):
    assert duration_of(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "size"), [("5 GB", 5 * 10**9), ("1,5 MB", 1_500_000), ("1KiB", 1024), ("1 B", 1)]
)
def test_a_size_is_understood(text, size):
    assert size_of(text) == size


@pytest.mark.parametrize(
    ("text", "fraction"), [("5 %", 0.05), ("5%", 0.05), ("0,5 procent", 0.005), ("100 %", 1.0)]
)
def test_a_percentage_is_understood(text, fraction):
    assert fraction_of(text) == pytest.approx(fraction)
