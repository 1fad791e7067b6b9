"""The compiled index, at every instruction set, its plain twin and the definition find the same.

Sets that small would be looked at code by code: `flat_below` makes the compiled index build directories for them too.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.matching.hamming import HammingIndex, Hits

pytestmark = pytest.mark.skipif(not HAS_KERNEL, reason="the compiled kernel is not installed")

if HAS_KERNEL:
    from safelight import _kernel

    LEVELS = _kernel.cpp_levels()
else:
    LEVELS = []

Codes = npt.NDArray[np.uint8]
KINDS = ("clustered", "random", "balanced", "crowded", "equal")


def draw_codes(generator: np.random.Generator, kind: str, count: int) -> Codes:
    """Make codes: near a few centres; anywhere; with 128 bits as PDQ's; sharing all parts but few bits; all equal."""
    if kind == "random":
        return generator.integers(0, 256, (count, 32), np.uint8)
    if kind == "balanced":
        return np.packbits(generator.permuted(np.tile([0, 1], (count, 128)), axis=1), axis=1)
    if kind == "equal":
        return np.zeros((count, 32), np.uint8)
    if kind == "crowded":  # every part of a code but one is that of thousands of others
        codes = np.full((count, 32), 0x5A, np.uint8)
        codes[np.arange(count), generator.integers(0, 32, count)] = generator.integers(0, 256, count)
        return codes
    centres = generator.integers(0, 256, (3, 32), np.uint8)
    share = generator.uniform(0, 0.3, (count, 1))
    flips = np.packbits(generator.uniform(size=(count, 256)) < share, axis=1)
    flips[generator.uniform(size=count) < 0.2] = 0
    return centres[generator.integers(0, 3, count)] ^ flips


def draw_queries(generator: np.random.Generator, codes: Codes, count: int) -> Codes:
    """Make queries: some of the codes with a few bits turned, and one that is unrelated."""
    if len(codes) == 0:
        return generator.integers(0, 256, (count, 32), np.uint8)
    queries = codes[generator.integers(0, len(codes), count)].copy()
    share = generator.uniform(0, 0.15, (count, 1))
    queries ^= np.packbits(generator.uniform(size=(count, 256)) < share, axis=1)
    queries[-1] = generator.integers(0, 256, 32, np.uint8)
    return queries


@dataclass(slots=True)
class Definition:
    """What the indexes must equal: arrays of codes and payloads."""

    codes: Codes = field(default_factory=lambda: np.empty((0, 32), np.uint8))
    payloads: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))

    def add(self, codes: Codes, payloads: npt.NDArray[np.uint64]) -> None:
        self.codes = np.concatenate([self.codes, codes])
        self.payloads = np.concatenate([self.payloads, payloads])

    def remove_range(self, first: int, last: int) -> int:
        is_gone = (self.payloads >= np.uint64(first)) & (self.payloads <= np.uint64(last))
        self.codes, self.payloads = self.codes[~is_gone], self.payloads[~is_gone]
        return int(is_gone.sum())

    def search(self, query: Codes, radius: int, limit: int | None) -> Hits:
        distances = np.bitwise_count(self.codes ^ query).sum(axis=1, dtype=np.int64)
        near = distances <= radius
        pairs = sorted(zip(distances[near].tolist(), self.payloads[near].tolist(), strict=True))
        kept = pairs if limit is None else pairs[:limit]
        return Hits(kept, len(pairs) - len(kept))


def new_indexes(level: str, flat_below: int) -> list[HammingIndex]:
    compiled = HammingIndex(flavour=Flavour.KERNEL, level=level, flat_below=flat_below, fold_above=500)
    return [compiled, HammingIndex(flavour=Flavour.TWIN)]


def assert_equal(indexes: list[HammingIndex], held: Definition, queries: Codes, radius: int, limit: int | None) -> None:
    expected = [held.search(query, radius, limit) for query in queries]
    for index in indexes:
        assert len(index) == len(held.codes)
        assert index.search_many(queries, radius, limit=limit) == expected


def check(*, level: str, flat_below: int, seed: int, kind: str, size: int, radius: int) -> None:
    """Fill indexes in several ways, remove some, and compare before and after a fold."""
    generator = np.random.default_rng(seed)
    codes = draw_codes(generator, kind, size)
    payloads = generator.integers(0, max(1, size), size, np.uint64)
    indexes, held = new_indexes(level, flat_below), Definition()
    held.add(codes, payloads)
    most = size - min(size, 30)
    for index in indexes:
        index.add_many(codes[:most], payloads[:most])
        index.fold()
        for code, payload in zip(codes[most:], payloads[most:], strict=True):
            index.add(code.tobytes(), int(payload))
    for payload in generator.integers(0, max(1, size), min(size // 5, 50)).tolist():
        expected = held.remove_range(payload, payload)
        assert [index.remove(payload) for index in indexes] == [expected > 0] * 2
    queries = draw_queries(generator, codes, 11)
    assert_equal(indexes, held, queries, radius, None)
    indexes[0].fold()
    assert_equal(indexes, held, queries, radius, int(generator.integers(0, 20)))


RADII = st.one_of(st.integers(0, 64), st.sampled_from([27, 30, 31, 32, 127, 128, 129, 200, 255, 256]))
FLAT_BELOW = st.sampled_from([0, 0, 300_000])


@pytest.mark.parametrize("level", LEVELS)
@given(
    seed=st.integers(0, 2**32),
    size=st.integers(0, 600),
    radius=RADII,
    kind=st.sampled_from(KINDS),
    flat_below=FLAT_BELOW,
)
@settings(max_examples=30, deadline=None)
def test_kernel_twin_and_definition_find_the_same(
    *, level: str, seed: int, size: int, radius: int, kind: str, flat_below: int
) -> None:
    check(level=level, flat_below=flat_below, seed=seed, kind=kind, size=size, radius=radius)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 33, 5000])
def test_no_size_and_no_kind_of_codes_loses_anything(level: str, kind: str, size: int) -> None:
    for radius in (31, 256) if size < 100 else (31, 64):
        check(level=level, flat_below=0, seed=size * 1000 + radius, kind=kind, size=size, radius=radius)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
@given(
    seed=st.integers(0, 2**32),
    size=st.one_of(st.integers(0, 3000), st.integers(0, 100_000)),
    radius=st.integers(0, 64),
    kind=st.sampled_from(KINDS[:-1]),
    flat_below=FLAT_BELOW,
)
@settings(max_examples=200, deadline=None)
def test_kernel_twin_and_definition_find_the_same_in_the_full_count(
    *, level: str, seed: int, size: int, radius: int, kind: str, flat_below: int
) -> None:
    check(level=level, flat_below=flat_below, seed=seed, kind=kind, size=size, radius=radius)


def step(indexes: list[HammingIndex], held: Definition, generator: np.random.Generator, kind: str, path: Path) -> None:
    """Change the indexes and the definition alike: add, remove, fold, or go on from what was saved."""
    what = generator.integers(0, 10)
    if what < 5:
        count = int(generator.integers(0, 300 if what == 0 else 5))
        codes = draw_codes(generator, kind, count)
        payloads = generator.integers(0, 300, count, np.uint64)
        held.add(codes, payloads)
        for index in indexes:
            index.add_many(codes, payloads)
    elif what < 8:
        first = int(generator.integers(0, 300))
        last = first + int(generator.integers(0, 20))
        expected = held.remove_range(first, last)
        assert [index.remove_range(first, last) for index in indexes] == [expected] * len(indexes)
    elif what == 8:
        indexes[0].fold()
    else:
        for number, flavour in enumerate((Flavour.KERNEL, Flavour.TWIN)):
            indexes[number].freeze().save(path / "index", b"note")
            level = str(indexes[number].describe()["level"]) if flavour is Flavour.KERNEL else ""
            indexes[number] = HammingIndex.open(path / "index", flavour=flavour, level=level, flat_below=0)


def run_steps(level: str, seed: int, kind: str, count: int, path: Path) -> None:
    generator = np.random.default_rng(seed)
    indexes, held = new_indexes(level, 0), Definition()
    for _ in range(count):
        step(indexes, held, generator, kind, path)
        queries = draw_queries(generator, held.codes, int(generator.integers(1, 10)))
        assert_equal(indexes, held, queries, int(generator.integers(0, 65)), int(generator.integers(0, 400)))


@pytest.mark.parametrize("level", LEVELS)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_changes_folds_and_saves_loses_nothing(level: str, seed: int, kind: str, tmp_path: Path) -> None:
    run_steps(level, seed, kind, 30, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("level", LEVELS)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_changes_folds_and_saves_loses_nothing_in_the_full_count(
    level: str, seed: int, kind: str, tmp_path: Path
) -> None:
    run_steps(level, seed, kind, 100, tmp_path)
