from hashlib import sha256

import pytest

from safelight.audit.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


def _leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % n) for n in range(count)]


def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert leaf_hash(b"x") == sha256(b"\x00x").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()


def test_the_roots_are_those_that_the_log_of_certificates_publishes_for_its_examples() -> None:
    tree = Frontier()
    assert tree.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    tree.push(leaf_hash(b""))
    assert tree.root().hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_root_of_every_size_is_that_of_the_plain_definition() -> None:
    leaves, tree = _leaves(300), Frontier()
    for size, leaf in enumerate(leaves):
        if size <= 70 or size % 37 == 0:
            assert tree.root() == plain_root(leaves[:size])
        tree.push(leaf)
    assert tree.root() == plain_root(leaves)


def test_a_frontier_goes_on_from_where_it_was_packed() -> None:
    leaves = _leaves(100)
    for stop in range(101):
        tree = Frontier()
        for leaf in leaves[:stop]:
            tree.push(leaf)
        again = Frontier.unpacked(stop, tree.packed())
        for leaf in leaves[stop:]:
            again.push(leaf)
        assert (again.size, again.root()) == (100, plain_root(leaves))


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert Frontier.unpacked(0, b"").root() == EMPTY_ROOT


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (3, bytes(32)), (1, bytes(31)), (2, bytes(33)), (-1, b"")])
def test_hashes_that_do_not_fit_the_size_are_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="one hash"):
        Frontier.unpacked(size, packed)
