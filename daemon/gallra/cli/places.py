"""What a person types for a record or a path, matched with what the catalogue has."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gallra.model.errors import GallraError
from gallra.model.message import Message, said
from gallra.model.names import as_text, composed
from gallra.model.record import CataloguedRecord
from gallra.policy.paths import matches, normalised
from gallra.service.house import House

_PLAIN = re.compile(rb"[A-Za-z0-9/._ ()+,=@%-]")
_MARKS = ("#", "!")
"""What may stand between a file's path and the part; both may also be letters of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFilter:
    """Fits a path that a person gave: exactly, as a folder, or as a pattern with wildcards."""

    pattern: str | None
    roots: Mapping[str, bytes]

    def fits(self, share: str, path: bytes) -> bool:
        """Tell whether the file ``path`` of ``share`` is meant."""
        if self.pattern is None:
            return True
        wanted = self.pattern.rstrip("/")
        names = [os.fsencode(share) + b"/" + path, path]
        if (root := self.roots.get(share)) is not None:
            names.append(os.path.join(root, path))
        seen = composed(os.fsencode(wanted))
        return any(
            composed(name) == seen
            or composed(name).startswith(f"{seen}/")
            or matches(normalised(name), wanted)
            for name in names
        )


def find(given: str, house: House) -> CataloguedRecord:
    """Return the record that ``given`` names: ``PATH``, ``PATH#PART`` or ``PATH!PART``.

    ``PATH`` is absolute, relative to the working directory, or ``SHARE/`` and the path in it.
    A file whose own name holds ``#`` or ``!`` is found before any part of another. Where no name
    is byte for byte what was typed, one that only differs in how å is written, as one character
    or as a with a ring, is meant, if there is one alone.

    Raises:
        GallraError: If the catalogue has no such record, or several that may be meant.
    """
    for path, part in _readings(given):
        for share, relative in _in_shares(path, house):
            if (found := house.catalogue.record_by_path(share, relative, part)) is not None:
                return found
    for path, part in _readings(given):
        alike = [
            found
            for share, relative in _in_shares(path, house)
            for other in house.catalogue.paths_like(share, relative, composed)
            if (found := house.catalogue.record_by_path(share, other, part)) is not None
        ]
        if len({each.record.record_id for each in alike}) == 1:
            return alike[0]
        if alike:
            raise GallraError(_several(given, house, alike))
    raise GallraError(_not_found(given, house))


def _readings(given: str) -> Iterator[tuple[str, str]]:
    """Yield every way to split ``given`` into a path and a part, the longest path first."""
    yield given, ""
    for place in range(len(given) - 1, 0, -1):
        if given[place] in _MARKS:
            yield given[:place], given[place + 1 :]


def _in_shares(path: str, house: House) -> Iterator[tuple[str, bytes]]:
    """Yield the shares that ``path`` can be in, with the path relative to each.

    The innermost comes first: a file belongs to it, but what another knows from the time
    before it was a share is still to be found.
    """
    typed = os.fsencode(path)
    absolute = os.path.join(os.getcwdb(), typed)
    for name, root in house.schedule.roots.items():
        for each in dict.fromkeys((typed, absolute, os.path.normpath(absolute))):
            if each.startswith(root + b"/"):
                yield name, each.removeprefix(root + b"/")
        prefix = os.fsencode(name) + b"/"
        if typed.startswith(prefix):
            yield name, typed.removeprefix(prefix)


def twins(item: CataloguedRecord, house: House) -> tuple[str, ...]:
    """Return the other files whose names are written like that of ``item``, as a shell takes them.

    On a screen they cannot be told apart: one å is one character, the other a with a ring.
    """
    record = item.record
    others = house.catalogue.paths_like(record.share, record.path, composed)
    root = house.schedule.roots.get(record.share, b"")
    return tuple(quoted(root + b"/" + path) for path in sorted(others) if path != record.path)


def _several(given: str, house: House, alike: Sequence[CataloguedRecord]) -> Message:
    """Return that it cannot be told which is meant, and how each can be named for sure."""
    roots = house.schedule.roots
    whole = {roots[each.record.share] + b"/" + each.record.path for each in alike}
    return said(
        "{path}: several names are written like this, and are several files; name one of these:"
        " {names}",
        path=given,
        names=" ".join(quoted(path) for path in sorted(whole)),
    )


def quoted(path: bytes) -> str:
    """Return ``path`` as bash reads it back byte for byte, in characters that show."""
    letters = (chr(byte) if _PLAIN.fullmatch(bytes((byte,))) else f"\\x{byte:02x}" for byte in path)
    return f"$'{''.join(letters)}'"


def _not_found(given: str, house: House) -> Message:
    for path, part in _readings(given):
        for share, relative in _in_shares(path, house):
            if part and house.catalogue.record_by_path(share, relative) is not None:
                return said(
                    "{path}: the file holds no such message; its messages are shown by"
                    " gallra list --path {file}",
                    path=given,
                    file=path,
                )
            if os.path.lexists(os.path.join(house.share(share).path, relative)):
                return said(
                    "{path}: gallra has not read it yet; run gallra scan and ask again",
                    path=given,
                )
    if next(_in_shares(given, house), None) is None:
        return said(
            "{path} is in no share; the shares are: {shares}",
            path=given,
            shares=", ".join(
                f"{share.name} ({as_text(share.path)})" for share in house.schedule.shares
            ),
        )
    return said("{path}: there is no such record; gallra list shows those there are", path=given)
