"""What a picture that was shown gives away: whose it was, and how much detail it holds. For tests."""

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from safelight.review.derivatives.detail import kept_waves, make_waves
from safelight.review.derivatives.mark import make_pattern, make_tile, point_side, tile_size
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.exposure.staff_code import ALPHABET, LENGTH

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A decoded picture, measured. `beyond` is the mean strength, in steps of brightness, of what is too fine.

    Of a picture of a level it stays below 1.5 or so: what rounding and the JPEG's own coarseness leave.
    """

    width: int
    height: int
    is_grey: bool
    beyond: float


def measure(picture: bytes, level: Level) -> Measured:
    """Decode a picture as it was sent, take its mark off, and measure it against a level."""
    image = Image.open(io.BytesIO(picture))
    grey = np.asarray(image.convert("L"), np.float32)
    height, width = grey.shape
    code = read_staff_code(image)
    bare = grey - make_pattern(code, width, height, point_side(width, height))
    across, down = kept_waves(width, height, BOUNDS[level].most_detail)
    is_bounded = across >= width and down >= height
    beyond = 0.0 if is_bounded else _beyond(bare, across, down)
    return Measured(width=width, height=height, is_grey=image.mode == "L", beyond=beyond)


def read_staff_code(image: Image.Image) -> str:
    """Read the staff code out of a picture as it was drawn, or as it was drawn and compressed again.

    The picture must have the size and the edges of the one that was shown; one that was cut is read by eye.
    """
    grey = image.convert("L")
    side = point_side(*grey.size)
    coarse = grey.filter(ImageFilter.BoxBlur(4 * side))
    fine = np.asarray(grey, np.float32) - np.asarray(coarse, np.float32)
    wide, high = tile_size(LENGTH, side)
    tile = _fold(fine, wide, high).reshape(high // side, side, wide // side, side).mean(axis=(1, 3))
    return "".join(_best_sign(tile, place) for place in range(LENGTH))


def _fold(plane: Plane, wide: int, high: int) -> Plane:
    """Lay all whole tiles over each other and average them."""
    down, across = plane.shape[0] // high, plane.shape[1] // wide
    tiles = np.clip(plane[: down * high, : across * wide], -40, 40).reshape(down, high, across, wide)
    return np.asarray(tiles.mean(axis=(0, 2)), np.float32)


def _best_sign(tile: Plane, place: int) -> str:
    drawn = _drawings()[place]
    fits = np.tensordot(drawn, tile, axes=2) / np.sqrt((drawn**2).sum(axis=(1, 2)))
    return ALPHABET[int(np.argmax(fits))]


@cache
def _drawings() -> NDArray[np.int16]:
    """Return every sign at every place of a tile: places x signs x height x width."""
    return np.stack([np.stack([_at(place, sign) for sign in ALPHABET]) for place in range(LENGTH)])


def _at(place: int, sign: str) -> NDArray[np.int16]:
    return make_tile(" " * place + sign + " " * (LENGTH - 1 - place), 1)


def _beyond(plane: Plane, across: int, down: int) -> float:
    rows, columns = make_waves(plane.shape[0], down), make_waves(plane.shape[1], across)
    within = rows.T @ (rows @ plane @ columns.T) @ columns
    return float(np.sqrt(np.mean((plane - within) ** 2)))
