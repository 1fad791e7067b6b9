"""The plain index measures what the definition says."""

import numpy as np
import pytest

from safelight.matching.hamming_py import PlainHammingIndex


def test_distances_are_the_differing_bits_of_the_two_numbers() -> None:
    generator = np.random.default_rng(2)
    codes = [generator.bytes(32) for _ in range(300)]
    index = PlainHammingIndex()
    index.add_many(b"".join(codes), np.arange(300, dtype=np.uint64))
    query = generator.bytes(32)
    distances = [(int.from_bytes(code) ^ int.from_bytes(query)).bit_count() for code in codes]
    expected = sorted((distance, number) for number, distance in enumerate(distances) if distance <= 120)
    assert 0 < len(expected) < 300
    assert index.search_many(query, 120, None, None) == [(expected, 0)]
    assert index.search_many(query, 120, 3, None) == [(expected[:3], len(expected) - 3)]


def test_more_codes_than_are_measured_at_a_time_are_all_measured() -> None:
    size = 150_000
    index = PlainHammingIndex()
    index.add_many(bytes(32 * size), np.arange(size, dtype=np.uint64))
    ((found, cut),) = index.search_many(bytes(32), 0, None, None)
    assert [payload for _, payload in found] == list(range(size))
    assert cut == 0


@pytest.mark.parametrize("radii", [b"", b"\xff", b"\x05\xff"])
def test_a_group_without_a_radius_is_left_out(radii: bytes) -> None:
    index = PlainHammingIndex()
    index.add_many(bytes(64), np.array([(1 << 40) | 3, 2**64 - 1], np.uint64))
    assert index.search_many(bytes(32), 31, None, radii) == [([], 0)]
