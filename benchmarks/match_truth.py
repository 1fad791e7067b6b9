"""The right answers, found by comparing a query with every code: what each engine is held to."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

Found = npt.NDArray[np.uint64]
"""Rows of query, distance, position; in that order of sorting."""

_PIECE = 1 << 16


def find_within(codes: npt.NDArray[np.uint8], queries: npt.NDArray[np.uint8], radius: int) -> Found:
    """Return every code within the radius (at most 127) of each query, as rows of query, distance, position.

    Plain numpy, and nothing of what is measured. A code that differs in more bits of its first half than the radius
    allows is not looked at further.
    """

    def look(first: int) -> Found:
        words = np.ascontiguousarray(codes[first : first + _PIECE]).view(np.uint64)
        columns = [np.ascontiguousarray(words[:, column]) for column in range(4)]
        return np.concatenate([_look(columns, query, number, first) for number, query in enumerate(asked)])

    def _look(columns: list[Found], query: Found, number: int, first: int) -> Found:
        half = np.bitwise_count(columns[0] ^ query[0]) + np.bitwise_count(columns[1] ^ query[1])
        places = np.flatnonzero(half <= radius)
        rest = sum(np.bitwise_count(columns[word][places] ^ query[word]).astype(np.uint64) for word in (2, 3))
        distances = half[places] + rest
        kept = distances <= radius
        rows = np.empty((int(kept.sum()), 3), np.uint64)
        rows[:, 0], rows[:, 1], rows[:, 2] = number, distances[kept], places[kept] + first
        return rows

    asked = np.ascontiguousarray(queries).view(np.uint64)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        found = list(threads.map(look, range(0, len(codes), _PIECE)))
    return in_order(np.concatenate([np.empty((0, 3), np.uint64), *found]))


def in_order(rows: Found) -> Found:
    """Sort rows by query, distance, position."""
    return rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
