"""Digests are found exactly, however they were added."""

import numpy as np
import pytest

from safelight.hashing.signal import Signal, SignalType
from safelight.matching.digest_index import DigestIndex


def _md5(value: bytes) -> Signal:
    return Signal(type=SignalType.MD5, value=value)


def _values(count: int, size: int, seed: int = 7) -> list[bytes]:
    generator = np.random.default_rng(seed)
    return [generator.bytes(size) for _ in range(count)]


@pytest.mark.parametrize("chunk", [1, 999, 1000, 5000])
def test_every_digest_is_found_however_it_was_added(chunk: int) -> None:
    values = _values(5000, 16)
    index = DigestIndex()
    entries = list(enumerate(values))
    for start in range(0, len(entries), chunk):
        index.add_many(entries[start : start + chunk])
    assert len(index) == 5000
    assert all([c.entry_id for c in index.search(_md5(value), 0)] == [number] for number, value in entries[::97])
    assert index.search(_md5(b"\1" * 16), 0) == []


def test_equal_digests_are_all_found_and_removed_ones_are_not() -> None:
    value = b"\7" * 16
    index = DigestIndex()
    index.add_many([(1, value), (2, value)])
    index.add_many([(number, bytes([number % 256]) * 16) for number in range(10, 2000)] + [(3, value)])
    assert {1, 2, 3} <= {c.entry_id for c in index.search(_md5(value), 0)}
    before = len(index)
    index.remove(2)
    index.remove(999_999)
    assert 2 not in {c.entry_id for c in index.search(_md5(value), 0)}
    assert len(index) == before - 1


def test_many_small_additions_do_not_pile_up() -> None:
    values = _values(70_000, 16)
    index = DigestIndex()
    for number, value in enumerate(values):
        index.add_many([(number, value)])
    assert [c.entry_id for c in index.search(_md5(values[-1]), 0)] == [69_999]
    assert [c.entry_id for c in index.search(_md5(values[0]), 0)] == [0]
