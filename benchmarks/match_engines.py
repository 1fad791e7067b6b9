"""The engines that bench_match.py pits against each other, each behind the same few calls.

Ours is opened from its file; the peers, which HMA builds from its database, are built. Every engine gets the queries
in the form that it takes, and gives back what it gives its callers: nothing is converted inside a timed stretch.
"""

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from match_truth import Found, in_order
from safelight import HammingIndex
from safelight.hashing.pdq import Flavour

RADIUS = 31
_PIECES_PER_THREAD = 4

Codes = npt.NDArray[np.uint8]


class Engine(ABC):
    """An index over codes whose payloads are their positions, and what is asked of it.

    What an engine needs is imported when it is made, so that it does not count as the index's memory.
    """

    @abstractmethod
    def start(self, codes: Codes) -> None:
        """Open or build the index."""

    @abstractmethod
    def prepare(self, queries: Codes) -> None:
        """Take queries in, in whatever form the engine takes them."""

    @abstractmethod
    def ask_all(self, threads: int) -> None:
        """Answer all prepared queries."""

    @abstractmethod
    def ask_one(self, number: int) -> None:
        """Answer one prepared query by itself."""

    @abstractmethod
    def answers(self) -> Found:
        """Return the answers to all prepared queries, as rows of query, distance, position."""

    def adder(self, codes: Codes) -> Callable[[int], None] | None:
        """Return what adds the code of a number, with everything that can be prepared done; None if nobody does."""
        del codes
        return None


class Ours(Engine):
    """`safelight.HammingIndex`, mapped from its file; at a SIMD level that may be forced."""

    def __init__(self, path: Path, level: str, flavour: str) -> None:
        self._path = path
        self._level = level
        self._flavour = Flavour(flavour)

    def start(self, codes: Codes) -> None:
        """Open the saved index; a flat file is searched flat, whatever its size."""
        del codes
        self.index = open_saved(self._path, self._level, self._flavour)

    def prepare(self, queries: Codes) -> None:
        """Keep queries as bytes, and joined in pieces for threads."""
        self._queries = [query.tobytes() for query in queries]
        self._joined = queries.tobytes()
        self._pool = ThreadPoolExecutor(16)

    def ask_all(self, threads: int) -> None:
        """Search all in one call, or in several calls from several threads."""
        if threads == 1:
            self.index.search_many(self._joined, RADIUS)
            return
        each = -(-len(self._queries) // (threads * _PIECES_PER_THREAD)) * 32
        pieces = [self._joined[start : start + each] for start in range(0, len(self._joined), each)]
        turns = [self._pool.submit(self._ask_several, pieces[thread::threads]) for thread in range(threads)]
        for turn in turns:
            turn.result()

    def _ask_several(self, pieces: Sequence[bytes]) -> None:
        for piece in pieces:
            self.index.search_many(piece, RADIUS)

    def ask_one(self, number: int) -> None:
        """Search one."""
        self.index.search(self._queries[number], RADIUS)

    def answers(self) -> Found:
        """Return what one call finds."""
        found = self.index.search_many(self._joined, RADIUS)
        return _rows((number, distance, payload) for number, hits in enumerate(found) for distance, payload in hits[0])


class PdqIndex(Engine):
    """`PDQIndex` of python-threatexchange, which is what HMA calls.

    One query goes through `PDQIndex.query`; many go, for its sake, in one call through the index inside it.
    """

    def __init__(self) -> None:
        _faiss()
        from threatexchange.signal_type.pdq.pdq_index import PDQIndex

        self._make = PDQIndex

    def start(self, codes: Codes) -> None:
        """Build from pairs of hexadecimal text and entry."""
        self.index = self._make((code.tobytes().hex(), number) for number, code in enumerate(codes))

    def prepare(self, queries: Codes) -> None:
        """Turn queries into hexadecimal text."""
        self._queries = [query.tobytes().hex() for query in queries]

    def ask_all(self, threads: int) -> None:
        """Search all in one call."""
        _faiss().omp_set_num_threads(threads)
        self.index.index.search_with_distance_in_result(self._queries, RADIUS)

    def ask_one(self, number: int) -> None:
        """Search one."""
        self.index.query(self._queries[number])

    def answers(self) -> Found:
        """Return what one call finds."""
        found = self.index.index.search_with_distance_in_result(self._queries, RADIUS)
        return _rows(
            (number, int(distance), position)
            for number, query in enumerate(self._queries)
            for position, _, distance in found[query]
        )

    def adder(self, codes: Codes) -> Callable[[int], None]:
        """Add as HMA does: one pair."""
        texts = [code.tobytes().hex() for code in codes]
        return lambda number: self.index.add(texts[number], number)


class FaissIndex(Engine):
    """A binary index of faiss, called directly: results are arrays, never Python objects."""

    def __init__(self, *, is_flat: bool) -> None:
        self._is_flat = is_flat
        _faiss()

    def start(self, codes: Codes) -> None:
        """Build; the multi-hash in the shape that PDQIndex gives it: 16 tables of 16 bits, one bit turned, ids kept."""
        faiss = _faiss()
        if self._is_flat:
            self.index = faiss.IndexBinaryFlat(256)
            self.index.add(np.ascontiguousarray(codes))
            return
        self._inner = faiss.IndexBinaryMultiHash(256, 16, 16)
        self._inner.nflip = RADIUS // 16
        self.index = faiss.IndexBinaryIDMap2(self._inner)
        self.index.add_with_ids(np.ascontiguousarray(codes), np.arange(len(codes), dtype=np.int64))

    def prepare(self, queries: Codes) -> None:
        """Keep the array."""
        self._queries = np.ascontiguousarray(queries)

    def ask_all(self, threads: int) -> None:
        """Search all in one call."""
        _faiss().omp_set_num_threads(threads)
        self.index.range_search(self._queries, RADIUS + 1)

    def ask_one(self, number: int) -> None:
        """Search one."""
        self.index.range_search(self._queries[number : number + 1], RADIUS + 1)

    def answers(self) -> Found:
        """Return what one call finds."""
        starts, distances, positions = self.index.range_search(self._queries, RADIUS + 1)
        numbers = np.repeat(np.arange(len(self._queries)), np.diff(starts.astype(np.int64)))
        return in_order(np.column_stack([numbers, distances, positions]).astype(np.uint64))


def _faiss() -> Any:
    import faiss

    return faiss


def make_engine(name: str, path: Path, level: str, flavour: str) -> Engine:
    """Return an engine by its name."""
    engines: dict[str, Callable[[], Engine]] = {
        "ours": lambda: Ours(path, level, flavour),
        "PDQIndex": PdqIndex,
        "faiss-flat": lambda: FaissIndex(is_flat=True),
        "faiss-multihash": lambda: FaissIndex(is_flat=False),
    }
    return engines[name]()


PEERS = ("PDQIndex", "faiss-flat", "faiss-multihash")


def build(codes: Codes, *, is_flat: bool, flavour: str) -> HammingIndex:
    """Build an index of ours from packed codes, with the position of each as its payload, and wait for it."""
    how = {"flat_below": _ALL} if is_flat else {}
    index = HammingIndex(radius=RADIUS, flavour=Flavour(flavour), folds_by_itself=False, **how)
    index.add_many(np.ascontiguousarray(codes).reshape(-1), np.arange(len(codes), dtype=np.uint64))
    index.fold()
    return index


def open_saved(path: Path, level: str, flavour: Flavour) -> HammingIndex:
    """Open an index of ours; one whose file's name says `flat` stays flat."""
    how = {"flat_below": _ALL} if "flat" in path.name else {}
    return HammingIndex.open(path, level=level, flavour=flavour, **how)


_ALL = 1 << 40
"""More codes than anybody has: no directory is built up to it."""


def _rows(triples: Any) -> Found:
    rows = np.array([*triples], dtype=np.uint64).reshape(-1, 3)
    gc.collect()
    return in_order(rows)
