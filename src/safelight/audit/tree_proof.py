"""Proofs by RFC 9162: that a leaf is in a tree (2.1.3), and that a tree grew out of an older one (2.1.4).

A proof is a list of hashes of subtrees, each named by its leaves [start, end). All that are wanted are gathered in one
pass over the leaves.
"""

from collections.abc import Collection, Iterable, Sequence

from safelight.audit.tree import EMPTY_ROOT, node_hash

Span = tuple[int, int]
"""The leaves of a subtree: from the first to before the last."""


def inclusion_spans(leaf: int, size: int) -> list[Span]:
    """Return the subtrees whose hashes lead from a leaf (counted from 0) to the root, in this order."""
    if not 0 <= leaf < size:
        raise ValueError("the leaf is not in the tree")
    start, end, spans = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if leaf < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def growth_spans(old_size: int, size: int) -> list[Span]:
    """Return the subtrees whose hashes show that a tree of `size` leaves begins with that of `old_size`."""
    if not 0 < old_size <= size:
        raise ValueError("a tree grows out of one that has leaves and is no larger")
    start, end, spans = 0, size, []
    while end > old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return [*([(start, end)] if start else []), *reversed(spans)]


def hash_spans(leaves: Iterable[bytes], spans: Collection[Span]) -> dict[Span, bytes]:
    """Return the hashes of subtrees by one pass over the hashes of all leaves; memory goes by the spans alone."""
    wanted, size = set(spans), 0
    found: dict[Span, bytes] = {}
    stack: list[bytes] = []
    starts: list[int] = []
    for leaf in leaves:
        start, node, rest = size, leaf, size
        size += 1
        if (start, size) in wanted:
            found[start, size] = node
        while rest & 1:
            start, node, rest = starts.pop(), node_hash(stack.pop(), node), rest >> 1
            if (start, size) in wanted:
                found[start, size] = node
        stack.append(node)
        starts.append(start)
    return found | _right_edge(stack, starts, size, wanted)


def _right_edge(stack: Sequence[bytes], starts: Sequence[int], size: int, wanted: set[Span]) -> dict[Span, bytes]:
    """Return the wanted subtrees at the end of the tree, which are not complete: they are folded from complete ones."""
    found, node = {}, b""
    for start, left in zip(reversed(starts), reversed(stack), strict=True):
        node = node_hash(left, node) if node else left
        if (start, size) in wanted:
            found[start, size] = node
    return found


def proves_inclusion(leaf_hash: bytes, leaf: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= leaf < size:
        return False
    node, last = leaf_hash, size - 1
    for sibling in path:
        if last == 0:
            return False
        if leaf & 1 or leaf == last:
            node = node_hash(sibling, node)
            while not leaf & 1 and leaf:
                leaf, last = leaf >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        leaf, last = leaf >> 1, last >> 1
    return last == 0 and node == root


def proves_growth(old_size: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the tree with `root` begins with the one with `old_root` (RFC 9162, 2.1.4.2)."""
    if old_size == 0:
        return not path and old_root == EMPTY_ROOT
    if old_size >= size:
        return old_size == size and not path and old_root == root
    hashes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not hashes:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _split(size: int) -> int:
    """Return the largest power of two below a size."""
    return 1 << (size - 1).bit_length() - 1
