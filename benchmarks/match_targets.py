"""The figures that matching is held to, each beside what a run gave; only what the run measured."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from match_rounds import Contestant, Measured

MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One figure: what it must be, what it should be, and how to take it from a run (None: not measured there)."""

    words: str
    size: int
    kinds: tuple[str, ...]
    floor: float
    aim: float
    unit: str
    take: Callable[[Measured], float | None]
    more_is_better: bool = False


def judge(figure: float, floor: float, aim: float, *, more_is_better: bool) -> str:
    """Say which of the two a figure reaches."""
    sign = 1 if more_is_better else -1
    if sign * figure >= sign * aim:
        return "aim"
    return "no worse than" if sign * figure >= sign * floor else "SHORT"


HEAD = f"{'':62}{'no worse than':>14}{'aim':>10}{'this run':>14}  reached"


def target_line(words: str, floor: float, aim: float, figure: float, unit: str, *, more_is_better: bool = False) -> str:
    """Return the line of one figure, to stand under `HEAD`."""
    shown = f"{figure:,.3g} {unit}" if figure < 1000 else f"{figure:,.0f} {unit}"
    return f"{words:62}{floor:>14,g}{aim:>10,g}{shown:>14}  {judge(figure, floor, aim, more_is_better=more_is_better)}"


def report_targets(runs: Sequence[Measured]) -> Iterator[str]:
    """Give a line for each figure that some run measured, under a heading; nothing where there is none."""
    lines = [line for target in TARGETS for run in runs if (line := _line(target, run))]
    if lines:
        yield HEAD
        yield from lines


def _line(target: Target, run: Measured) -> str | None:
    if run.workload.size != target.size or run.workload.kind not in target.kinds:
        return None
    figure = target.take(run)
    if figure is None:
        return None
    words = f"{target.words}, {run.workload.kind}"
    return target_line(words, target.floor, target.aim, figure, target.unit, more_is_better=target.more_is_better)


def _over(mine: str, peer: str) -> Callable[[Measured], float | None]:
    def take(run: Measured) -> float | None:
        contestants: list[Contestant | None] = [run.find(mine), run.find(peer)]
        first, second = contestants
        return first.ahead_of(second, threads=1) if first and second else None

    return take


def slowest_change(run: Measured) -> float:
    """Return the 99th percentile, in microseconds, of the slowest kind of change."""
    return max(float(np.percentile(run.changes[name], 99)) for name in ("add", "remove_new", "remove_old"))


def turned_over_one(took: dict[str, list[float]]) -> float:
    """Return what eight orientations in one call take over what one takes, medians."""
    return statistics.median(took["eight"]) / statistics.median(took["one"])


def _turned(run: Measured) -> float | None:
    """Judge true orientations, which have parts in common; where there is no photograph, nothing is judged."""
    took = run.turned.get("photographs")
    return turned_over_one(took) if took else None


def median_build(run: Measured) -> float:
    """Return the median time to build, in seconds."""
    return statistics.median(built["build"] for built in run.builds)


def median_opening(run: Measured) -> float:
    """Return the median time from opening the file to the first answer, in seconds."""
    return statistics.median(opened["open"] for opened in run.openings)


_ALL = ("random", "clustered", "photo")
_TEN = 10 * MILLION
_HUNDRED = 100 * MILLION

TARGETS = (
    Target(
        words="1 M, queries/s over PDQIndex, one thread",
        size=MILLION,
        kinds=("photo",),
        floor=15,
        aim=25,
        unit="x",
        take=_over("ours", "PDQIndex"),
        more_is_better=True,
    ),
    Target(
        words="10 M, queries/s over PDQIndex, one thread",
        size=_TEN,
        kinds=("random",),
        floor=25,
        aim=45,
        unit="x",
        take=_over("ours", "PDQIndex"),
        more_is_better=True,
    ),
    Target(
        words="flat 1 M over faiss IndexBinaryFlat, AVX-512",
        size=MILLION,
        kinds=_ALL,
        floor=8,
        aim=10,
        unit="x",
        take=_over("ours, flat avx512", "faiss-flat"),
        more_is_better=True,
    ),
    Target(
        words="flat 1 M over faiss IndexBinaryFlat, AVX2",
        size=MILLION,
        kinds=_ALL,
        floor=2,
        aim=3,
        unit="x",
        take=_over("ours, flat avx2", "faiss-flat"),
        more_is_better=True,
    ),
    Target(
        words="p99 of a single query at 10 M",
        size=_TEN,
        kinds=_ALL,
        floor=0.5,
        aim=0.25,
        unit="ms",
        take=lambda run: run.ours.percentile(99) / 1000,
    ),
    Target(
        words="resident bytes per code at 10 M, payload included",
        size=_TEN,
        kinds=_ALL,
        floor=100,
        aim=85,
        unit="B",
        take=lambda run: run.ours.bytes_per_code,
    ),
    Target(
        words="build of 10 M from packed codes",
        size=_TEN,
        kinds=_ALL,
        floor=10,
        aim=4,
        unit="s",
        take=median_build,
    ),
    Target(
        words="add or remove to matchable, in the process, at 10 M (p99)",
        size=_TEN,
        kinds=_ALL,
        floor=1000,
        aim=50,
        unit="us",
        take=slowest_change,
    ),
    Target(
        words="8 orientations at 10 M, p50 over the p50 of one",
        size=_TEN,
        kinds=_ALL,
        floor=7,
        aim=5,
        unit="x",
        take=_turned,
    ),
    Target(
        words="opening a saved 10 M index to the first answer",
        size=_TEN,
        kinds=_ALL,
        floor=1,
        aim=0.2,
        unit="s",
        take=median_opening,
    ),
    Target(
        words="100 M, memory",
        size=_HUNDRED,
        kinds=_ALL,
        floor=10,
        aim=8,
        unit="GB",
        take=lambda run: run.ours.bytes_per_code * run.workload.size / 1e9,
    ),
    Target(
        words="100 M, queries/s, one thread",
        size=_HUNDRED,
        kinds=_ALL,
        floor=1000,
        aim=2000,
        unit="q/s",
        take=lambda run: run.ours.rate(1),
        more_is_better=True,
    ),
    Target(
        words="100 M, p99 of a single query",
        size=_HUNDRED,
        kinds=_ALL,
        floor=2,
        aim=2,
        unit="ms",
        take=lambda run: run.ours.percentile(99) / 1000,
    ),
)
