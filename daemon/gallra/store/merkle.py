"""The hash tree of RFC 6962: what makes a changed, removed or inserted entry visible.

Only roots of full subtrees are kept, so that a tree of a million leaves is appended to,
and its root given, from twenty hashes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Watch = Callable[[int, int, list[bytes]], None]
"""Is told of nodes: their level, the place of the first on it, and their hashes, in order."""

_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """That one leaf is in the tree of a given size: goes with the checkpoint of that size."""

    sequence: int
    size: int
    leaf: bytes
    hashes: tuple[bytes, ...]
    """Siblings from the leaf up, as RFC 6962 orders them."""
    root: bytes


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962 section 2.1: prefixed so it is never a node's)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree that only grows, kept as the roots of its full subtrees, largest first."""

    __slots__ = ("_roots", "size")

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        """Begin with ``size`` leaves already in the tree, whose subtrees have ``roots``.

        Raises:
            ValueError: If so many leaves do not have so many full subtrees.
        """
        self.size = size
        self._roots = list(roots)
        if len(self._roots) != size.bit_count():
            raise ValueError("a compact range has one root for each bit of its size")

    @property
    def roots(self) -> tuple[bytes, ...]:
        """The roots of the full subtrees, largest first."""
        return tuple(self._roots)

    def copy(self) -> "CompactRange":
        """Return a tree that grows on its own from here."""
        return CompactRange(self.size, self._roots)

    def extend(self, leaves: Iterable[bytes], watch: "Watch | None" = None) -> None:
        """Append ``leaves`` in order, level by level, since a million pass through here.

        Args:
            leaves: They are all in memory at once; give thousands, not millions.
            watch: Is shown every node that comes to be.
        """
        digest = sha256
        nodes = [digest(b"\x00" + leaf).digest() for leaf in leaves]
        added, level, left = len(nodes), 0, []
        while nodes:
            place = self.size >> level
            if place & 1:
                nodes.insert(0, self._roots.pop())
                place -= 1
            if watch is not None:
                watch(level, place, nodes)
            if len(nodes) & 1:
                left.append(nodes.pop())
            pairs = iter(nodes)
            nodes = [digest(b"\x01" + one + two).digest() for one, two in zip(pairs, pairs)]  # noqa: B905 - one iterator, twice
            level += 1
        self._roots.extend(reversed(left))
        self.size += added

    def root(self) -> bytes:
        """Return the tree's root hash, 32 bytes."""
        return self.root_from(0)

    def root_from(self, start: int) -> bytes:
        """Return the hash above all leaves from ``start`` on, where a full subtree begins."""
        at, roots = self.size, list(self._roots)
        node = EMPTY_ROOT
        width = 1
        while at > start:
            while not at & width:
                width <<= 1
            right = roots.pop()
            node = right if at == self.size else node_hash(right, node)
            at -= width
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root hash over ``leaves``."""
    tree, rest = CompactRange(), iter(leaves)
    while batch := list(islice(rest, _AT_ONCE)):
        tree.extend(batch)
    return tree.root()


def inclusion_proof(leaves: Iterable[bytes], sequence: int, size: int) -> tuple[bytes, ...]:
    """Return what, besides the leaf itself, is needed to reach the root of ``size`` leaves.

    Args:
        leaves: The first ``size`` leaves, in order, or more.
        sequence: The leaf to prove, counted from 0.
        size: How many leaves the tree has.

    Returns:
        The hashes, lowest first, as :func:`is_included` wants them.

    Raises:
        ValueError: If there is no such leaf, or there are fewer leaves than ``size``.

    Source:
        RFC 6962 section 2.1.1.
    """
    return proved(leaves, (sequence,), size)[sequence].hashes


def proved(
    leaves: Iterable[bytes], sequences: Iterable[int], size: int
) -> dict[int, InclusionProof]:
    """Prove any number of leaves in one pass; memory grows with the proofs, not with the tree.

    Args:
        leaves: The first ``size`` leaves, in order, or more.
        sequences: The leaves to prove, counted from 0.
        size: How many leaves the tree has.

    Raises:
        ValueError: If there is no such leaf, or there are fewer leaves than ``size``.
    """
    spans = {sequence: _sibling_spans(sequence, size) for sequence in sequences}
    if not all(0 <= sequence < size for sequence in spans):
        raise ValueError("there is no such leaf")
    found: dict[tuple[int, int], bytes] = {}
    waiting: dict[int, list[int]] = {}
    for start, end in {span for each in spans.values() for span in each}:
        width = end - start
        if width & (width - 1) == 0:
            waiting.setdefault(width.bit_length() - 1, []).append(start // width)
    for places in waiting.values():
        places.sort(reverse=True)

    def watch(level: int, place: int, nodes: list[bytes]) -> None:
        places = waiting.get(level)
        while places and places[-1] < place + len(nodes):
            at = places.pop()
            found[at << level, at + 1 << level] = nodes[at - place]

    tree, kept = CompactRange(), {}
    rest, wanted = islice(leaves, size), sorted(spans, reverse=True)
    while batch := list(islice(rest, _AT_ONCE)):
        while wanted and wanted[-1] < tree.size + len(batch):
            sequence = wanted.pop()
            kept[sequence] = batch[sequence - tree.size]
        tree.extend(batch, watch)
    if tree.size != size:
        raise ValueError("there are fewer leaves than the tree is said to have")
    root = tree.root()
    return {
        sequence: InclusionProof(
            sequence=sequence,
            size=size,
            leaf=kept[sequence],
            hashes=tuple(
                found[span] if span in found else tree.root_from(span[0]) for span in each
            ),
            root=root,
        )
        for sequence, each in spans.items()
    }


def _sibling_spans(sequence: int, size: int) -> list[tuple[int, int]]:
    """Return the runs of leaves beside the way from the leaf to the root, lowest first."""
    spans: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if sequence < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def is_included(leaf: bytes, sequence: int, size: int, proof: Iterable[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows that ``leaf`` is entry ``sequence`` of the tree ``root``.

    Source:
        RFC 9162 section 2.1.3.2.
    """
    if not 0 <= sequence < size:
        return False
    place, last, node = sequence, size - 1, leaf_hash(leaf)
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root
