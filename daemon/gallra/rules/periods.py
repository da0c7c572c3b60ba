"""Periods and durations as people write them, in three languages, or in ISO 8601."""

import re
import unicodedata
from datetime import timedelta

from gallra.model.message import said
from gallra.model.retention import Period
from gallra.rules.complaint import UnfitError, quoted

LONGEST_YEARS = 200
"""Longer than anybody has kept a promise; more is a slip of the pen."""
DAYS_OF_YEAR = 365
_LONGEST = {
    "years": LONGEST_YEARS,
    "months": LONGEST_YEARS * 12,
    "weeks": LONGEST_YEARS * 52,
    "days": LONGEST_YEARS * 365,
}

UNITS = {
    "years": ("year", "years", "år", "års"),
    "months": (
        "month", "months", "månad", "månader", "månaders", "måned", "måneder", "måneders",
        "månad", "månadar", "mån", "mnd",
    ),
    "weeks": (
        "week", "weeks", "vecka", "veckor", "veckors", "uke", "uker", "ukers", "veke", "veker",
    ),
    "days": ("day", "days", "dag", "dagar", "dagars", "dager", "dagers", "dygn", "døgn"),
}  # fmt: skip
"""The words for each unit: English, Swedish, Bokmål, Nynorsk."""
_UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words}

_MOMENTS = {
    1: ("second", "seconds", "sekund", "sekunder", "s"),
    60: ("minute", "minutes", "minut", "minuter", "minutt", "minutter", "min"),
    3600: ("hour", "hours", "timme", "timmar", "time", "timer", "h"),
}
_SECONDS_OF = {word: seconds for seconds, words in _MOMENTS.items() for word in words}

_TERM = re.compile(r"([0-9]{1,9})\s*([^\W\d_]+)")
_BETWEEN = re.compile(r"\s*(?:,|and\b|och\b|og\b)?\s*", re.IGNORECASE)
_ISO_PERIOD = re.compile(
    r"P(?=[0-9])(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
)
_ISO_DURATION = re.compile(r"PT(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?")


def period_of(text: str) -> Period:
    """Return the calendar period that ``text`` names: ``4 years``, ``18 månader``, ``P1Y6M``.

    Raises:
        UnfitError: If it is not a period, names a unit twice, or is longer than 200 years.
    """
    counts = _iso_counts(text) or _counts(text)
    for unit, count in counts.items():
        if count > _LONGEST[unit]:
            raise UnfitError(
                said(
                    '{where}: "{text}" is longer than {years} years',
                    text=quoted(text),
                    years=LONGEST_YEARS,
                )
            )
    return Period(**counts)


def wait_of(text: str) -> Period:
    """Return the period that ``text`` names, as :func:`period_of`, of a year at most.

    Raises:
        UnfitError: If it is not a period, or longer than a year.
    """
    period = period_of(text)
    if period.about_days > DAYS_OF_YEAR:
        raise UnfitError(said('{where}: "{text}" is longer than a year', text=quoted(text)))
    return period


def duration_of(text: str) -> timedelta:
    """Return the short while that ``text`` names: ``5 seconds``, ``2 minuter``, ``PT5S``.

    Raises:
        UnfitError: If it is not a duration, or longer than a day.
    """
    iso = _ISO_DURATION.fullmatch(text.strip())
    if iso is not None:
        seconds = sum(
            int(count or 0) * size for count, size in zip(iso.groups(), (3600, 60, 1), strict=True)
        )
    else:
        terms = _terms(text)
        if not terms or any(word not in _SECONDS_OF for _, word in terms):
            raise _no_duration(text)
        seconds = sum(count * _SECONDS_OF[word] for count, word in terms)
    whole = timedelta(seconds=seconds)
    if whole > timedelta(days=1):
        raise UnfitError(said('{where}: "{text}" is longer than a day', text=quoted(text)))
    return whole


def _iso_counts(text: str) -> dict[str, int] | None:
    match = _ISO_PERIOD.fullmatch(text.strip())
    if match is None:
        return None
    return {unit: int(count or 0) for unit, count in zip(UNITS, match.groups(), strict=True)}


def _counts(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for count, word in _terms(text):
        unit = _UNIT_OF.get(word)
        if unit is None:
            raise _no_period(text)
        if unit in counts:
            raise UnfitError(said('{where}: "{text}" names the same unit twice', text=quoted(text)))
        counts[unit] = count
    if not counts:
        raise _no_period(text)
    return counts


def _terms(text: str) -> list[tuple[int, str]]:
    """Split ``1 year and 6 months`` into its terms; nothing where it is not made of terms."""
    terms: list[tuple[int, str]] = []
    whole = unicodedata.normalize("NFC", text).strip()
    at = 0
    while at < len(whole):
        match = _TERM.match(whole, at)
        if match is None:
            return []
        terms.append((int(match[1]), match[2].lower()))
        between = _BETWEEN.match(whole, match.end())
        at = between.end() if between else match.end()
    return terms


def _no_period(text: str) -> UnfitError:
    if text.strip().startswith("-"):
        return UnfitError(said('{where}: "{text}" is negative', text=quoted(text)))
    return UnfitError(
        said(
            '{where}: "{text}" is not a period; write it as "4 years", "18 months", "30 days" '
            'or "P4Y"',
            text=quoted(text),
        )
    )


def _no_duration(text: str) -> UnfitError:
    if text.strip().startswith("-"):
        return UnfitError(said('{where}: "{text}" is negative', text=quoted(text)))
    return UnfitError(
        said(
            '{where}: "{text}" is not a duration; write it as "5 seconds" or "2 minutes"',
            text=quoted(text),
        )
    )
