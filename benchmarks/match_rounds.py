"""Measuring one kind of codes: build, open, rounds in turn, and whether every answer is right."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from match_child import Child
from match_codes import RADIUS, Workload
from match_engines import PEERS
from match_truth import find_within, in_order

OPENINGS = 5
CHANGES = 1000
PEER_ADDS = 3
CAP = 100
SINGLES = 2000
"""A 99th percentile of fewer would be a guess."""

_CHECK_COMPARISONS = 10_000_000_000
"""How many codes are compared with queries, at the most, to know the right answers."""


@dataclass(slots=True, kw_only=True)
class Contestant:
    """An engine, and what was measured of it. `file` is the index file of ours; a round adds to the lists.

    `busy` is the share of a processor that its one thread had.
    """

    name: str
    engine: str
    file: Path | None = None
    level: str = ""
    about: dict[str, int | str] = field(default_factory=dict)
    start_s: float = 0.0
    rates: dict[int, list[float]] = field(default_factory=dict)
    busy: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)
    bytes_per_code: float = 0.0
    resident_per_code: float = 0.0
    add_micros: list[float] = field(default_factory=list)
    rows: int = 0
    is_right: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether this is an index of ours."""
        return self.engine == "ours"

    def rate(self, threads: int) -> float:
        """Return the median of queries a second."""
        return statistics.median(self.rates[threads])

    def rate_when_busy(self) -> float:
        """Return the median of queries for each second that one thread had a processor."""
        return statistics.median(rate / busy for rate, busy in zip(self.rates[1], self.busy, strict=True))

    def ahead_of(self, other: "Contestant", threads: int) -> float:
        """Return how many times as fast this is as another: the median over the rounds that both ran in."""
        pairs = zip(self.rates[threads], other.rates[threads], strict=True)
        return statistics.median(mine / theirs for mine, theirs in pairs)

    def percentile(self, share: float) -> float:
        """Return a percentile of the time that a query by itself takes, in microseconds."""
        return float(np.percentile(self.micros, share))


@dataclass(slots=True, kw_only=True)
class Measured:
    """All that one kind of codes showed. Times of opening are seconds, those of changes and turns microseconds."""

    workload: Workload
    queries: int
    rounds: int
    checked: int
    contestants: list[Contestant]
    builds: list[dict[str, float]]
    openings: list[dict[str, float]]
    changes: dict[str, list[float]]
    capped: dict[str, Any]
    turned: dict[str, dict[str, list[float]]]

    @property
    def ours(self) -> Contestant:
        """The index as it is made by default."""
        return self.contestants[0]

    def find(self, name: str) -> Contestant | None:
        """Return a contestant by its name."""
        return next((contestant for contestant in self.contestants if contestant.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be run. `levels` are those that the flat scan is forced to, none of them where it is left out."""

    rounds: int
    builds: int
    peers: Sequence[str]
    levels: Sequence[str]
    flavour: str
    folder: Path


def measure(workload: Workload, plan: Plan) -> Measured:
    """Build, open and measure."""
    queries = np.load(workload.queries)
    files = {"ours": plan.folder / "ours.index"} | ({"flat": plan.folder / "flat.index"} if plan.levels else {})
    builds = [_build(workload, files["ours"], plan.flavour) for _ in range(plan.builds)]
    if plan.levels:
        _build(workload, files["flat"], plan.flavour)
    contestants = [Contestant(name="ours", engine="ours", file=files["ours"])]
    contestants += [
        Contestant(name=f"ours, flat {level}".rstrip(), engine="ours", file=files["flat"], level=level)
        for level in plan.levels
    ]
    contestants += [Contestant(name=peer, engine=peer) for peer in PEERS if peer in plan.peers]
    for file in files.values():
        _warm(file)
    openings = [_open(contestants[0], workload, plan) for _ in range(OPENINGS)]
    with ExitStack() as stack:
        children = [
            stack.enter_context(Child(_arguments(contestant, workload, plan.flavour))) for contestant in contestants
        ]
        for contestant, child in zip(contestants, children, strict=True):
            started = child.tell("start")
            contestant.start_s, contestant.about = started["seconds"], started["about"]
        _run_rounds(contestants, children, plan.rounds, len(queries))
        turned = {name: children[0].tell("turned", file=str(file)) for name, file in workload.turned.items()}
        capped = children[0].tell("capped", limit=CAP)
        _take_memory(contestants, children)
        checked = _check(contestants, children, workload, plan.folder)
        _add_to_peers(contestants, children)
    changes = _measure_changes(contestants[0], workload, plan)
    for file in files.values():
        file.unlink()
    return Measured(
        workload=workload,
        queries=len(queries),
        rounds=plan.rounds,
        checked=checked,
        contestants=contestants,
        builds=builds,
        openings=openings,
        changes=changes,
        capped=capped,
        turned=turned,
    )


def _arguments(contestant: Contestant, workload: Workload, flavour: str) -> list[str]:
    arguments = [contestant.engine, "--codes", str(workload.codes), "--queries", str(workload.queries)]
    if contestant.file:
        arguments += ["--file", str(contestant.file), "--level", contestant.level, "--flavour", flavour]
    return arguments


def _build(workload: Workload, file: Path, flavour: str) -> dict[str, float]:
    arguments = ["build", "--codes", str(workload.codes), "--file", str(file), "--flavour", flavour]
    script = str(Path(__file__).with_name("match_child.py"))
    done = subprocess.run([sys.executable, script, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _warm(file: Path) -> None:
    """Read a file once, so that its pages are in the page cache."""
    with file.open("rb") as opened:
        while opened.read(1 << 24):
            pass


def _open(contestant: Contestant, workload: Workload, plan: Plan) -> dict[str, float]:
    """Open the saved index in a fresh process, up to its first answer; and the same with the process's own start."""
    child = Child(_arguments(contestant, workload, plan.flavour))
    with child:
        seconds: float = child.tell("start")["seconds"]
        return {"open": seconds, "process": child.age()}


def _run_rounds(contestants: list[Contestant], children: list[Child], rounds: int, queries: int) -> None:
    """Let each engine answer in each round; who is first changes. A first round, which warms up, is not counted."""
    for number in range(rounds + 1):
        for step in range(len(children)):
            place = (number + step) % len(children)
            contestant, child = contestants[place], children[place]
            for threads in (2, 1):  # one thread last: so many remain for the queries that come one by one
                told = child.tell("ask_all", threads=threads)
                if number:
                    contestant.rates.setdefault(threads, []).append(told["rate"])
            if number:
                contestant.busy.append(told["busy"])
            first, count = _share_of_singles(contestant, number, rounds, queries)
            if number:
                contestant.micros += child.tell("ask_each", first=first, count=count)["micros"]


def _share_of_singles(contestant: Contestant, number: int, rounds: int, queries: int) -> tuple[int, int]:
    """Ask ours everything in each round; the slower peers, and the flat scan, a part each time: 2,000 in the end."""
    if contestant.name == "ours":
        return 0, queries
    each = -(-min(SINGLES, queries) // rounds)
    return (number - 1) * each, each


def _check(contestants: list[Contestant], children: list[Child], workload: Workload, folder: Path) -> int:
    """Hold every answer against the first engine's, and as many as time allows against brute force; say how many."""
    codes, queries = np.load(workload.codes, mmap_mode="r"), np.load(workload.queries)
    checked = min(len(queries), max(20, _CHECK_COMPARISONS // len(codes)))
    right = find_within(codes, queries[:checked], RADIUS)
    file = folder / "answers.npy"
    ours: Any = None
    for contestant, child in zip(contestants, children, strict=True):
        contestant.rows = child.tell("answers", file=str(file))["rows"]
        rows = in_order(np.load(file))
        ours = rows if ours is None else ours
        contestant.is_right = np.array_equal(rows[rows[:, 0] < checked], right) and np.array_equal(rows, ours)
    file.unlink()
    return checked


def _take_memory(contestants: list[Contestant], children: list[Child]) -> None:
    for contestant, child in zip(contestants, children, strict=True):
        told = child.tell("memory")
        contestant.resident_per_code, contestant.bytes_per_code = told["resident"], told["whole"]


def _add_to_peers(contestants: list[Contestant], children: list[Child]) -> None:
    for contestant, child in zip(contestants, children, strict=True):
        if not contestant.is_ours:
            contestant.add_micros = child.tell("adds", count=PEER_ADDS)["micros"]


def _measure_changes(contestant: Contestant, workload: Workload, plan: Plan) -> dict[str, list[float]]:
    """Add and remove in a process of its own, opened from the file."""
    with Child(_arguments(contestant, workload, plan.flavour)) as child:
        child.tell("start")
        took: dict[str, list[float]] = child.tell("changes", count=CHANGES)
        return took
