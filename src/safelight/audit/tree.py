"""The Merkle tree of RFC 9162, section 2.1: the hashes of leaves and nodes, and a tree that only grows."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Self

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node by the hashes of its two children."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, of which only the hashes of its complete subtrees are held: one for each bit of its size.

    They stand from left to right, so from the largest to the smallest.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count() or any(len(each) != HASH_BYTES for each in self._hashes):
            raise ValueError("a frontier has one hash of 32 bytes for each bit of its size")

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Self:
        """Return the frontier that `packed` gave. Raises ValueError where size and hashes do not fit."""
        return cls(size, (packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)))

    def packed(self) -> bytes:
        """Return the hashes, joined."""
        return b"".join(self._hashes)

    def push(self, leaf: bytes) -> None:
        """Add the hash of a leaf on the right."""
        size, hashes = self.size, self._hashes
        self.size = size + 1
        while size & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self._hashes:
            return EMPTY_ROOT
        root = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            root = node_hash(left, root)
        return root
