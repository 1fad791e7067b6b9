"""How quickly a picture becomes its PDQ hash, beside what python-threatexchange and pdqhash take for the same bits.

    python benchmarks/bench_hash.py [--rounds N]

One thread, no sandbox, everything in one run: in each round each picture goes to the peer and to us in turn, so that a
slow moment of the machine meets both. Times are medians, ratios are peer over ours. Then the scan of
a whole folder, with the sandbox and without (bench_scan.py). Needs requirements/bench.txt.
"""

import argparse
import io
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pdqhash
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

import bench_scan
from safelight.hashing.decoding import decode_still
from safelight.hashing.pdq import Flavour, hash_rgb, simd_level, which_flavour
from safelight.testing.photographs import find_photographs
from safelight.testing.synthetic import paint_pixels

SIZES = {"0.3 MP": (640, 480), "2 MP": (1632, 1224), "12 MP": (4032, 3024)}
FORMS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("JPEG", "0.3 MP", {"quality": 85}),
    ("JPEG", "2 MP", {"quality": 85}),
    ("JPEG", "12 MP", {"quality": 85}),
    ("PNG", "2 MP", {}),
    ("WEBP", "2 MP", {"quality": 85, "method": 2}),
)
PICTURES = 4
"""Different pictures of each size."""

Pixels = npt.NDArray[np.uint8]
Run = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The same picture for the peer and for us; each run returns the 32 bytes of the hash."""

    name: str
    peer: Run
    ours: Run


def make_pictures(size: tuple[int, int]) -> Iterator[Pixels]:
    """Blend two photographs that packages ship, and add grain; without photographs, paint."""
    photographs = [photograph.path for photograph in find_photographs()]
    for number in range(PICTURES):
        if len(photographs) < 2:
            yield paint_pixels(number, width=size[0], height=size[1])
            continue
        chosen = (photographs[number % len(photographs)], photographs[(number * 5 + 3) % len(photographs)])
        resized = [Image.open(path).convert("RGB").resize(size, Image.Resampling.BICUBIC) for path in chosen]
        grain = np.random.default_rng(number).normal(0, 4, (size[1], size[0], 1))
        yield np.clip(np.asarray(Image.blend(resized[0], resized[1], 0.3)) + grain, 0, 255).astype(np.uint8)


def encode(pixels: Pixels, form: str, options: dict[str, object]) -> bytes:
    """Write a picture into bytes of a format."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, form, **options)
    return held.getvalue()


def contests_from_bytes() -> Iterator[Contest]:
    """Pit `pdq_from_bytes` of threatexchange, which HMA calls, against ours: encoded bytes to hash."""
    for form, size, options in FORMS:
        for pixels in make_pictures(SIZES[size]):
            data = encode(pixels, form, options)
            yield Contest(
                name=f"{form} {size}",
                peer=lambda data=data: bytes.fromhex(pdq_from_bytes(data)[0]),
                ours=lambda data=data: hash_rgb(decode_still(data)).value,
            )


def contests_of_kernels() -> Iterator[Contest]:
    """Pit `pdqhash.compute` against our kernel and our plain twin: decoded pixels to hash."""
    for flavour in sorted({which_flavour(), Flavour.TWIN}):
        for size, sides in SIZES.items():
            for pixels in make_pictures(sides):
                yield Contest(
                    name=f"{flavour} alone, {size}",
                    peer=lambda pixels=pixels: np.packbits(pdqhash.compute(pixels)[0].astype(np.uint8)).tobytes(),
                    ours=lambda pixels=pixels, flavour=flavour: hash_rgb(pixels, flavour).value,
                )


def time_of(run: Run) -> float:
    """Return how many milliseconds a run takes; short runs are repeated so that the clock's grain does not count."""
    repeats = 1
    while True:
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        elapsed = time.perf_counter() - start
        if elapsed > 0.005:
            return elapsed / repeats * 1000
        repeats *= 4


def hold(contests: Iterator[Contest], rounds: int) -> None:
    """Run contests in turn, round by round, and print a line for each name."""
    by_name: dict[str, list[Contest]] = {}
    for contest in contests:
        by_name.setdefault(contest.name, []).append(contest)
    for name, group in by_name.items():
        differing = sum(
            (int.from_bytes(contest.peer()) ^ int.from_bytes(contest.ours())).bit_count() for contest in group
        )
        pairs = [(time_of(contest.peer), time_of(contest.ours)) for _ in range(rounds) for contest in group]
        peer, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"{name:24} {peer:10.2f} ms {ours:10.3f} ms {peer / ours:8.1f}x {differing:10}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each picture is hashed by each side")
    rounds = parser.parse_args().rounds
    print(f"{platform.machine()}, {which_flavour()} ({simd_level()}), {rounds} rounds of {PICTURES} pictures")
    print(f"{'':24} {'peer':>13} {'ours':>13} {'ratio':>9} {'bits apart':>10}")
    hold(contests_from_bytes(), rounds)
    hold(contests_of_kernels(), rounds)
    bench_scan.measure(files=200, rounds=rounds, workers=2)


if __name__ == "__main__":
    main()
