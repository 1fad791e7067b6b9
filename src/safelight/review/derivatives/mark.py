"""The mark: a staff code laid over a picture again and again, faintly, so that every part of it tells whose it was.

Each sign has a light body and a dark shadow, so that it is read on any ground; what lies beneath is seen through it.
The pattern is the same for the same code and size, and is added to the pixels: who knows the code can take it off.
"""

import numpy as np
from numpy.typing import NDArray

from safelight.review.derivatives.glyphs import GLYPHS, HEIGHT, WIDTH

STRENGTH = 15
"""By how many of 255 steps of brightness the mark is lighter and darker than what it lies over."""

_PITCH = WIDTH + 1
_GAP = 16
_LINE = HEIGHT + 1 + 16
_ROWS_AT_ONCE = 256
_PIXELS_A_POINT = 480
"""Longer sides of so many pixels add a pixel to every point of a sign, so that it is read when the whole is shrunk."""

Pattern = NDArray[np.int16]
Pixels = NDArray[np.uint8]


def point_side(width: int, height: int) -> int:
    """Return the side of one point of a sign, in pixels, for a picture of this size."""
    return max(1, round(max(width, height) / _PIXELS_A_POINT))


def tile_size(signs: int, side: int) -> tuple[int, int]:
    """Return width and height of the tile that is repeated, in pixels, for a code of so many signs."""
    return (signs * _PITCH + _GAP) * side, _LINE * side


def make_tile(code: str, side: int) -> Pattern:
    """Return one tile: +1 in the body of the signs, -1 in their shadow, 0 elsewhere. A blank leaves its place free."""
    wide, high = tile_size(len(code), 1)
    body = np.zeros((high, wide), np.int16)
    for place, sign in enumerate(code):
        if sign == " ":
            continue
        left = place * _PITCH + _GAP // 2
        for row, points in enumerate(GLYPHS[sign]):
            body[row + 1, left : left + WIDTH] = [points >> shift & 1 for shift in range(WIDTH - 1, -1, -1)]
    shadow = np.roll(body, (1, 1), (0, 1)) * (1 - body)
    return np.asarray(np.kron(body - shadow, np.ones((side, side), np.int16)), np.int16)


def make_pattern(code: str, width: int, height: int, side: int) -> Pattern:
    """Return what the mark adds to each pixel of a picture of this size."""
    tile = make_tile(code, side) * np.int16(STRENGTH)
    down, across = -(-height // tile.shape[0]), -(-width // tile.shape[1])
    return np.asarray(np.tile(tile, (down, across))[:height, :width], np.int16)


def draw_mark(pixels: Pixels, code: str) -> None:
    """Draw the mark into a picture of grey or colour that `make_room` was applied to, in its own memory."""
    height, width = pixels.shape[:2]
    side = point_side(width, height)
    line = make_pattern(code, width, _LINE * side, side).astype(np.uint8)  # adding 256 - 15 takes 15 away
    for top in range(0, height, _LINE * side):
        rows = pixels[top : top + (HEIGHT + 2) * side]  # below the signs and their shadow nothing is added
        added = line[: rows.shape[0]]
        rows += added if pixels.ndim == 2 else added[:, :, None]


def make_room(pixels: Pixels) -> None:
    """Bring brightness, in the picture's own memory, so far from both ends that the mark is never cut off.

    An eighth of the contrast goes: 0 to 255 become 16 to 240.
    """
    for top in range(0, pixels.shape[0], _ROWS_AT_ONCE):
        rows = pixels[top : top + _ROWS_AT_ONCE]
        rows -= rows >> 3
        rows += 16
