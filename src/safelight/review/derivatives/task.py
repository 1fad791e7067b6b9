"""The task that runs in a worker: decode one file, and draw of it no more than a level shows, with the staff code."""

import io
import math
from collections.abc import Iterator
from typing import BinaryIO

import av
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from safelight.hashing import image_task
from safelight.hashing.multi_jpeg import open_all
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pixels import Rgb
from safelight.hashing.sample import Sample
from safelight.hashing.signal import Reason
from safelight.review.derivatives.derivative import NoPicture
from safelight.review.derivatives.detail import limit_detail
from safelight.review.derivatives.film import Film, open_film
from safelight.review.derivatives.mark import draw_mark, make_room, point_side, tile_size
from safelight.review.derivatives.request import (
    MOST_PICTURE_BYTES,
    DecodeLimits,
    Wanted,
    pack_derivative,
    pack_no_derivative,
)
from safelight.review.derivatives.shrinking import shrink, turn_upright
from safelight.review.derivatives.videos import HEAD_BYTES, looks_like_video
from safelight.review.exposure.exposure import STRIP
from safelight.review.exposure.level import BOUNDS, Level
from safelight.review.exposure.staff_code import LENGTH

_QUALITIES = (95, 85, 70)
"""How well pictures are written; the later ones only where an original would be longer than may be answered."""

_CELLS = 8
_PAPER = 128

_REASONS = {
    Reason.UNREADABLE: NoPicture.UNREADABLE,
    Reason.UNSUPPORTED: NoPicture.UNSUPPORTED,
    Reason.TOO_LARGE: NoPicture.TOO_LARGE,
}

Pixels = NDArray[np.uint8]


def derive(file: BinaryIO, size_bytes: int, options: bytes) -> bytes:  # noqa: ARG001 - the form of every task
    """Answer with one picture: see `safelight.review.derivatives.request`. Damage is an answer, never an exception."""
    wanted = Wanted.unpack(options)
    Image.MAX_IMAGE_PIXELS = wanted.limits.max_pixels // 2  # Pillow refuses pictures within pictures beyond twice this
    try:
        if _is_video(file):
            return _derive_film(file, wanted)
        picture = open_all(file, wanted.limits.max_pixels)
        return _derive_strip(picture, wanted) if wanted.frame == STRIP else _derive_frame(picture, wanted)
    except Undecodable as error:
        return pack_no_derivative(_REASONS.get(error.reason, NoPicture.UNREADABLE))


def prepare() -> None:
    """Decode a tiny picture of every format, and make one at every level, so that nothing is left to be loaded."""
    image_task.prepare()
    held = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3)).save(held, "png")
    film = _tiny_film()
    for frame in (0, STRIP):
        film.seek(0)
        _derive_film(film, Wanted(level=Level.THUMBNAIL, staff_code="0" * LENGTH, frame=frame))
    for level in BOUNDS:
        for has_colour in (False, True):
            wanted = Wanted(level=level, staff_code="0" * LENGTH, has_colour=has_colour)
            derive(held, held.tell(), wanted.pack())


class _Frames:
    """The frames of a picture within the limits, counted. `is_whole` once the end was reached without damage."""

    def __init__(self, picture: Picture, limits: DecodeLimits) -> None:
        self.count = 0
        self.is_whole = False
        self.is_first_damaged = False
        self._frames, self._limits = picture.frames, limits

    def __iter__(self) -> Iterator[Rgb]:
        pixels = 0
        try:
            for frame in self._frames:
                pixels += frame.shape[0] * frame.shape[1]
                if self.count and (self.count >= self._limits.max_frames or pixels > self._limits.max_animation_pixels):
                    return
                self.count += 1
                yield frame
            self.is_whole = True
        except Undecodable as error:
            if self.count == 0 and error.salvaged is None:
                raise
            if error.salvaged is not None:
                self.count, self.is_first_damaged = self.count + 1, True
                yield error.salvaged


def _derive_frame(picture: Picture, wanted: Wanted) -> bytes:
    """Draw one frame, and go through the others to count them."""
    frames, drawn = _Frames(picture, wanted.limits), b""
    for index, frame in enumerate(frames):
        if index == wanted.frame:
            drawn = _draw(frame, picture.orientation, wanted)
    if not drawn:
        reason = NoPicture.NO_SUCH_FRAME if frames.is_whole and frames.count <= wanted.frame else NoPicture.TOO_LARGE
        return pack_no_derivative(reason)
    count = frames.count if frames.is_whole else None
    return pack_derivative(picture=drawn, frame=wanted.frame, frame_count=count, is_sound=not frames.is_first_damaged)


def _derive_strip(picture: Picture, wanted: Wanted) -> bytes:
    frames, cells = _Frames(picture, wanted.limits), Sample[Image.Image](most=_CELLS)
    bound = BOUNDS[wanted.level]
    for index, frame in enumerate(frames):
        if cells.wants(index):
            small = np.asarray(shrink(frame, bound.most_side // 2, is_grey=wanted.is_grey))
            cells.kept.append(Image.fromarray(turn_upright(small, picture.orientation)))
    drawn = _finish(np.asarray(_lay_out(cells.kept, bound.most_side)), wanted)
    count = frames.count if frames.is_whole else None
    return pack_derivative(
        picture=drawn, frame=STRIP, frame_count=count, is_sound=frames.is_whole and not frames.is_first_damaged
    )


def _is_video(file: BinaryIO) -> bool:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return looks_like_video(head)


def _derive_film(file: BinaryIO, wanted: Wanted) -> bytes:
    """Draw what a video shows at one moment, or a strip of moments from its whole length."""
    film = open_film(file, wanted.limits)
    if wanted.frame >= film.count:
        return pack_no_derivative(NoPicture.NO_SUCH_FRAME)
    if wanted.frame != STRIP:
        shot = film.shot(wanted.frame)
        drawn, is_sound = _draw(shot.pixels, shot.orientation, wanted), shot.is_sound
    else:
        drawn, is_sound = _draw_moments(film, wanted)
    return pack_derivative(picture=drawn, frame=wanted.frame, frame_count=film.count, is_sound=is_sound)


def _draw_moments(film: Film, wanted: Wanted) -> tuple[bytes, bool]:
    most_side, cells, is_sound = BOUNDS[wanted.level].most_side, [], True
    cell_count = min(_CELLS, film.count)
    for cell in range(cell_count):
        shot = film.shot(cell * film.count // cell_count)
        small = np.asarray(shrink(shot.pixels, most_side // 2, is_grey=wanted.is_grey))
        cells.append(Image.fromarray(turn_upright(small, shot.orientation)))
        is_sound = is_sound and shot.is_sound
    return _finish(np.asarray(_lay_out(cells, most_side)), wanted), is_sound


def _tiny_film() -> io.BytesIO:
    held = io.BytesIO()
    with av.open(held, "w", format="matroska") as film:
        stream = film.add_stream("mpeg4", rate=1)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuv420p"
        for packet in (stream.encode(av.VideoFrame(16, 16, "yuv420p")), stream.encode(None)):
            film.mux(packet)
    return held


def _lay_out(cells: list[Image.Image], most_side: int) -> Image.Image:
    """Lay cells out in rows, in the order of time, within a square of this side."""
    columns = math.ceil(math.sqrt(len(cells)))
    side = most_side // columns
    rows = math.ceil(len(cells) / columns)
    canvas = Image.new(cells[0].mode, (columns * side, rows * side), _PAPER if cells[0].mode == "L" else (_PAPER,) * 3)
    for place, cell in enumerate(cells):
        cell.thumbnail((side, side))
        canvas.paste(cell, (place % columns * side, place // columns * side))
    return canvas


def _draw(frame: Rgb, orientation: int, wanted: Wanted) -> bytes:
    if wanted.level is Level.ORIGINAL:
        if max(frame.shape[:2]) > BOUNDS[Level.ORIGINAL].most_side:
            raise Undecodable(Reason.TOO_LARGE)
        return _finish(turn_upright(frame, orientation), wanted)
    small = np.asarray(shrink(frame, BOUNDS[wanted.level].most_side, is_grey=wanted.is_grey))
    return _finish(turn_upright(small, orientation), wanted)


def _finish(pixels: Pixels, wanted: Wanted) -> bytes:
    """Make room for the mark, take away detail, draw the mark, and write a plain JPEG."""
    shown = _on_sheet(pixels)
    if shown.ndim == 2 and wanted.level is not Level.ORIGINAL:
        shown = _soften(shown, BOUNDS[wanted.level].most_detail)
    make_room(shown)
    draw_mark(shown, wanted.staff_code)
    return _write(shown)


def _soften(grey: Pixels, most_detail: int) -> Pixels:
    if most_detail >= max(grey.shape):
        return grey
    return np.asarray(np.clip(limit_detail(grey.astype(np.float32), most_detail) + 0.5, 0, 255), np.uint8)


def _on_sheet(pixels: Pixels) -> Pixels:
    """Return pixels on a sheet that the mark fits on once at least."""
    height, width = pixels.shape[:2]
    wide, high = tile_size(LENGTH, point_side(width, height))
    if width >= wide and height >= high:
        return pixels if pixels.flags.writeable else pixels.copy()
    sheet = np.full((max(height, high), max(width, wide), *pixels.shape[2:]), _PAPER, np.uint8)
    sheet[:height, :width] = pixels
    return sheet


def _write(pixels: Pixels) -> bytes:
    """Return a baseline JPEG. Raises Undecodable where even the plainest would be longer than may be answered."""
    form = {"colorspace": "RGB", "colorsubsampling": "444"}
    if pixels.ndim == 2:
        form, pixels = {"colorspace": "GRAY", "colorsubsampling": "Gray"}, pixels[:, :, None]
    for quality in _QUALITIES:
        written = bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=quality, fastdct=False, **form))
        if len(written) <= MOST_PICTURE_BYTES:
            return written
    raise Undecodable(Reason.TOO_LARGE)
