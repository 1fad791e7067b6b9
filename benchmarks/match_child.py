"""One engine in a process of its own, and the other end of the pipe to it.

    python benchmarks/match_child.py ENGINE …

The parent writes a line of JSON for each thing to do and reads a line of JSON with what it took, so that engines can
take turns though each has its memory for itself.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from match_changes import measure_adds, measure_capped, measure_changes, measure_turned
from match_engines import Engine, Ours, build, make_engine
from match_memory import measure_memory, most_memory, settled_memory

LEAST_STRETCH_S = 0.5

Answer = dict[str, Any]


class Server:
    """What the child does when it is told to."""

    def __init__(self, engine: Engine, codes: Path, queries: Path, file: Path | None) -> None:
        self._engine = engine
        self._codes = np.load(codes, mmap_mode="r")
        self._queries = np.load(queries)
        self._file = file
        engine.prepare(self._queries)

    def start(self) -> Answer:
        """Open or build, and answer the first query."""
        self._before = settled_memory(self._file)
        began = time.perf_counter()
        self._engine.start(self._codes)
        self._engine.ask_one(0)
        return {"seconds": time.perf_counter() - began, "about": self._about()}

    def _about(self) -> dict[str, int | str]:
        return dict(self._engine.index.describe()) if isinstance(self._engine, Ours) else {}

    def ask_all(self, threads: int) -> Answer:
        """Answer all queries, again and again for a while; say how many a second, and how busy the process was.

        A quick engine must not get away with a stretch so short that nothing else of the machine falls into it.
        """
        began, began_busy, asked = time.perf_counter(), time.process_time(), 0
        while not asked or time.perf_counter() - began < LEAST_STRETCH_S:
            self._engine.ask_all(threads)
            asked += len(self._queries)
        seconds = time.perf_counter() - began
        return {"rate": asked / seconds, "busy": (time.process_time() - began_busy) / seconds}

    def ask_each(self, first: int, count: int) -> Answer:
        """Answer queries one by one; say how many microseconds each took."""
        took = []
        for number in range(first, min(first + count, len(self._queries))):
            began = time.perf_counter_ns()
            self._engine.ask_one(number)
            took.append((time.perf_counter_ns() - began) / 1000)
        return {"micros": took}

    def capped(self, limit: int) -> Answer:
        """Answer all queries, then each by itself, with at most `limit` matches of each (ours only)."""
        assert isinstance(self._engine, Ours)
        return measure_capped(self._engine.index, self._queries, limit)

    def answers(self, file: str) -> Answer:
        """Write down the answers to all queries."""
        rows = self._engine.answers()
        np.save(file, rows)
        return {"rows": len(rows)}

    def memory(self) -> Answer:
        """Say how many bytes each code takes: what is resident beyond the start, and with the whole file in memory."""
        now = settled_memory(self._file)
        # The codes that the index was built from are mapped too: they are the benchmark's, not the engine's.
        grown = now.resident - self._before.resident - self._resident_codes()
        whole = grown - now.resident_of_file + max(now.mapped_of_file, now.resident_of_file)
        return {"resident": grown / len(self._codes), "whole": whole / len(self._codes)}

    def _resident_codes(self) -> int:
        return measure_memory(Path(self._codes.filename)).resident_of_file

    def adds(self, count: int) -> Answer:
        """Add codes one by one, as far as the engine can; say how many microseconds each took."""
        return {"micros": measure_adds(self._engine, count)}

    def changes(self, count: int) -> Answer:
        """Add and remove one by one, and search after each (ours only)."""
        assert isinstance(self._engine, Ours)
        return measure_changes(self._engine.index, self._codes, count)

    def turned(self, file: str) -> Answer:
        """Search one code, then all eight orientations in one call (ours only)."""
        assert isinstance(self._engine, Ours)
        return measure_turned(self._engine.index, np.load(file))


class Child:
    """The parent's end: each call is one order and its answer."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._began = time.perf_counter()
        command = [sys.executable, str(Path(__file__)), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, order: str, **details: object) -> Answer:
        """Give an order and wait for its answer. Raises RuntimeError if the child has died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"order": order, **details}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise RuntimeError(f"A child of the benchmark died at `{order}` (exit status {self._process.wait()}).")
        return json.loads(line)

    def age(self) -> float:
        """Return how many seconds ago the child was started."""
        return time.perf_counter() - self._began

    def end(self) -> None:
        """Let the child go."""
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def build_file(codes: Path, file: Path, *, is_flat: bool, flavour: str) -> Answer:
    """Build an index of ours and save it; say what each took, and the most memory that the process had."""
    loaded = np.load(codes, mmap_mode="r")
    began = time.perf_counter()
    index = build(loaded, is_flat=is_flat, flavour=flavour)
    built = time.perf_counter()
    index.freeze().save(file, b"")
    saved = time.perf_counter()
    return {"build": built - began, "save": saved - built, "peak": most_memory(), "file": file.stat().st_size}


def serve(server: Server) -> None:
    """Do what the lines of standard input say until it ends."""
    orders: dict[str, Callable[..., Answer]] = {
        order: getattr(server, order)
        for order in ("start", "ask_all", "ask_each", "capped", "answers", "memory", "adds", "changes", "turned")
    }
    for line in sys.stdin:
        details = json.loads(line)
        print(json.dumps(orders[details.pop("order")](**details)), flush=True)


def main() -> None:
    """Be a child."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("--codes", type=Path, required=True)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--file", type=Path, help="the index file: written by `build`, opened by `ours`")
    parser.add_argument("--level", default="")
    parser.add_argument("--flavour", default="auto")
    given = parser.parse_args()
    if given.engine == "build":
        is_flat = "flat" in given.file.name
        print(json.dumps(build_file(given.codes, given.file, is_flat=is_flat, flavour=given.flavour)), flush=True)
        return
    engine = make_engine(given.engine, given.file, given.level, given.flavour)
    serve(Server(engine, given.codes, given.queries, given.file))


if __name__ == "__main__":
    main()
