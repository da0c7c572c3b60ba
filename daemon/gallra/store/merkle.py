"""The hash tree of RFC 6962: what makes a changed, removed or inserted entry visible.

Only roots of full subtrees are kept, so that a tree of a million leaves is appended to,
and its root given, from twenty hashes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


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

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append ``leaves`` in order; written flat, since a million pass through here."""
        roots, size, digest = self._roots, self.size, sha256
        for leaf in leaves:
            node = digest(b"\x00" + leaf).digest()
            level = size
            while level & 1:
                node = digest(b"\x01" + roots.pop() + node).digest()
                level >>= 1
            roots.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Return the tree's root hash, 32 bytes."""
        if not self._roots:
            return EMPTY_ROOT
        node = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            node = node_hash(left, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root hash over ``leaves``."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


def inclusion_proof(leaves: Iterator[bytes], sequence: int, size: int) -> tuple[bytes, ...]:
    """Return what, besides the leaf itself, is needed to reach the root of ``size`` leaves.

    One pass over the leaves; memory does not grow with the tree.

    Args:
        leaves: The first ``size`` leaves, in order.
        sequence: The leaf to prove, counted from 0.
        size: How many leaves the tree has.

    Returns:
        The hashes, lowest first, as :func:`is_included` wants them.

    Raises:
        ValueError: If there is no such leaf, or there are fewer leaves than ``size``.

    Source:
        RFC 6962 section 2.1.1.
    """
    if not 0 <= sequence < size:
        raise ValueError("there is no such leaf")
    spans = _sibling_spans(sequence, size)
    found: dict[tuple[int, int], bytes] = {}
    at = 0
    for start, end in sorted(spans):
        next(islice(leaves, start - at, start - at), None)
        tree = CompactRange()
        tree.extend(islice(leaves, end - start))
        if tree.size != end - start:
            raise ValueError("there are fewer leaves than the tree is said to have")
        found[start, end] = tree.root()
        at = end
    return tuple(found[span] for span in spans)


def proved(leaves: Callable[[], Iterator[bytes]], sequence: int, size: int) -> InclusionProof:
    """Return the proof of one leaf, with the leaf and the root it leads to.

    Args:
        leaves: Begins to read the leaves, in order; called twice.
        sequence: The leaf to prove, counted from 0.
        size: How many leaves the tree has.

    Raises:
        ValueError: If there is no such leaf.
    """
    hashes = inclusion_proof(leaves(), sequence, size)
    tree = CompactRange()
    waiting = islice(leaves(), size)
    tree.extend(islice(waiting, sequence))
    leaf = next(waiting)
    tree.extend((leaf,))
    tree.extend(waiting)
    return InclusionProof(sequence=sequence, size=size, leaf=leaf, hashes=hashes, root=tree.root())


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
