"""How long single changes take until they show, and what eight orientations and a cap on matches cost or save."""

import time
from typing import Any

import numpy as np
import numpy.typing as npt

from match_codes import RADIUS, draw_balanced
from match_engines import Engine
from safelight import HammingIndex

Codes = npt.NDArray[np.uint8]
_FIRST_NEW = 1 << 39
"""Payloads from here on are those of codes that were added."""


def measure_changes(index: HammingIndex, codes: Codes, count: int) -> dict[str, Any]:
    """Add `count` new codes, remove them, and remove as many of the saved ones; microseconds of each.

    The change counts until its call returns. A search straight after it must show it: that it does is checked, and
    how long change and search take together is given as well.
    """
    generator = np.random.default_rng(7)
    new = [(code.tobytes(), _FIRST_NEW + number) for number, code in enumerate(draw_balanced(count, generator))]
    chosen = generator.choice(len(codes), size=min(count, len(codes) // 2), replace=False)
    old = [(codes[position].tobytes(), int(position)) for position in chosen]
    took: dict[str, list[float]] = {}
    for name, changes in {"add": new, "remove_new": new, "remove_old": old}.items():
        for code, payload in changes:
            began = time.perf_counter_ns()
            index.add(code, payload) if name == "add" else index.remove(payload)
            changed = time.perf_counter_ns()
            found = index.search(code, 0).pairs
            searched = time.perf_counter_ns()
            assert ((0, payload) in found) == (name == "add"), f"{name} did not show in the search after it"
            took.setdefault(name, []).append((changed - began) / 1000)
            took.setdefault(f"{name}_seen", []).append((searched - began) / 1000)
    return took


def measure_adds(engine: Engine, count: int) -> list[float]:
    """Add a few codes one by one; microseconds of each, none where the engine has no such call."""
    add = engine.adder(draw_balanced(count, np.random.default_rng(8)))
    took = []
    for number in range(count if add else 0):
        assert add is not None
        began = time.perf_counter_ns()
        add(number)
        took.append((time.perf_counter_ns() - began) / 1000)
    return took


def measure_turned(index: HammingIndex, turned: Codes) -> dict[str, list[float]]:
    """Search the first of eight orientations, then all eight in one call, picture by picture; microseconds of each."""
    took: dict[str, list[float]] = {"one": [], "eight": []}
    for picture in turned:
        first, joined = picture[0].tobytes(), picture.tobytes()
        began = time.perf_counter_ns()
        index.search(first, RADIUS)
        between = time.perf_counter_ns()
        index.search_many(joined, RADIUS)
        took["one"].append((between - began) / 1000)
        took["eight"].append((time.perf_counter_ns() - between) / 1000)
    return took


def measure_capped(index: HammingIndex, queries: Codes, limit: int) -> dict[str, Any]:
    """Search all queries in one call, then one by one, for at most `limit` matches of each."""
    began = time.perf_counter()
    found = index.search_many(queries.tobytes(), RADIUS, limit=limit)
    rate = len(queries) / (time.perf_counter() - began)
    took = []
    for query in queries:
        code = query.tobytes()
        began_one = time.perf_counter_ns()
        index.search(code, RADIUS, limit=limit)
        took.append((time.perf_counter_ns() - began_one) / 1000)
    return {"rate": rate, "micros": took, "cut": sum(hits.cut for hits in found)}
