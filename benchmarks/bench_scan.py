"""How fast a folder of 2-megapixel JPEGs is scanned, and what the sandbox costs.

Three ways take turns, in one run: the scan as it is; the same worker processes without lock-down; two plain threads
that decode and hash in this process, with neither workers nor pipes. Medians of the rounds, and ratios.

    python benchmarks/bench_scan.py [--files N] [--rounds N] [--workers N]
"""

import argparse
import io
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from safelight.app import Scanner, Workspace, create_workspace, open_for_hashing, open_source, open_workspace
from safelight.banks.entry import NewEntry
from safelight.clock import SystemClock
from safelight.flow.banks import edits as banks
from safelight.flow.batch import scan_all
from safelight.hashing.decoding import decode_still
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.hashing.hashers.pdq import TASKS, PdqHasher
from safelight.hashing.pdq import hash_rgb
from safelight.hashing.request import ImageOptions
from safelight.intake.content import MemoryContent, take_digests
from safelight.matching.matcher import Matcher
from safelight.sandbox.pool import Pool
from safelight.testing.photographs import find_photographs
from safelight.testing.synthetic import paint

_SIZE = (1632, 1224)
_CONTENTS = 20
_LISTED = 20_000


def write_folder(folder: Path, files: int) -> None:
    """Write so many 2-megapixel JPEGs: enlarged photographs that packages ship, or synthetic ones."""
    pictures = []
    for photograph in find_photographs()[:_CONTENTS]:
        with Image.open(photograph.path) as image:
            pictures.append(image.convert("RGB").resize(_SIZE, Image.Resampling.BICUBIC))
    pictures += [paint(seed, width=_SIZE[0], height=_SIZE[1]) for seed in range(_CONTENTS - len(pictures))]
    encoded = []
    for picture in pictures:
        held = io.BytesIO()
        picture.save(held, "JPEG", quality=88)
        encoded.append(held.getvalue())
    for number in range(files):
        (folder / f"{number:06}.jpg").write_bytes(encoded[number % len(encoded)])


def make_house(folder: Path) -> Workspace:
    """Make a workspace whose bank holds random PDQ values, near which no picture comes."""
    create_workspace(folder)
    house = open_workspace(folder)
    generator = np.random.default_rng(5)
    entries = [NewEntry(signal_type="pdq", value=generator.bytes(32)) for _ in range(_LISTED)]
    banks.create_bank(house.engine, house.clock, house.actor, name="listed")
    banks.add_entries(house.engine, house.clock, house.actor, bank="listed", entries=entries)
    return house


def scan_with(pool: Pool, matcher: Matcher, folder: Path, workers: int) -> float:
    """Scan the folder through a pool that has started; return files a second."""
    hashers = (CryptographicHasher(), PdqHasher(runner=pool, options=ImageOptions()))
    scanner = Scanner(clock=SystemClock(), hashers=hashers, matcher=matcher)
    source = open_source(open_for_hashing().settings, [os.fsencode(folder)], None)
    started = time.perf_counter()
    results = list(scan_all(source.arrivals(), scanner.scan, workers))
    seconds = time.perf_counter() - started
    assert all(len(result.answers) >= 4 and result.verdict.value == "no_known_match" for result in results)
    return len(results) / seconds


def scan_in_threads(folder: Path, workers: int) -> float:
    """Decode and hash in plain threads of this process; return files a second."""

    def one(path: Path) -> None:
        data = path.read_bytes()
        take_digests(MemoryContent(data=data))
        hash_rgb(decode_still(data))

    paths = sorted(folder.iterdir())
    started = time.perf_counter()
    with ThreadPoolExecutor(workers) as executor:
        list(executor.map(one, paths))
    return len(paths) / (time.perf_counter() - started)


def measure(files: int, rounds: int, workers: int) -> None:
    """Take the three ways in turn and print medians and ratios."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "pictures")
        folder.mkdir()
        write_folder(folder, files)
        house = make_house(Path(place, "workspace"))
        with (
            house.lookup() as lookup,
            Pool(TASKS, workers=workers) as locked,
            Pool(TASKS, workers=workers, unsafe_without_lockdown=True) as open_pool,
        ):
            ways: dict[str, Callable[[], float]] = {
                "scan, locked workers": lambda: scan_with(locked, lookup.matcher, folder, workers),
                "scan, workers without lock-down": lambda: scan_with(open_pool, lookup.matcher, folder, workers),
                "plain threads": lambda: scan_in_threads(folder, workers),
            }
            rates: dict[str, list[float]] = {name: [] for name in ways}
            for number in range(rounds + 1):
                for name, way in ways.items():
                    rate = way()
                    if number:  # the first round warms up
                        rates[name].append(rate)
    _report(rates, files, rounds, workers)


def _report(rates: dict[str, list[float]], files: int, rounds: int, workers: int) -> None:
    print(f"{files} JPEGs of 2 megapixels, {workers} workers, {rounds} rounds in turn")
    for name, values in rates.items():
        print(f"  {name:<34}{statistics.median(values):8.0f} files a second")
    locked, unlocked, threads = rates.values()
    print(f"  locked / without lock-down        {_ratio(locked, unlocked):8.3f}")
    print(f"  locked / plain threads            {_ratio(locked, threads):8.3f}")
    print(f"  peak memory of this process       {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:8} MiB")


def _ratio(above: Sequence[float], below: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    measure(given.files, given.rounds, given.workers)
