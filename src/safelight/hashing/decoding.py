"""Decoding: bytes to the RGB frames that a viewer sees. Outside bytes are decoded in the sandbox only."""

import io
from typing import BinaryIO

from safelight.hashing.formats import HEAD_BYTES, Format, identify
from safelight.hashing.jpeg_reader import open_jpeg
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pillow_reader import open_with_pillow
from safelight.hashing.pixels import Rgb
from safelight.hashing.png_reader import open_png
from safelight.hashing.signal import Reason

SMALLEST_SIDE = 5
"""PDQ is not defined on pictures that are narrower or lower."""
NO_PIXEL_LIMIT = 1 << 62


def open_picture(file: BinaryIO, max_pixels: int = NO_PIXEL_LIMIT) -> Picture:
    """Identify a picture by its first bytes and read its header; the pixels come from its `frames`.

    Raises Undecodable: `unsupported` if it is in no format that is decoded here, `unreadable` if its header is damaged.
    A frame of more than `max_pixels` is not decoded; the frames then end in Undecodable with `too_large`.
    """
    picture_format = identify(file.read(HEAD_BYTES))
    if picture_format is None:
        raise Undecodable(Reason.UNSUPPORTED)
    if picture_format is Format.JPEG:
        return open_jpeg(file, max_pixels)
    if picture_format is Format.PNG:
        return open_png(file, max_pixels)
    return open_with_pillow(file, picture_format, max_pixels)


def decode_still(data: bytes) -> Rgb:
    """Return a trusted picture's first frame, without a limit and without a sandbox: for benchmarks and tests.

    Raises Undecodable if it is damaged in any way.
    """
    return next(open_picture(io.BytesIO(data)).frames)
