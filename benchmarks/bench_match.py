"""How fast, how exact and how small matching is, beside PDQIndex of python-threatexchange and the indexes of faiss.

    python benchmarks/bench_match.py [--size 1M|10M|100M] [--kinds random,clustered,photo] [--no-peer] …

One run: each engine sits in a process of its own, and in each round all of them answer in turn, so that a slow moment
of the machine meets every one. Ours is opened from its file, in a fresh process, with the file in the page cache.
docs/how-to/measure-matching.md says how to read what it prints. The peers need requirements/bench.txt.
"""

import argparse
import importlib.util
import os
import platform
import sys
import tempfile
from pathlib import Path

from match_codes import KINDS, make_workload
from match_engines import PEERS
from match_photographs import find_photographs
from match_report import report
from match_rounds import Plan, measure
from match_targets import MILLION, report_targets
from safelight import HammingIndex
from safelight.hashing.pdq import Flavour

_LARGEST_FOR_ALL = 20 * MILLION
"""Beyond it, what was not asked for by name is left out: peers, which need too much memory, flat scans, most kinds."""


def parse_size(text: str) -> int:
    """Return a number of codes: 300000, 300k, 1M."""
    factor = {"k": 1000, "M": MILLION}.get(text[-1:], 1)
    number = text[:-1] if factor > 1 else text
    if not number.isdecimal() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 300k, 1M or 10M")
    return int(number) * factor


def parse_names(known: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return names of a list with commas, each of them known."""
    names = tuple(name for name in text.split(",") if name)
    if unknown := set(names) - set(known):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}")
    return names


def make_parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=parse_size, default=MILLION, help="how many codes: 1M, 10M, 100M")
    parser.add_argument("--kinds", type=lambda text: parse_names(KINDS, text), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--queries", type=int, default=2000, help="a p99 of fewer than 2,000 is a guess")
    parser.add_argument("--builds", type=int, help="how often ours is built: 3 times, once beyond 20 M")
    parser.add_argument("--peers", type=lambda text: parse_names(PEERS, text), help=f"of {', '.join(PEERS)}")
    parser.add_argument("--no-peer", action="store_true", help="ours alone; at 100 M the peers do not fit")
    parser.add_argument("--no-flat", action="store_true", help="leave out the flat scan")
    parser.add_argument("--flavour", choices=[*Flavour], default="auto", help="the compiled index or the plain one")
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)), help="to hash photographs")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir(), "safelight-bench-match"),
        help="where codes are kept for the next run",
    )
    return parser


def make_plan(given: argparse.Namespace, folder: Path) -> Plan:
    """Return what is to be run; peers that are not installed are left out, and that is said."""
    is_large = given.size > _LARGEST_FOR_ALL
    return Plan(
        rounds=given.rounds,
        builds=given.builds or (1 if is_large else 3),
        peers=_peers(given, () if is_large else PEERS),
        levels=() if given.no_flat or is_large else _flat_levels(given.flavour),
        flavour=given.flavour,
        folder=folder,
    )


def _peers(given: argparse.Namespace, usual: tuple[str, ...]) -> tuple[str, ...]:
    peers = () if given.no_peer else given.peers or usual
    if peers and not (importlib.util.find_spec("threatexchange") and importlib.util.find_spec("faiss")):
        print("The peers are not installed (requirements/bench.txt): ours alone.")
        return ()
    return peers


def _level(flavour: str) -> str:
    """Return the instruction set that the index uses by itself; the plain one says `none`."""
    return str(HammingIndex(flavour=Flavour(flavour)).describe()["level"])


def _flat_levels(flavour: str) -> tuple[str, ...]:
    """Return the instruction sets to force the flat scan to; the plain index knows of none."""
    if _level(flavour) == "none":
        return ("",)
    from safelight import _kernel

    return tuple(level for level in ("avx512", "avx2", "neon") if level in _kernel.cpp_levels())


def chosen_kinds(given: argparse.Namespace) -> tuple[str, ...]:
    """Return the kinds that were named; else those that are to be had; of very many, random codes."""
    if given.kinds:
        return given.kinds
    if given.size > _LARGEST_FOR_ALL:
        return ("random",)
    return KINDS if find_photographs() else tuple(kind for kind in KINDS if kind != "photo")


def main() -> int:
    """Measure and print; 1 if any answer was wrong."""
    given = make_parser().parse_args()
    level = _level(given.flavour)
    print(
        f"{platform.machine()}, {len(os.sched_getaffinity(0))} processors, "
        + ("the plain index" if level == "none" else f"the compiled index, {level}")
    )
    runs = []
    given.cache.mkdir(parents=True, exist_ok=True)
    given.cache = given.cache.resolve()  # as Linux names what a process maps
    with tempfile.TemporaryDirectory(dir=given.cache) as folder:
        plan = make_plan(given, Path(folder))
        for kind in chosen_kinds(given):
            workload = make_workload(kind, given.size, given.queries, given.cache, given.processes)
            runs.append(measure(workload, plan))
            print("\n" + "\n".join(report(runs[-1])), flush=True)
    targets = list(report_targets(runs))
    if targets:
        print("\n" + "\n".join(targets))
    return int(any(not contestant.is_right for run in runs for contestant in run.contestants))


if __name__ == "__main__":
    sys.exit(main())
