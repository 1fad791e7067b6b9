"""Film: the pictures of a video at moments, one after the other. Nothing moves, and sound is never decoded.

Only workers of the sandbox import this: it decodes bytes of others (PyAV, which is FFmpeg).
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from safelight.hashing.picture import Undecodable
from safelight.hashing.pixels import Rgb
from safelight.hashing.signal import Reason
from safelight.review.derivatives.request import DecodeLimits

_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,ogg,mpeg,mpegts"
"""FFmpeg's readers that may be chosen: none of them opens another file or address."""

_ORIENTATIONS = {0: 1, 90: 8, -90: 6, 180: 3, -180: 3}
"""EXIF's orientation by how far a player turns the picture against the clock (FFmpeg's display matrix), in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """The picture at one moment. `orientation` is as in EXIF; `is_sound`: decoded without damage."""

    pixels: Rgb
    orientation: int
    is_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A video: one moment for every second that has begun, `count` of them, at most as many as the limits allow."""

    count: int
    seconds: float
    starts_at: float
    file: BinaryIO
    max_pixels: int

    def shot(self, moment: int) -> Shot:
        """Return the picture in the middle of a moment, counted from 0. Raises Undecodable where there is none."""
        at = self.starts_at + self.seconds * (moment + 0.5) / self.count
        found = self._decode(at, is_entered=True)
        if found is None or not found.is_sound:  # a stream without an index is entered beside its key frames
            found = self._decode(at, is_entered=False) or found
        if found is None:
            raise Undecodable(Reason.UNREADABLE)
        return found

    def _decode(self, at: float, *, is_entered: bool) -> Shot | None:
        """Decode up to the last picture that had begun by then, or that damage leaves: from a key frame, or from all.

        None where the film was entered too late for that.
        """
        found: VideoFrame | None = None
        is_whole = True
        with _opened(self.file, self.max_pixels) as (container, stream):
            try:
                if is_entered:
                    container.seek(int(at * av.time_base), backward=True)
                for frame in container.decode(stream):
                    _check_size(frame, self.max_pixels)
                    if found is not None and (frame.time or 0) > at:
                        break
                    found = frame
            except av.FFmpegError:
                is_whole = False
            if found is None or (is_entered and (found.time or 0) > at):
                return None
            pixels = np.asarray(found.to_ndarray(format="rgb24"), np.uint8)
        turned = _ORIENTATIONS.get(round(found.rotation / 90) * 90, 1)
        return Shot(pixels=pixels, orientation=turned, is_sound=is_whole and not found.is_corrupt)


def open_film(file: BinaryIO, limits: DecodeLimits) -> Film:
    """Open a video. Raises Undecodable for what is none, has no picture, or is larger than the limits allow."""
    with _opened(file, limits.max_pixels) as (container, stream):
        seconds = _seconds(container, stream)
        return Film(
            count=min(max(1, math.ceil(seconds)), limits.max_frames),
            seconds=seconds,
            starts_at=(container.start_time or 0) / av.time_base,
            file=file,
            max_pixels=limits.max_pixels,
        )


@contextmanager
def _opened(file: BinaryIO, max_pixels: int) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Give a file as FFmpeg reads it from its beginning, and its first stream of pictures."""
    file.seek(0)
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": ""}
    try:
        with av.open(file, "r", metadata_errors="ignore", container_options=options) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None or stream.codec_context is None:
                raise Undecodable(Reason.UNSUPPORTED)
            stream.thread_type = "NONE"  # a locked worker cannot start threads
            stream.codec_context.thread_count = 1
            _check_size(stream.codec_context, max_pixels)
            yield container, stream
    except av.FFmpegError as error:
        raise Undecodable(Reason.UNREADABLE) from error


def _check_size(shown: VideoFrame | VideoCodecContext, max_pixels: int) -> None:
    if shown.width * shown.height > max_pixels:
        raise Undecodable(Reason.TOO_LARGE)


def _seconds(container: InputContainer, stream: VideoStream) -> float:
    """Return how long the film is; where it does not say, that is found out by going through it undecoded."""
    if container.duration is not None:
        return container.duration / av.time_base
    stamps = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
    return float((max(stamps) - min(stamps)) * (stream.time_base or 0)) if stamps else 0.0
