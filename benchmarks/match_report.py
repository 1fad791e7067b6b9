"""Plain tables of what was measured."""

import statistics
from collections.abc import Iterator, Sequence

import numpy as np

from match_codes import PLANTED_SHARE, RADIUS
from match_rounds import CAP, Contestant, Measured
from match_targets import median_build, median_opening, turned_over_one

_HEAD = ("", "path", "q/s 1T", "ours/it", "q/s 2T", "ours/it", "p50 us", "p99 us", "B/code", "start s", "add us")
_QUIET = 0.95
"""Less of a processor than this for one thread, and something else was running."""

_WIDTHS = (20, 8, 10, 9, 10, 9, 10, 10, 9, 10, 15)


def report(run: Measured) -> Iterator[str]:
    """Give the lines for one kind of codes."""
    planted = round(run.queries * PLANTED_SHARE)
    yield f"{run.workload.kind}: {run.workload.size:,} codes ({run.workload.words})"
    yield (
        f"  {run.queries:,} queries, {planted:,} of them 0 to {RADIUS} bits from a code, the others matching nothing; "
        f"{run.ours.rows:,} matches; radius {RADIUS}; medians of {run.rounds} rounds in turn"
    )
    yield _row(_HEAD)
    for contestant in run.contestants:
        yield _row(_cells(run, contestant))
    yield from _lines_of_ours(run)
    yield from _warning(run)
    wrong = [contestant.name for contestant in run.contestants if not contestant.is_right]
    if wrong:
        yield f"  WRONG ANSWERS: {', '.join(wrong)}"
    else:
        yield (
            f"  answers: every engine's to all {run.queries:,} queries are the same, and those to {run.checked:,} "
            "are those of brute force"
        )


def _warning(run: Measured) -> Iterator[str]:
    """Say so if something else was running, and what is left to say then: rates by processor time."""
    least = min(statistics.median(contestant.busy) for contestant in run.contestants)
    if least >= _QUIET:
        return
    yield (
        f"  THE MACHINE WAS BUSY: one thread had {least:.0%} of a processor. Do not quote these figures; measure again "
        "on a quiet one"
    )
    rates = ", ".join(f"{contestant.name} {contestant.rate_when_busy():,.0f}" for contestant in run.contestants)
    yield f"  queries for each second of processor time, one thread: {rates}"


def _cells(run: Measured, it: Contestant) -> list[str]:
    adds = run.changes["add"] if it is run.ours else it.add_micros
    return [
        it.name,
        str(it.about.get("level", "")),
        f"{it.rate(1):,.0f}",
        "" if it is run.ours else f"{run.ours.ahead_of(it, 1):.1f}x",
        f"{it.rate(2):,.0f}",
        "" if it is run.ours else f"{run.ours.ahead_of(it, 2):.1f}x",
        f"{it.percentile(50):,.1f}",
        f"{it.percentile(99):,.1f}" if len(it.micros) >= 100 else "",
        f"{it.bytes_per_code:,.1f}",
        f"{it.start_s:,.3f}",
        f"{statistics.median(adds):,.1f}" if adds else "",
    ]


def _row(cells: Sequence[str]) -> str:
    first, *others = (f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    return "  " + first.strip().ljust(_WIDTHS[0]) + "".join(others)


def _lines_of_ours(run: Measured) -> Iterator[str]:
    built = run.builds[0]
    yield (
        f"  ours, built from packed codes in {median_build(run):.2f} s (median of {len(run.builds)}), "
        f"saved in {statistics.median(each['save'] for each in run.builds):.2f} s; the building process had at most "
        f"{max(each['peak'] for each in run.builds) / 1e9:.2f} GB; the file has "
        f"{built['file'] / run.workload.size:.1f} bytes a code"
    )
    yield (
        f"  ours, resident after the rounds {run.ours.resident_per_code:.1f} bytes a code, with the whole file "
        f"in memory {run.ours.bytes_per_code:.1f}"
    )
    yield (
        f"  ours, opened to the first answer in {median_opening(run):.4f} s (median of {len(run.openings)} fresh "
        f"processes), with the start of Python {statistics.median(each['process'] for each in run.openings):.2f} s"
    )
    for name, words in (("add", "add"), ("remove_new", "remove of an added"), ("remove_old", "remove of a saved")):
        yield f"  ours, {words:<18} {_spread(run.changes[name])}; with a search that shows it " + _spread(
            run.changes[f"{name}_seen"]
        )
    yield (
        f"  ours, at most {CAP} matches a query: {run.capped['rate']:,.0f} queries/s, {_spread(run.capped['micros'])}; "
        f"{run.capped['cut']:,} matches cut off and counted"
    )
    for name, took in run.turned.items():
        yield (
            f"  ours, eight orientations in one call ({name}): p50 {statistics.median(took['eight']):,.1f} us, "
            f"{turned_over_one(took):.2f} times one"
        )
    about = ", ".join(f"{name} {figure}" for name, figure in run.ours.about.items())
    yield f"  ours, as it says: {about}"


def _spread(micros: list[float]) -> str:
    return f"p50 {statistics.median(micros):,.1f} us, p99 {np.percentile(micros, 99):,.1f} us"
