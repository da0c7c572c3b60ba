"""Which holds cover a record."""

from collections.abc import Collection

from gallra.model.record import CataloguedRecord, Hold
from gallra.policy.paths import matches, normalised


def holds_on(item: CataloguedRecord, holds: Collection[Hold]) -> tuple[Hold, ...]:
    """Return the holds that cover ``item``, ordered by reference.

    A hold on a path covers what matches its pattern and everything below it: a hold on a
    folder needs no wildcard. A hold that names a path and a class covers what fulfils both;
    one that names neither covers everything, since a hold must rather cover too much.

    Args:
        item: The record; its path is looked at as ``SHARE/PATH``.
        holds: Every standing hold, in any order.
    """
    if not holds:
        return ()
    record = item.record
    path = normalised(record.share.encode() + b"/" + record.path)
    covering = [hold for hold in holds if _covers(hold, path, item.classification.class_code)]
    return tuple(sorted(covering, key=lambda hold: hold.reference))


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
