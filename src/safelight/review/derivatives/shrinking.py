"""Shrinking: a decoded frame to the size of a level, in little memory however large it is."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from safelight.hashing.pixels import Rgb

_BAND_PIXELS = 1 << 21
"""So many pixels of the original are held a second time while it is shrunk."""


def shrink(frame: Rgb, most_side: int, *, is_grey: bool) -> Image.Image:
    """Return the frame within a square of this side; one that is smaller stays as it is."""
    height, width = frame.shape[:2]
    factor = max(1, max(width, height) // (2 * most_side))
    image = _reduce(frame, factor, is_grey=is_grey)
    size = fit(width, height, most_side)
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC)


def fit(width: int, height: int, most_side: int) -> tuple[int, int]:
    """Return the size that a picture of this size has within a square of `most_side`; it is never enlarged."""
    longer = max(width, height)
    if longer <= most_side:
        return width, height
    return max(1, round(width * most_side / longer)), max(1, round(height * most_side / longer))


def turn_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Return pixels as a viewer shows them by EXIF's orientation, 1 to 8. Source: EXIF 2.32, 4.6.4, tag 0x0112."""
    turned = pixels.swapaxes(0, 1) if orientation >= 5 else pixels
    upside_down, mirrored = orientation in {3, 4, 7, 8}, orientation in {2, 3, 6, 7}
    turned = turned[::-1] if upside_down else turned
    return np.ascontiguousarray(turned[:, ::-1] if mirrored else turned)


def _reduce(frame: Rgb, factor: int, *, is_grey: bool) -> Image.Image:
    """Average squares of `factor` pixels, band by band."""
    height, width = frame.shape[:2]
    rows = max(1, _BAND_PIXELS // (width * factor)) * factor
    bands = []
    for top in range(0, height, rows):
        band = Image.fromarray(frame[top : top + rows])
        band = band.convert("L") if is_grey else band
        bands.append(np.asarray(band.reduce(factor)))
    return Image.fromarray(np.concatenate(bands))
