"""Photo-like codes: PDQ hashes of random crops and blends of the benign photographs that packages ship."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from safelight.hashing.pdq import PdqHash, hash_rgb
from safelight.testing.photographs import find_photographs

Pixels = npt.NDArray[np.uint8]

SIDES = tuple(range(64, 161, 8))
"""Sides of the crops in pixels: small, so that a million take a minute or two."""

LEAST_QUALITY = 50
"""What matchers, threatexchange's among them, drop is not put in here either."""

_PIECE = 8192

__all__ = ["Drawer", "draw", "find_photographs"]


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws pieces of photo-like codes in several processes; the codes don't depend on how many."""

    seed: Sequence[int]
    processes: int

    def __call__(self, first: int, count: int) -> Pixels:
        """Return `count` codes by 32 bytes; `first` says which."""
        counts = [min(_PIECE, count - start) for start in range(0, count, _PIECE)]
        seeds = [[*self.seed, first + start] for start in range(0, count, _PIECE)]
        if self.processes < 2 or len(counts) < 2:
            return np.concatenate([_draw_values(*task) for task in zip(counts, seeds, strict=True)])
        with ProcessPoolExecutor(self.processes) as processes:
            return np.concatenate(list(processes.map(_draw_values, counts, seeds)))


def _draw_values(count: int, seed: Sequence[int]) -> Pixels:
    return np.ascontiguousarray(draw(count, seed)[:, 0])


def draw(count: int, seed: Sequence[int]) -> Pixels:
    """Return the hashes of `count` pictures, each in 8 orientations of 32 bytes."""
    drawn = np.empty((count, 8, 32), np.uint8)
    for number, hashed in zip(range(count), _hashes(np.random.default_rng(list(seed))), strict=False):
        drawn[number] = np.frombuffer(b"".join(hashed.orientations), np.uint8).reshape(8, 32)
    return drawn


def _hashes(generator: np.random.Generator) -> Iterator[PdqHash]:
    while True:
        hashed = hash_rgb(_picture(generator))
        if hashed.quality >= LEAST_QUALITY and not hashed.is_degenerate:
            yield hashed


def _picture(generator: np.random.Generator) -> Pixels:
    """Cut pieces of the same size out of two photographs, and lay one over the other."""
    height, width = (SIDES[number] for number in generator.integers(0, len(SIDES), size=2))
    share = int(generator.integers(128, 257))
    first, second = _crop(generator, height, width), _crop(generator, height, width)
    return ((first * np.uint16(share) + second * np.uint16(256 - share)) >> 8).astype(np.uint8)


def _crop(generator: np.random.Generator, height: int, width: int) -> npt.NDArray[np.uint16]:
    photographs = _photographs()
    photograph = photographs[int(generator.integers(len(photographs)))]
    scale = min(int(generator.integers(1, 4)), photograph.shape[0] // height, photograph.shape[1] // width)
    top = int(generator.integers(photograph.shape[0] - height * scale + 1))
    left = int(generator.integers(photograph.shape[1] - width * scale + 1))
    return photograph[top : top + height * scale : scale, left : left + width * scale : scale]


@cache
def _photographs() -> list[npt.NDArray[np.uint16]]:
    paths = [photograph.path for photograph in find_photographs()]
    if not paths:
        raise SystemExit("No package that ships photographs is installed, so there are no photo-like codes to measure.")
    return [np.asarray(Image.open(path).convert("RGB")).astype(np.uint16) for path in paths]
