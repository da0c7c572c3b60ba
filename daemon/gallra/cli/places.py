"""What a person types for a record or a path, matched with what the catalogue has."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gallra.model.errors import GallraError
from gallra.model.message import Message, said
from gallra.model.names import as_text
from gallra.model.record import CataloguedRecord
from gallra.policy.paths import matches, normalised
from gallra.service.house import House

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
        return any(
            as_text(name) == wanted
            or as_text(name).startswith(f"{wanted}/")
            or matches(normalised(name), wanted)
            for name in names
        )


def find(given: str, house: House) -> CataloguedRecord:
    """Return the record that ``given`` names: ``PATH``, ``PATH#PART`` or ``PATH!PART``.

    ``PATH`` is absolute, relative to the working directory, or ``SHARE/`` and the path in it.
    A file whose own name holds ``#`` or ``!`` is found before any part of another.

    Raises:
        GallraError: If the catalogue has no such record.
    """
    for path, part in _readings(given):
        for share, relative in _in_shares(path, house):
            if (found := house.catalogue.record_by_path(share, relative, part)) is not None:
                return found
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
