"""Likeness: a veiled PDQ value, by which copies of a picture are found among open cases.

The 256 bits are put into a secret order and some of them turned over, by a secret that is kept sealed. The distance of
two veiled values is that of the values themselves; but who has the database alone can neither ask it whether it holds
some known picture, nor look such a value up elsewhere. Who gets to know some pictures and their veiled values as well
could work the order out: it is a veil for rows at rest, not a cipher.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_BITS, _BYTES, _CHUNK_BYTES = 256, 32, 2
CHUNKS = _BYTES // _CHUNK_BYTES
LONGEST_DISTANCE = CHUNKS - 1
"""Two values that differ in fewer bits than there are chunks have one chunk in common at least (pigeonhole)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The veiled values of one picture in all its orientations, the upright one first."""

    values: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Veil:
    """Veils PDQ values under one secret."""

    secret: bytes = field(repr=False)

    def likeness(self, orientations: Sequence[bytes]) -> Likeness:
        """Return the veiled values of a picture's orientations."""
        order, turned = _veil(self.secret)
        return Likeness(values=tuple(_permuted(value, order, turned) for value in orientations))


def chunks_of(value: bytes) -> list[int]:
    """Return the 16 chunks of a veiled value, each with its place in it: place * 65536 + chunk."""
    return [place << 16 | int.from_bytes(value[2 * place : 2 * place + 2], "big") for place in range(CHUNKS)]


def distance(one: bytes, other: bytes) -> int:
    """Return in how many bits two veiled values differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def nearest(likeness: Likeness, candidates: Sequence[tuple[int, bytes]], most: int) -> int | None:
    """Return the number of the candidate that is nearest, of those that are near enough; the lowest of several."""
    near = [(min(distance(mine, value) for mine in likeness.values), number) for number, value in candidates]
    return min(((bits, number) for bits, number in near if bits <= most), default=(0, None))[1]


@lru_cache(maxsize=4)
def _veil(secret: bytes) -> tuple[tuple[int, ...], int]:
    """Return the secret order of the bits (Fisher-Yates over a keyed stream), and which are turned over."""
    key = hmac.digest(secret, b"safelight/likeness", hashlib.sha256)
    stream = hashlib.shake_256(key).digest(8 * _BITS + _BYTES)
    order = list(range(_BITS))
    for last in range(_BITS - 1, 0, -1):
        drawn = int.from_bytes(stream[8 * last : 8 * last + 8], "big") % (last + 1)
        order[last], order[drawn] = order[drawn], order[last]
    return tuple(order), int.from_bytes(stream[-_BYTES:], "big")


def _permuted(value: bytes, order: Sequence[int], turned: int) -> bytes:
    bits = int.from_bytes(value, "big")
    moved = sum((bits >> source & 1) << place for place, source in enumerate(order))
    return (moved ^ turned).to_bytes(_BYTES, "big")
