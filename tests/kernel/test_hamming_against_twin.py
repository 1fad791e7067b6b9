"""The compiled index, at every instruction set, its plain twin and the definition find the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.hashing.pdq import HAS_KERNEL
from safelight.matching.hamming_py import PlainHammingIndex

pytestmark = pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")

if HAS_KERNEL:
    from safelight import _kernel

    LEVELS = _kernel.cpp_levels()
else:
    LEVELS = []


def near_codes(generator: np.random.Generator, count: int) -> np.ndarray:
    """Make codes in a few clusters, so that every distance up to 64 and beyond occurs, duplicates too."""
    centres = generator.integers(0, 256, (3, 32), np.uint8)
    share = generator.uniform(0, 0.3, (count, 1))
    flips = np.packbits(generator.uniform(size=(count, 256)) < share, axis=1)
    flips[generator.uniform(size=count) < 0.2] = 0
    return centres[generator.integers(0, 3, count)] ^ flips


def by_definition(held: list[tuple[int, int]], query: bytes, radius: int) -> list[tuple[int, int]]:
    distances = [((code ^ int.from_bytes(query)).bit_count(), payload) for code, payload in held]
    return sorted(hit for hit in distances if hit[0] <= radius)


def check(level: str, seed: int, size: int, radius: int, query_count: int) -> None:
    generator = np.random.default_rng(seed)
    codes = near_codes(generator, size)
    payloads = generator.integers(0, max(1, size), size, np.uint64)
    removed = generator.integers(0, max(1, size), size // 5)
    indexes = [_kernel.HammingIndex(level), PlainHammingIndex()]
    for index in indexes:
        index.add_many(codes[: size // 2].tobytes(), payloads[: size // 2])
        for code, payload in zip(codes[size // 2 :], payloads[size // 2 :], strict=True):
            index.add(code.tobytes(), int(payload))
    assert [[index.remove(int(payload)) for payload in removed] for index in indexes[:1]] == [
        [index.remove(int(payload)) for payload in removed] for index in indexes[1:]
    ]
    gone = {int(payload) for payload in removed}
    pairs = zip(codes, payloads, strict=True)
    held = [(int.from_bytes(code.tobytes()), int(payload)) for code, payload in pairs if int(payload) not in gone]
    queries = [code.tobytes() for code in near_codes(generator, query_count)]
    queries[: min(3, size)] = [code.tobytes() for code in codes[:3]]
    expected = [by_definition(held, query, radius) for query in queries]
    for index in indexes:
        assert len(index) == len(held)
        assert index.search_many(b"".join(queries), radius) == expected


@pytest.mark.parametrize("level", LEVELS)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(0, 300),
    radius=st.integers(0, 64),
    query_count=st.integers(3, 20),
)
@settings(max_examples=30, deadline=None)
def test_kernel_twin_and_definition_find_the_same(
    level: str, seed: int, size: int, radius: int, query_count: int
) -> None:
    check(level, seed, size, radius, query_count)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(0, 2000),
    radius=st.integers(0, 64),
    query_count=st.integers(3, 40),
)
@settings(max_examples=500, deadline=None)
def test_kernel_twin_and_definition_find_the_same_in_the_full_count(
    level: str, seed: int, size: int, radius: int, query_count: int
) -> None:
    check(level, seed, size, radius, query_count)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 2000])
@pytest.mark.parametrize("radius", [0, 31, 64, 256])
def test_sizes_around_the_widths_of_the_registers_lose_nothing(level: str, size: int, radius: int) -> None:
    check(level, size * 1000 + radius, size, radius, query_count=9)
