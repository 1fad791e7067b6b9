"""The three kinds of codes that bench_match.py measures on, and the queries that are put to them.

Everything is drawn from a fixed seed, so two runs measure the same codes. Codes are written in pieces to a file that
numpy maps, because 100 million of them take 3.2 GB, and are kept for the next run.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import match_photographs
from match_truth import find_within

Codes = npt.NDArray[np.uint8]
"""Codes by 32 bytes."""

RADIUS = 31
PLANTED_SHARE = 0.1
CLUSTERED_SHARE = 0.3
MEMBERS_PER_CLUSTER = 30
TURNED = 500
"""How many times eight codes are searched in one call."""

_SEED = 20261124
_PIECE = 1 << 18
_BITS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The files that one kind of codes is measured with, and a sentence on what they hold.

    `codes` and `queries` hold codes by 32 bytes; `turned` maps a name to a file of pictures by 8 orientations by
    32 bytes.
    """

    kind: str
    size: int
    codes: Path
    queries: Path
    turned: dict[str, Path]
    words: str


def make_workload(kind: str, size: int, query_count: int, cache: Path, processes: int) -> Workload:
    """Return the codes and queries of a kind, from the cache where they are there already."""
    cache.mkdir(parents=True, exist_ok=True)
    codes = cache / f"{kind}-{size}.npy"
    words = codes.with_suffix(".json")
    if not words.exists():
        said = _MAKERS[kind](codes, size, processes)
        words.write_text(json.dumps(said), encoding="utf-8")
    queries = cache / f"{kind}-{size}-queries-{query_count}.npy"
    if not queries.exists():
        _save(queries, make_queries(kind, np.load(codes, mmap_mode="r"), query_count))
    return Workload(
        kind=kind,
        size=size,
        codes=codes,
        queries=queries,
        turned=_turned(cache),
        words=json.loads(words.read_text(encoding="utf-8")),
    )


def draw_balanced(count: int, generator: np.random.Generator) -> Codes:
    """Draw codes of which exactly 128 bits are set, each such code as likely as any other."""
    codes = generator.integers(0, 1 << 64, size=(count, 4), dtype=np.uint64)
    balance(codes, generator)
    return codes.view(np.uint8)


def balance(codes: npt.NDArray[np.uint64], generator: np.random.Generator) -> None:
    """Flip bits that are drawn at random, of those that are too many, until 128 of each code are set."""
    excess = np.bitwise_count(codes).sum(axis=1, dtype=np.int16) - 128
    left = np.flatnonzero(excess)
    while left.size:
        places = generator.integers(0, _BITS, size=left.size)
        words, bits = places >> 6, np.uint64(1) << (places & 63).astype(np.uint64)
        is_set = (codes[left, words] & bits) != 0
        flips = is_set == (excess[left] > 0)
        codes[left[flips], words[flips]] ^= bits[flips]
        excess[left[flips]] -= np.where(is_set[flips], 1, -1).astype(np.int16)
        left = left[excess[left] != 0]


def make_queries(kind: str, codes: Codes, count: int) -> Codes:
    """Draw queries: nine of ten match nothing, the others lie 0 to 31 bits from a code, in a mixed order."""
    generator = np.random.default_rng([_SEED, 2])
    planted = round(count * PLANTED_SHARE)
    chosen = np.array(codes[np.sort(generator.integers(0, len(codes), size=planted))])
    near = flip_bits(chosen, generator.integers(0, RADIUS + 1, size=planted), generator)
    queries = np.concatenate([_without_match(kind, codes, count - planted, generator), near])
    return generator.permutation(queries)


def flip_bits(codes: Codes, counts: npt.NDArray[np.int64], generator: np.random.Generator) -> Codes:
    """Return each code with so many of its bits, all different, turned over."""
    ranks = generator.random((len(codes), _BITS)).argsort(axis=1).argsort(axis=1)
    return codes ^ np.packbits(ranks < counts[:, None], axis=1)


def _without_match(kind: str, codes: Codes, count: int, generator: np.random.Generator) -> Codes:
    """Draw codes of the kind, and keep those that match nothing: few photographs make crops that look alike."""
    found = np.empty((0, 32), np.uint8)
    number = 0
    while len(found) < count:
        if kind == "photo":
            drawn = match_photographs.draw(min(1000, count), seed=[_SEED, 3, number])[:, 0]
            matching = np.unique(find_within(codes, drawn, RADIUS)[:, 0])
            drawn = np.delete(drawn, matching.astype(np.int64), axis=0)
        else:
            drawn = draw_balanced(count, generator)
        found = np.concatenate([found, drawn])
        number += 1
    return found[:count]


def _write_random(path: Path, size: int, processes: int) -> str:
    del processes

    def draw(first: int, count: int) -> Codes:
        return draw_balanced(count, np.random.default_rng([_SEED, 0, first]))

    _write(path, size, draw)
    return "random, 128 bits of each set"


def _write_clustered(path: Path, size: int, processes: int) -> str:
    del processes
    clusters = max(1, round(size * CLUSTERED_SHARE / MEMBERS_PER_CLUSTER))
    centres = draw_balanced(clusters, np.random.default_rng([_SEED, 1])).view(np.uint64)
    weights = 1 / np.arange(1, clusters + 1)
    edges = np.cumsum(weights / weights.sum())

    def draw(first: int, count: int) -> Codes:
        generator = np.random.default_rng([_SEED, 1, first])
        codes = draw_balanced(count, generator).view(np.uint64)
        members = np.flatnonzero(generator.random(count) < CLUSTERED_SHARE)
        ranks = np.minimum(np.searchsorted(edges, generator.random(members.size)), clusters - 1)
        codes[members] = _near_duplicates(centres[ranks], generator)
        return codes.view(np.uint8)

    _write(path, size, draw)
    return (
        f"{CLUSTERED_SHARE:.0%} are near-duplicates of {clusters:,} centres, whose share falls with their rank (Zipf); "
        "the others are random"
    )


def _near_duplicates(codes: npt.NDArray[np.uint64], generator: np.random.Generator) -> npt.NDArray[np.uint64]:
    """Turn up to 20 bits of each code, then as many more as keep 128 set."""
    steps = generator.integers(0, 21, size=len(codes))
    for step in range(20):
        moved = np.flatnonzero(steps > step)
        places = generator.integers(0, _BITS, size=moved.size)
        codes[moved, places >> 6] ^= np.uint64(1) << (places & 63).astype(np.uint64)
    balance(codes, generator)
    return codes


def _write_photo(path: Path, size: int, processes: int) -> str:
    _write(path, size, match_photographs.Drawer(seed=[_SEED, 4], processes=processes))
    codes = np.load(path, mmap_mode="r")
    distinct = len(np.unique(np.ascontiguousarray(codes).view("V32")))
    odd = int((np.bitwise_count(codes.view(np.uint64)).sum(axis=1) & 1).sum())
    return (
        f"PDQ hashes of crops and blends of {len(match_photographs.find_photographs())} photographs; "
        f"{distinct:,} are distinct, {odd:,} have an odd number of bits set"
    )


_MAKERS: dict[str, Callable[[Path, int, int], str]] = {
    "random": _write_random,
    "clustered": _write_clustered,
    "photo": _write_photo,
}
KINDS = tuple(_MAKERS)


def _write(path: Path, size: int, draw: Callable[[int, int], Codes]) -> None:
    """Fill a file of codes piece by piece; it gets its name when it is whole."""
    unfinished = path.with_suffix(".part")
    codes = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=(size, 32))
    for first in range(0, size, _PIECE):
        count = min(_PIECE, size - first)
        codes[first : first + count] = draw(first, count)
    codes.flush()
    unfinished.rename(path)


def _turned(cache: Path) -> dict[str, Path]:
    """Return eight random codes a time, and the eight orientations of pictures where there are photographs."""
    places = {"random": cache / "turned-random.npy"}
    if not places["random"].exists():
        drawn = draw_balanced(TURNED * 8, np.random.default_rng([_SEED, 5]))
        _save(places["random"], drawn.reshape(TURNED, 8, 32))
    if match_photographs.find_photographs():
        places["photographs"] = cache / "turned-photographs.npy"
        if not places["photographs"].exists():
            _save(places["photographs"], match_photographs.draw(TURNED, seed=[_SEED, 6]))
    return places


def _save(path: Path, array: Codes) -> None:
    """Save an array under a name that it gets when it is whole."""
    unfinished = path.with_suffix(".part.npy")
    np.save(unfinished, array)
    unfinished.rename(path)
