"""Which holds cover a record."""

from collections.abc import Collection, Iterator, Mapping

from gallra.model.record import CataloguedRecord, Hold
from gallra.policy.paths import matches, normalised


def holds_on(
    item: CataloguedRecord, holds: Collection[Hold], roots: Mapping[str, bytes]
) -> tuple[Hold, ...]:
    """Return the holds that cover ``item``, ordered by reference.

    A hold on a path covers what matches its pattern and everything below it: a hold on a
    folder needs no wildcard. A hold that names a path and a class covers what fulfils both;
    one that names neither covers everything, since a hold must rather cover too much.

    Args:
        item: The record; its path is looked at as ``SHARE/PATH``. In a share that lies within
            others it has such a name in each of them, and a hold on any of these covers it.
        holds: Every standing hold, in any order.
        roots: Where each share of the rules lies, by name; absolute.
    """
    if not holds:
        return ()
    record = item.record
    paths = [normalised(name) for name in _names(record.share, record.path, roots)]
    code = item.classification.class_code
    covering = [hold for hold in holds if any(_covers(hold, path, code) for path in paths)]
    return tuple(sorted(covering, key=lambda hold: hold.reference))


def _names(share: str, path: bytes, roots: Mapping[str, bytes]) -> Iterator[bytes]:
    yield share.encode() + b"/" + path
    root = roots.get(share)
    if root is not None:
        for name, around in roots.items():
            if root.startswith(around + b"/"):
                yield name.encode() + root.removeprefix(around) + b"/" + path


def _covers(hold: Hold, path: str, class_code: str) -> bool:
    if hold.class_code is not None and hold.class_code != class_code:
        return False
    if hold.path is None:
        return True
    pattern = hold.path.rstrip("/") or "**"
    if pattern == "**":
        return True
    anchored = pattern if "/" in pattern else f"**/{pattern}"
    return matches(path, anchored) or matches(path, f"{anchored}/**")
