"""Sizes and percentages as people write them."""

import re

from gallra.model.message import said
from gallra.rules.complaint import UnfitError, quoted

_BYTES_OF = {
    "b": 1,
    "kb": 1_000,
    "mb": 1_000_000,
    "gb": 1_000_000_000,
    "tb": 1_000_000_000_000,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
    "tib": 1 << 40,
}
_SIZE = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)\s*([a-z]{1,3})", re.IGNORECASE)
_PERCENTAGE = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)\s*(?:%|percent|procent|prosent)")
_LARGEST_BYTES = 1_000_000_000_000_000


def size_of(text: str) -> int:
    """Return the bytes that ``text`` names: ``5 GB``, ``1,5 GB``, ``512 MiB``.

    Raises:
        UnfitError: If it is not a size, is nothing, or is more than a petabyte.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None or match[2].lower() not in _BYTES_OF:
        raise UnfitError(
            said('{where}: "{text}" is not a size; write it as "5 GB"', text=quoted(text))
        )
    size_bytes = int(float(match[1].replace(",", ".")) * _BYTES_OF[match[2].lower()])
    if not 0 < size_bytes <= _LARGEST_BYTES:
        raise UnfitError(
            said('{where}: "{text}" is not between 1 byte and 1000 TB', text=quoted(text))
        )
    return size_bytes


def fraction_of(text: str) -> float:
    """Return the fraction that ``text`` names in percent: ``5 %`` is 0.05.

    Raises:
        UnfitError: If it is not a percentage, is nothing, or is more than a hundred.
    """
    match = _PERCENTAGE.fullmatch(text.strip())
    if match is None:
        raise UnfitError(
            said('{where}: "{text}" is not a percentage; write it as "5 %"', text=quoted(text))
        )
    percent = float(match[1].replace(",", "."))
    if not 0 < percent <= 100:  # noqa: PLR2004 - a hundred percent
        raise UnfitError(
            said('{where}: "{text}" is not between 0 and 100 percent', text=quoted(text))
        )
    return percent / 100
