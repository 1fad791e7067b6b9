"""Films of painted pictures: each is seen for a second. For tests and trials."""

import struct
from collections.abc import Sequence
from io import BytesIO
from typing import cast

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

_RATE = 10
"""Pictures of a second."""

_QUARTER_TURN = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
"""The matrix of a track that players turn a quarter with the clock (ISO/IEC 14496-12, 6.2.2)."""

_MATRIX_AT = 44
"""Where the matrix stands in a track's header of version 0, counted from the four letters `tkhd`."""


def make_film(pictures: Sequence[Image.Image], *, codec: str = "libx264", container: str = "mp4") -> bytes:
    """Return a film in which each picture is seen for a second, with FFmpeg's names of a codec and a container."""
    held = BytesIO()
    with av.open(held, "w", format=container) as film:
        stream = cast("VideoStream", film.add_stream(codec, rate=_RATE))
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.asarray(picture.convert("RGB")), format="rgb24")
            for _ in range(_RATE):
                film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return held.getvalue()


def turn_film(film: bytes) -> bytes:
    """Return an MP4 that says of itself that players turn it a quarter with the clock, as a phone's film does."""
    at = film.index(b"tkhd") + _MATRIX_AT
    return film[:at] + _QUARTER_TURN + film[at + len(_QUARTER_TURN) :]
