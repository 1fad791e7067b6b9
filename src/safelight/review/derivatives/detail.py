"""Detail: taking away every wave that is finer than a level allows, however many pixels the picture is drawn with.

A picture is written as a sum of cosines (the type-II transform that JPEG uses, over the whole picture at once), and the
fine ones are left out. What is gone is gone: no sharpening brings it back.
"""

import math

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]


def kept_waves(width: int, height: int, most_detail: int) -> tuple[int, int]:
    """Return how many cosines are kept across and down: `most_detail` along the longer side, in proportion else."""
    longer = max(width, height)
    across, down = (max(1, math.ceil(most_detail * side / longer)) for side in (width, height))
    return min(width, across), min(height, down)


def limit_detail(plane: Plane, most_detail: int) -> Plane:
    """Return a picture without the waves beyond `most_detail`. Those near it are softened: no edge rings."""
    height, width = plane.shape
    across, down = kept_waves(width, height, most_detail)
    rows, columns = make_waves(height, down), make_waves(width, across)
    weights = rows @ plane @ columns.T
    weights *= _softening(down)[:, None] * _softening(across)[None, :]
    return np.asarray(rows.T @ weights @ columns, np.float32)


def make_waves(length: int, count: int) -> Plane:
    """Return the first `count` cosines over `length` points: a matrix of orthonormal rows."""
    points = (2 * np.arange(length) + 1) * math.pi / (2 * length)
    waves = np.cos(np.arange(count)[:, None] * points[None, :]) * math.sqrt(2 / length)
    waves[0] /= math.sqrt(2)
    return np.asarray(waves, np.float32)


def _softening(count: int) -> Plane:
    return np.asarray(0.5 + 0.5 * np.cos(np.arange(count) * (math.pi / (count + 1))), np.float32)
