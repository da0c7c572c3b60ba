"""Which holds cover a record."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from gallra.model.event import Place
from gallra.model.finding import ValueDigest
from gallra.model.record import CataloguedRecord, Hold, Record
from gallra.model.retention import Condition
from gallra.policy.conditions import Traits, is_fulfilled, traits_of
from gallra.policy.paths import any_of, matches, normalised

if TYPE_CHECKING:
    import re

Values = Callable[[int], Collection[ValueDigest]]
"""Returns the keyed digests that occur in a record, of those that holds speak of."""


def _no_values(_record_id: int) -> Collection[ValueDigest]:
    return ()


class _Looked(NamedTuple):
    """What is asked of a record, worked out once for all holds."""

    item: CataloguedRecord
    names: tuple[str, ...]
    """As ``SHARE/PATH``, for each share that it lies in."""
    steps: frozenset[str]
    """All names on these ways, and the ways themselves from their beginning."""
    values: Collection[ValueDigest]


class Holding:
    """All standing holds, ready to be asked about one record after the other.

    A hold on a path covers what matches its pattern and everything below it: a hold on a
    folder needs no wildcard. A hold on a case covers what is called like it, what lies in a
    folder of that name, and the messages of which it is the subject; one on a person whatever
    speaks of them. What a hold says besides must be fulfilled too; one that says nothing
    covers everything, since a hold must rather cover too much.

    Each hold waits under what is cheapest to look up, and only those that are found there are
    looked at closely: a hundred of them cost little more than one.
    """

    def __init__(
        self,
        holds: Iterable[Hold],
        roots: Mapping[str, bytes],
        values: Values = _no_values,
    ) -> None:
        """Take in ``holds``.

        Args:
            holds: In any order.
            roots: Where each share of the rules lies, by name; absolute. In a share that lies
                within others a record has a name in each of them, and a hold on any of these
                covers it.
            values: What occurs in a record; asked only where a hold speaks of persons or
                subject lines.
        """
        self.holds = tuple(sorted(holds, key=lambda hold: hold.reference))
        self._roots = roots
        self._values = values
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._always: list[int] = []
        self._by_class: dict[str, list[int]] = defaultdict(list)
        self._by_step: dict[str, list[int]] = defaultdict(list)
        self._by_value: dict[ValueDigest, list[int]] = defaultdict(list)
        self._by_place: dict[bytes, list[int]] = defaultdict(list)
        self._by_trait: dict[str, list[int]] = defaultdict(list)
        self._wild: list[int] = []
        patterns: list[str] = []
        for number, hold in enumerate(self.holds):
            self._file(number, hold, patterns)
        self._any_wild: re.Pattern[str] | None = any_of(patterns) if patterns else None
        self._needs_steps = bool(self._by_step) or any(hold.about.cases for hold in self.holds)
        self._has_values = any(hold.about.values for hold in self.holds)

    def __bool__(self) -> bool:
        """Tell whether any hold stands."""
        return bool(self.holds)

    def on(self, item: CataloguedRecord) -> tuple[Hold, ...]:
        """Return the holds that cover ``item``, ordered by reference."""
        if not self.holds:
            return ()
        looked = self._looked_at(item)
        traits: Traits | None = None
        covering: list[Hold] = []
        for number in sorted(self._candidates(looked)):
            hold = self.holds[number]
            if not self._names(hold, looked):
                continue
            if hold.about.when is not None:
                traits = traits or traits_of(item.record)
                if not is_fulfilled(hold.about.when, traits):
                    continue
            covering.append(hold)
        return tuple(covering)

    def _file(self, number: int, hold: Hold, patterns: list[str]) -> None:
        """Put a hold where its records will find it."""
        pattern = _pattern(hold)
        if hold.class_code is not None:
            self._by_class[hold.class_code].append(number)
        elif hold.about.is_named:
            for case in hold.about.cases:
                self._by_step[_folded(case)].append(number)
            for value in hold.about.values:
                self._by_value[value].append(number)
            for place in hold.about.places:
                self._by_place[self._absolute(place.share, place.path)].append(number)
        elif pattern is None or pattern == "**":
            self._file_by_condition(number, hold.about.when)
        elif "*" in pattern or "?" in pattern:
            self._wild.append(number)
            anchored = _anchored(pattern)
            patterns += (anchored, f"{anchored}/**")
        else:
            self._by_step[_folded(pattern)].append(number)

    def _file_by_condition(self, number: int, when: Condition | None) -> None:
        """Put a hold on a condition under something that a record must have to fulfil it."""
        if when is not None and when.entities:
            self._by_trait[when.entities[0][0]].append(number)
        elif when is not None and when.kinds:
            for kind in when.kinds:
                self._by_trait[kind].append(number)
        else:
            self._always.append(number)

    def _candidates(self, looked: _Looked) -> set[int]:
        found = set(self._always)
        found.update(self._by_class.get(looked.item.classification.class_code, ()))
        for step in looked.steps if self._by_step else ():
            found.update(self._by_step.get(step, ()))
        if self._by_trait:
            record = looked.item.record
            for trait, _ in (*record.entities, *record.subjects):
                found.update(self._by_trait.get(trait, ()))
        for value in looked.values:
            found.update(self._by_value.get(value, ()))
        if self._by_place:
            path = self._absolute(looked.item.record.share, looked.item.record.path)
            while path:
                found.update(self._by_place.get(path, ()))
                path = path.rpartition(b"/")[0]
        if self._any_wild is not None and any(map(self._any_wild.match, looked.names)):
            found.update(self._wild)
        return found

    def _names(self, hold: Hold, looked: _Looked) -> bool:
        """Tell whether a record is where, of what class and about what the hold says."""
        if hold.class_code not in {None, looked.item.classification.class_code}:
            return False
        pattern = _pattern(hold)
        if pattern is not None and pattern != "**":
            anchored = _anchored(pattern)
            if not any(
                matches(name, anchored) or matches(name, f"{anchored}/**") for name in looked.names
            ):
                return False
        return not hold.about.is_named or self._is_about(hold, looked)

    def _is_about(self, hold: Hold, looked: _Looked) -> bool:
        about = hold.about
        return (
            any(_folded(case) in looked.steps for case in about.cases)
            or any(value in about.values for value in looked.values)
            or any(self._lies_in(looked.item.record, place) for place in about.places)
        )

    def _lies_in(self, record: Record, place: Place) -> bool:
        here = self._absolute(record.share, record.path)
        there = self._absolute(place.share, place.path)
        if not place.part:
            return here == there or here.startswith(there + b"/")
        if here != there:
            return False
        return record.part == place.part if record.span is None else _is_same(record, place)

    def _looked_at(self, item: CataloguedRecord) -> _Looked:
        record = item.record
        path = normalised(record.path)
        names = tuple(f"{prefix}{path}" for prefix in self._prefixes_of(record.share))
        return _Looked(
            item=item,
            names=names,
            steps=frozenset(_steps(names)) if self._needs_steps else frozenset(),
            values=self._values(record.record_id) if self._has_values else (),
        )

    def _prefixes_of(self, share: str) -> tuple[str, ...]:
        known = self._prefixes.get(share)
        if known is None:
            names = [share.encode() + b"/"]
            root = self._roots.get(share)
            for name, around in self._roots.items() if root is not None else ():
                if root is not None and root.startswith(around + b"/"):
                    names.append(name.encode() + root.removeprefix(around) + b"/")
            known = self._prefixes[share] = tuple(normalised(name) for name in names)
        return known

    def _absolute(self, share: str, path: bytes) -> bytes:
        # A share that the rules no longer name has a place of its own, which is nowhere else.
        root = self._roots.get(share, b"\0/" + share.encode())
        return root + b"/" + path if path else root


def holds_on(
    item: CataloguedRecord, holds: Collection[Hold], roots: Mapping[str, bytes]
) -> tuple[Hold, ...]:
    """Return the holds that cover ``item``; for many records make one :class:`Holding`."""
    return Holding(holds, roots).on(item)


def _pattern(hold: Hold) -> str | None:
    return None if hold.path is None else hold.path.rstrip("/") or "**"


def _anchored(pattern: str) -> str:
    return pattern if "/" in pattern else f"**/{pattern}"


def _folded(text: str) -> str:
    return normalised(text.encode("utf-8", "surrogateescape"))


def _steps(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        yield name
        yield from name.split("/")
        at = name.find("/")
        while at >= 0:
            yield name[:at]
            at = name.find("/", at + 1)


def _is_same(record: Record, place: Place) -> bool:
    return record.span is not None and record.span.sha256 == place.sha256
