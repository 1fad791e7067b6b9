"""Synthetic pictures that behave like photographs: many scales of detail, soft light, things with edges, colour.

Seeded and made with numpy alone: the same seed and size give the same pixels on every machine with the same numpy.
Different seeds differ in their coarse structure, so their PDQ hashes are as far apart as those of unrelated
photographs.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
"""A picture as height x width x 3 bytes of red, green, blue."""

_Plane: TypeAlias = NDArray[np.float32]

_CELLS = (3, 5, 9, 17, 33, 65)
"""Grid points per axis of the noise octaves, coarse to fine; each weighs 0.62 of the one before."""

_FADING = 0.62


def paint(seed: int, *, width: int = 640, height: int = 480) -> Image.Image:
    """Paint the synthetic photograph of this seed as an RGB picture."""
    return Image.fromarray(paint_pixels(seed, width=width, height=height))


def paint_pixels(seed: int, *, width: int = 640, height: int = 480) -> Pixels:
    """Paint the synthetic photograph of this seed as height x width x 3 bytes."""
    generator = np.random.default_rng(seed)
    light = _draw_noise(generator, width, height) + _draw_gradient(generator, width, height)
    for _ in range(int(generator.integers(4, 9))):
        _place_shape(generator, light)
    coloured = _colour(generator, _stretch(light))
    coloured += generator.normal(0.0, 2.5, (height, width, 1)).astype(np.float32)  # grain, as a sensor gives
    return np.clip(coloured, 0, 255).astype(np.uint8)


def _draw_noise(generator: np.random.Generator, width: int, height: int) -> _Plane:
    """Add up noise of several scales."""
    light = np.zeros((height, width), np.float32)
    for octave, cells in enumerate(_CELLS):
        grid = generator.normal(0.0, _FADING**octave, (cells, cells)).astype(np.float32)
        with np.errstate(invalid="ignore"):  # BLAS also computes in lanes beyond the matrix, on whatever lies there
            light += _spread(cells, height) @ grid @ _spread(cells, width).T
    return light


def _spread(cells: int, size: int) -> _Plane:
    """Build the size x cells matrix that interpolates linearly between grid points."""
    places = np.linspace(0, cells - 1, size, dtype=np.float32)
    distances = np.abs(places[:, None] - np.arange(cells, dtype=np.float32)[None, :])
    return np.asarray(np.maximum(0, 1 - distances), np.float32)


def _draw_gradient(generator: np.random.Generator, width: int, height: int) -> _Plane:
    """Light the scene from a random side."""
    down, across = generator.normal(0.0, 0.8, 2)
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    return np.asarray(down * rows + across * columns, np.float32)


def _place_shape(generator: np.random.Generator, light: _Plane) -> None:
    """Put an ellipse or a box of another brightness somewhere into the scene."""
    height, width = light.shape
    row, column = generator.uniform(0.1, 0.9, 2)
    tall, wide = generator.uniform(0.05, 0.25, 2)
    rows = np.abs(np.linspace(0, 1, height, dtype=np.float32) - row)[:, None] / tall
    columns = np.abs(np.linspace(0, 1, width, dtype=np.float32) - column)[None, :] / wide
    inside = rows**2 + columns**2 < 1 if generator.random() < 0.5 else np.maximum(rows, columns) < 1
    light += inside * np.float32(generator.choice((-1.0, 1.0)) * generator.uniform(0.5, 1.5))


def _stretch(light: _Plane) -> _Plane:
    """Bring brightness to 0..1, softly at both ends."""
    centred = (light - light.mean()) / (light.std() + np.float32(1e-6))
    return np.asarray(0.5 + 0.5 * np.tanh(centred * np.float32(0.8)), np.float32)


def _colour(generator: np.random.Generator, light: _Plane) -> _Plane:
    """Tint dark, middle and bright parts with three random colours that keep their order of brightness."""
    tints = np.sort(generator.uniform(0, 255, (3, 3)).astype(np.float32), axis=0)
    tints[0] *= 0.4
    tints[2] = 255 - (255 - tints[2]) * 0.4
    dark, middle, bright = (tint[None, None, :] for tint in tints)
    share = light[:, :, None]
    below, above = dark + (middle - dark) * share * 2, middle + (bright - middle) * (share * 2 - 1)
    return np.asarray(np.where(share < 0.5, below, above), np.float32)
