"""JPEGs to pixels: ordinary ones by the kernel, what it leaves by simplejpeg, and what that objects to by Pillow.

The kernel (cpp/jpeg_baseline.hpp) gives the pixels of simplejpeg to the last bit, or none. simplejpeg reads every
header first and must have nothing to object to there: so the quick way changes no answer, only the time that it takes.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import simplejpeg

from safelight.hashing.exif import read_jpeg_orientation
from safelight.hashing.formats import Format
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pillow_reader import open_with_pillow
from safelight.hashing.pixels import Rgb
from safelight.hashing.signal import Reason

try:
    from safelight import _kernel
except ImportError:  # no wheel for this machine, or no compiler when this was installed: simplejpeg reads all JPEGs
    IS_QUICK = False
else:
    IS_QUICK = _kernel.cpp_level() in {"avx2", "avx512"}  # without wide registers simplejpeg is quicker

_MODES_FOR_KERNEL = frozenset({"YCbCr", "Gray"})
_MODES_FOR_SIMPLEJPEG = _MODES_FOR_KERNEL | {"RGB"}


def open_jpeg(file: BinaryIO, max_pixels: int) -> Picture:
    """Read a JPEG's header with simplejpeg, which is strict. Whatever it objects to, Pillow decides.

    Raises as `open_with_pillow` does.
    """
    file.seek(0)
    data = file.read()
    try:
        height, width, mode, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        mode = ""
    if mode not in _MODES_FOR_SIMPLEJPEG:
        return open_with_pillow(io.BytesIO(data), Format.JPEG, max_pixels)
    return Picture(
        format=Format.JPEG,
        width=width,
        height=height,
        orientation=read_jpeg_orientation(data),
        frames=_frames(data, mode, (height, width), max_pixels),
    )


def _frames(data: bytes, mode: str, shape: tuple[int, int], max_pixels: int) -> Iterator[Rgb]:
    if shape[0] * shape[1] > max_pixels:
        raise Undecodable(Reason.TOO_LARGE)
    frame = _read_ordinary(data, shape) if IS_QUICK and mode in _MODES_FOR_KERNEL else None
    if frame is None:
        yield from _read_any(data, max_pixels)
    else:
        yield frame


def _read_ordinary(data: bytes, shape: tuple[int, int]) -> Rgb | None:
    """Return the pixels, or None wherever anything is out of the ordinary."""
    frame = np.empty((*shape, 3), np.uint8)
    return frame if _kernel.decode_jpeg(data, frame) else None


def _read_any(data: bytes, max_pixels: int) -> Iterator[Rgb]:
    try:
        frame: Rgb = simplejpeg.decode_jpeg(data, "RGB", fastdct=False, fastupsample=False)
    except ValueError:
        yield from open_with_pillow(io.BytesIO(data), Format.JPEG, max_pixels).frames
    else:
        yield frame
