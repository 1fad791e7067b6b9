"""Reading pictures with Pillow: only the formats named here, only by code that Pillow brings along."""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

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

from safelight.hashing.exif import clean_orientation
from safelight.hashing.formats import Format
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

DAMAGE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises over damaged files. Anything else is a crash, and a worker does not outlive it."""

_WITH_KNOWN_COUNT = frozenset({Format.PNG, Format.WEBP, Format.AVIF})
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
    with _judging():
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
    with_count: Any = image  # these readers know how many frames there are; the others would have to read them all
    count = with_count.n_frames if source.format in _WITH_KNOWN_COUNT else None
    index = 0
    while index == 0 or _seek(image, index, count):
        try:
            frame = _load(image, source.max_pixels)
        except Undecodable as error:
            if index == 0 and error.reason is Reason.UNREADABLE:
                raise _salvage(source) from error
            raise
        yield frame
        index += 1


def _salvage(source: _Source) -> Undecodable:
    """Return the verdict on a damaged first frame, with what can be decoded of it."""
    try:
        with _leniently():
            salvaged = _load(_open(source.file, source.format), source.max_pixels)
    except Undecodable:
        return Undecodable(Reason.UNREADABLE)
    return Undecodable(Reason.UNREADABLE, salvaged=salvaged)


def _load(image: ImageFile.ImageFile, max_pixels: int) -> Rgb:
    if image.width * image.height > max_pixels:
        raise Undecodable(Reason.TOO_LARGE)
    with _judging():
        image.load()
        return to_rgb(image)


def _seek(image: ImageFile.ImageFile, index: int, count: int | None) -> bool:
    """Go to a frame; False behind the last one. Raises Undecodable where frames are missing that were announced."""
    if count is not None and index >= count:
        return False
    try:
        with _judging(EOFError):
            image.seek(index)
    except EOFError as error:
        if count is not None:
            raise Undecodable(Reason.UNREADABLE) from error
        return False
    return True


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


@contextmanager
def _judging(expected: type[Exception] = PermissionError) -> Iterator[None]:
    """Turn what Pillow raises over a file into Undecodable, but for the exception that is expected.

    A PermissionError is the sandbox refusing something, which is not the file's damage.
    """
    try:
        yield
    except (PermissionError, expected):
        raise
    except Image.DecompressionBombError as error:
        raise Undecodable(Reason.TOO_LARGE) from error
    except DAMAGE as error:
        raise Undecodable(Reason.UNREADABLE) from error
