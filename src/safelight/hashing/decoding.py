"""Decoding: bytes to the RGB frames that a viewer sees. Outside bytes are decoded in the sandbox only."""

import io
from collections.abc import Iterator
from typing import BinaryIO

import simplejpeg

from safelight.hashing.exif import read_jpeg_orientation
from safelight.hashing.formats import HEAD_BYTES, Format, identify
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pillow_reader import open_with_pillow
from safelight.hashing.pixels import Rgb
from safelight.hashing.png_reader import open_png
from safelight.hashing.signal import Reason

SMALLEST_SIDE = 5
"""PDQ is not defined on pictures that are narrower or lower."""
NO_PIXEL_LIMIT = 1 << 62
_JPEG_MODES_FOR_SIMPLEJPEG = frozenset({"YCbCr", "Gray", "RGB"})


def open_picture(file: BinaryIO, max_pixels: int = NO_PIXEL_LIMIT) -> Picture:
    """Identify a picture by its first bytes and read its header; the pixels come from its `frames`.

    Raises Undecodable: `unsupported` if it is in no format that is decoded here, `unreadable` if its header is damaged.
    A frame of more than `max_pixels` is not decoded; the frames then end in Undecodable with `too_large`.
    """
    picture_format = identify(file.read(HEAD_BYTES))
    if picture_format is None:
        raise Undecodable(Reason.UNSUPPORTED)
    if picture_format is Format.JPEG:
        return _open_jpeg(file, max_pixels)
    if picture_format is Format.PNG:
        return open_png(file, max_pixels)
    return open_with_pillow(file, picture_format, max_pixels)


def decode_still(data: bytes) -> Rgb:
    """Return a trusted picture's first frame, without a limit and without a sandbox: for benchmarks and tests.

    Raises Undecodable if it is damaged in any way.
    """
    return next(open_picture(io.BytesIO(data)).frames)


def _open_jpeg(file: BinaryIO, max_pixels: int) -> Picture:
    """Open with simplejpeg, which is fast and strict. Whatever it objects to, Pillow decides."""
    file.seek(0)
    data = file.read()
    try:
        height, width, mode, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        mode = ""
    if mode not in _JPEG_MODES_FOR_SIMPLEJPEG:
        return open_with_pillow(io.BytesIO(data), Format.JPEG, max_pixels)
    return Picture(
        format=Format.JPEG,
        width=width,
        height=height,
        orientation=read_jpeg_orientation(data),
        frames=_jpeg_frames(data, width * height, max_pixels),
    )


def _jpeg_frames(data: bytes, pixels: int, max_pixels: int) -> Iterator[Rgb]:
    if pixels > max_pixels:
        raise Undecodable(Reason.TOO_LARGE)
    try:
        frame: Rgb = simplejpeg.decode_jpeg(data, "RGB", fastdct=False, fastupsample=False)
    except ValueError:
        yield from open_with_pillow(io.BytesIO(data), Format.JPEG, max_pixels).frames
    else:
        yield frame
