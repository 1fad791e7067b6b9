"""Reading pictures with Pillow: only the formats named here, only by code that Pillow brings along."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from safelight.hashing.damage import DAMAGE, judging
from safelight.hashing.exif import clean_orientation
from safelight.hashing.formats import Format
from safelight.hashing.pages import turn_pages
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pixels import Rgb, to_rgb
from safelight.hashing.signal import Reason

READERS: dict[Format, Callable[[BinaryIO], ImageFile.ImageFile]] = {
    Format.JPEG: JpegImagePlugin.JpegImageFile,
    Format.PNG: PngImagePlugin.PngImageFile,
    Format.GIF: GifImagePlugin.GifImageFile,
    Format.WEBP: WebPImagePlugin.WebPImageFile,
    Format.AVIF: AvifImagePlugin.AvifImageFile,
    Format.TIFF: TiffImagePlugin.TiffImageFile,
    Format.BMP: BmpImagePlugin.BmpImageFile,
    Format.JPEG2000: Jpeg2KImagePlugin.Jpeg2KImageFile,
    Format.ICO: IcoImagePlugin.IcoImageFile,
    Format.PPM: PpmImagePlugin.PpmImageFile,
}
"""Each format's reader, called directly: `Image.open` would try every plug-in, and some of those call programs."""

_ORIENTATION = 0x0112
_UPRIGHT = 1  # the TIFF reader turns pictures upright itself: in that format the orientation is no mere note


def open_with_pillow(file: BinaryIO, picture_format: Format, max_pixels: int) -> Picture:
    """Read a picture's header. Raises Undecodable if nothing can be made of it."""
    try:
        image, is_damaged = _open(file, picture_format), False
    except Undecodable as error:
        if error.reason is not Reason.UNREADABLE:
            raise
        with _leniently():
            image, is_damaged = _open(file, picture_format), True
    source = _Source(file=file, format=picture_format, max_pixels=max_pixels)
    return Picture(
        format=picture_format,
        width=image.width,
        height=image.height,
        orientation=_UPRIGHT if picture_format is Format.TIFF else read_orientation(image),
        frames=_frames(None if is_damaged else image, source),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    file: BinaryIO
    format: Format
    max_pixels: int


def _open(file: BinaryIO, picture_format: Format) -> ImageFile.ImageFile:
    file.seek(0)
    with judging():
        return READERS[picture_format](file)


def read_orientation(image: Image.Image) -> int:
    """Read what the header says; the PNG reader's own method would decode all pixels to look for a late note."""
    try:
        return clean_orientation(Image.Image.getexif(image).get(_ORIENTATION))
    except DAMAGE:
        return _UPRIGHT  # a damaged note on how to turn the picture does not make it unreadable


def _frames(image: ImageFile.ImageFile | None, source: _Source) -> Iterator[Rgb]:
    """Yield one frame after the other; without a sound image, only raise what can be said of it."""
    if image is None:
        raise _salvage(source)
    for index, page in enumerate(turn_pages(image, source.file, source.format)):
        try:
            frame = _load(page, source.max_pixels)
        except Undecodable as error:
            if index == 0 and error.reason is Reason.UNREADABLE:
                raise _salvage(source) from error
            raise
        yield frame


def _salvage(source: _Source) -> Undecodable:
    """Return the verdict on a damaged first frame, with what can be decoded of it."""
    try:
        with _leniently():
            salvaged = _load(_open(source.file, source.format), source.max_pixels)
    except Undecodable:
        return Undecodable(Reason.UNREADABLE)
    return Undecodable(Reason.UNREADABLE, salvaged=salvaged)


def _load(image: Image.Image, max_pixels: int) -> Rgb:
    if image.width * image.height > max_pixels:
        raise Undecodable(Reason.TOO_LARGE)
    with judging():
        image.load()
        return to_rgb(image)


@contextmanager
def _leniently() -> Iterator[None]:
    """Have Pillow fill what is missing with nothing.

    Its switch is global: outside bytes come here in workers only, and those have one thread.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
