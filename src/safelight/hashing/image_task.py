"""The task that runs in a worker: decode one file and hash all its pictures, or a sample of an animation's frames."""

import io
from typing import BinaryIO

import numpy as np
from PIL import AvifImagePlugin, Image, ImageCms

from safelight.hashing.answer import MOST_FRAMES, FrameAnswer, ImageAnswer, pack_answer
from safelight.hashing.decoding import SMALLEST_SIDE
from safelight.hashing.formats import Format
from safelight.hashing.multi_jpeg import open_all
from safelight.hashing.pdq import Flavour, hash_rgb
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pixels import Rgb
from safelight.hashing.request import ImageOptions
from safelight.hashing.sample import Sample
from safelight.hashing.signal import Reason

_SAMPLE_SIDE = 16
_OTHER_MODES = (("RGBA", "png"), ("P", "png"), ("LAB", "tiff"), ("CMYK", "jpeg"), ("I;16", "png"), ("F", "tiff"))


def hash_image(file: BinaryIO, size_bytes: int, options: bytes) -> bytes:  # noqa: ARG001 - the form of every task
    """Answer for one picture: see `safelight.hashing.answer`. Damage is an answer, never an exception."""
    wanted = ImageOptions.unpack(options)
    # Pillow refuses pictures within pictures (icons) beyond twice this figure.
    Image.MAX_IMAGE_PIXELS = wanted.max_pixels // 2
    try:
        picture = open_all(file, wanted.max_pixels)
    except Undecodable as error:
        return pack_answer(ImageAnswer(reason=error.reason))
    return pack_answer(_hash_frames(picture, wanted))


def prepare() -> None:
    """Decode and hash one tiny picture of each format and kind, so that nothing is left to be loaded afterwards."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a locked worker cannot start threads
    for picture_format in Format:
        _try_out("RGB", picture_format)
    for mode, picture_format_name in _OTHER_MODES:
        _try_out(mode, Format(picture_format_name))
    hash_image(io.BytesIO(b"\x89PNG\r\n\x1a\n damaged"), 16, ImageOptions().pack())


def _hash_frames(picture: Picture, wanted: ImageOptions) -> ImageAnswer:
    most_frames = min(wanted.max_frames, MOST_FRAMES) if picture.has_pages else wanted.max_frames
    sample: Sample[FrameAnswer] = Sample(most=MOST_FRAMES if picture.has_pages else wanted.most_sampled)
    flavour = Flavour(wanted.flavour)
    seen, pixels = 0, 0
    try:
        for frame in picture.frames:
            pixels += frame.shape[0] * frame.shape[1]
            if seen and (seen >= most_frames or pixels > wanted.max_animation_pixels):
                return _answer(picture, seen, sample, Reason.TOO_LARGE)
            _keep(frame, seen, sample, flavour)
            seen += 1
    except Undecodable as error:
        if error.salvaged is not None and seen < most_frames:
            _keep(error.salvaged, seen, sample, flavour)
            seen += 1
        return _answer(picture, seen, sample, error.reason)
    return _answer(picture, seen, sample, None)


def _keep(frame: Rgb, index: int, sample: Sample[FrameAnswer], flavour: Flavour) -> None:
    if sample.wants(index):
        sample.kept.append(_hash_frame(frame, index, flavour))


def _answer(picture: Picture, seen: int, sample: Sample[FrameAnswer], reason: Reason | None) -> ImageAnswer:
    return ImageAnswer(
        format=picture.format,
        width=picture.width,
        height=picture.height,
        orientation=picture.orientation,
        frames_seen=seen,
        frames=tuple(sample.kept),
        reason=reason,
    )


def _hash_frame(frame: Rgb, index: int, flavour: Flavour) -> FrameAnswer:
    if min(frame.shape[:2]) < SMALLEST_SIDE:
        return FrameAnswer(index=index)
    result = hash_rgb(frame, flavour)
    return FrameAnswer(
        index=index,
        quality=result.quality,
        unsettled_bits=result.unsettled_bits,
        orientations=result.orientations,
    )


def _try_out(mode: str, picture_format: Format) -> None:
    ramp = np.arange(_SAMPLE_SIDE * _SAMPLE_SIDE, dtype=np.uint8).reshape(_SAMPLE_SIDE, _SAMPLE_SIDE)
    picture = _in_mode(Image.fromarray(ramp).convert("RGB"), mode)
    held = io.BytesIO()
    options = {"max_threads": 1, "speed": 10} if picture_format is Format.AVIF else {}
    picture.save(held, picture_format.value, **options)
    held.seek(0)
    hash_image(held, held.tell(), ImageOptions().pack())


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    if mode == "LAB":
        lab = ImageCms.profileToProfile(
            picture, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        return lab or picture
    if mode in {"I;16", "F"}:
        return picture.convert("L").convert(mode)
    return picture.convert(mode)
