import numpy as np
import pytest

from safelight.audit.tree import EMPTY_ROOT, Frontier, leaf_hash
from safelight.audit.tree_proof import (
    growth_spans,
    hash_spans,
    inclusion_spans,
    proves_growth,
    proves_inclusion,
)

_LEAVES = [leaf_hash(b"%d" % n) for n in range(1_000)]


def _root(size: int) -> bytes:
    tree = Frontier()
    for leaf in _LEAVES[:size]:
        tree.push(leaf)
    return tree.root()


def _plain_root(leaves: list[bytes]) -> bytes:
    tree = Frontier()
    for leaf in leaves:
        tree.push(leaf)
    return tree.root()


def _path(spans: list[tuple[int, int]], size: int) -> list[bytes]:
    found = hash_spans(iter(_LEAVES[:size]), spans)
    return [found[span] for span in spans]


def _plain_inclusion(leaf: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if leaf < split:
        return [*_plain_inclusion(leaf, leaves[:split]), _plain_root(leaves[split:])]
    return [*_plain_inclusion(leaf - split, leaves[split:]), _plain_root(leaves[:split])]


def _plain_growth(old: int, leaves: list[bytes], *, is_whole: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1, word for word."""
    if old == len(leaves):
        return [] if is_whole else [_plain_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*_plain_growth(old, leaves[:split], is_whole=is_whole), _plain_root(leaves[split:])]
    return [*_plain_growth(old - split, leaves[split:], is_whole=False), _plain_root(leaves[:split])]


def _cases() -> list[tuple[int, int]]:
    small = [(part, size) for size in range(1, 71) for part in range(size)]
    generator = np.random.default_rng(9162)
    sizes = generator.integers(71, 1_000, 60).tolist()
    return small + [(int(generator.integers(size)), size) for size in sizes]


def test_every_leaf_of_every_size_is_proved_as_the_plain_definition_says() -> None:
    roots = {size: _root(size) for size in {size for _, size in _cases()}}
    for leaf, size in _cases():
        path = _path(inclusion_spans(leaf, size), size)
        assert path == _plain_inclusion(leaf, _LEAVES[:size])
        assert proves_inclusion(_LEAVES[leaf], leaf, size, path, roots[size])


def test_every_growth_is_proved_as_the_plain_definition_says() -> None:
    roots = {size: _root(size) for size in {n for part, size in _cases() for n in (part + 1, size)}}
    for part, size in _cases():
        old = part + 1
        path = _path(growth_spans(old, size), size)
        assert path == _plain_growth(old, _LEAVES[:size])
        assert proves_growth(old, size, roots[old], roots[size], path)


def test_many_proofs_come_out_of_one_pass() -> None:
    spans = [inclusion_spans(leaf, 77) for leaf in range(77)]
    found = hash_spans(iter(_LEAVES[:77]), {span for each in spans for span in each})
    for leaf, each in enumerate(spans):
        assert proves_inclusion(_LEAVES[leaf], leaf, 77, [found[span] for span in each], _root(77))


def test_a_proof_of_anything_else_proves_nothing() -> None:
    for leaf, size in [(0, 1), (0, 2), (5, 11), (10, 11), (63, 64), (64, 65)]:
        path, root = _path(inclusion_spans(leaf, size), size), _root(size)
        wrong = [
            proves_inclusion(_LEAVES[leaf + 1], leaf, size, path, root),
            proves_inclusion(_LEAVES[leaf], leaf, size, [*path, bytes(32)], root),
            proves_inclusion(_LEAVES[leaf], leaf, size, path, bytes(32)),
            proves_inclusion(_LEAVES[leaf], size, size, path, root),
            proves_inclusion(_LEAVES[leaf], -1, size, path, root),
            *(proves_inclusion(_LEAVES[leaf], leaf, size, path[:n], root) for n in range(len(path))),
            *(proves_inclusion(_LEAVES[leaf], other, size, path, root) for other in range(size) if other != leaf),
        ]
        assert not any(wrong)


def test_a_growth_that_is_none_is_not_proved() -> None:
    for old, size in [(1, 2), (3, 7), (4, 7), (6, 8), (64, 100), (65, 100)]:
        path, roots = _path(growth_spans(old, size), size), (_root(old), _root(size))
        wrong = [
            proves_growth(old, size, roots[1], roots[0], path),
            proves_growth(old, size, bytes(32), roots[1], path),
            proves_growth(old, size, *roots, [*path, bytes(32)]),
            proves_growth(old, size, *roots, path[:-1]),
            proves_growth(size, old, *roots, path),
        ]
        assert not any(wrong)
    assert not proves_growth(3, 7, _root(3), _root(7), [])


def test_a_tree_grows_out_of_nothing_and_out_of_itself() -> None:
    assert proves_growth(0, 7, EMPTY_ROOT, _root(7), [])
    assert not proves_growth(0, 7, bytes(32), _root(7), [])
    assert growth_spans(7, 7) == []
    assert proves_growth(7, 7, _root(7), _root(7), [])
    assert not proves_growth(7, 7, _root(7), _root(6), [])


@pytest.mark.parametrize(("leaf", "size"), [(1, 1), (-1, 3), (0, 0)])
def test_no_path_is_asked_for_what_is_not_in_the_tree(leaf: int, size: int) -> None:
    with pytest.raises(ValueError, match="not in the tree"):
        inclusion_spans(leaf, size)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3), (-1, 3)])
def test_no_growth_is_asked_for_out_of_what_is_larger_or_empty(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="grows out of"):
        growth_spans(old, size)
