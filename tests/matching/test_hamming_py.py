"""The plain index measures what the definition says."""

import numpy as np

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
    assert index.search(query, 120) == expected
