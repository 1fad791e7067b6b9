"""Pages: Pillow's way from one frame, page or picture of a file to the next.

An icon holds several pictures, of which Pillow shows the largest; PPM files may simply follow one another (netpbm's
ppm(5): "a PPM file consists of a sequence of one or more PPM images"; of the plain forms there is only one to a file).
"""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from PIL import Image, ImageFile, PpmImagePlugin

from safelight.hashing.damage import judging
from safelight.hashing.formats import HEAD_BYTES, Format, identify
from safelight.hashing.picture import Undecodable
from safelight.hashing.signal import Reason

Pages = Iterator[Image.Image]

_WITH_KNOWN_COUNT = frozenset({Format.PNG, Format.WEBP, Format.AVIF})


def turn_pages(image: ImageFile.ImageFile, file: BinaryIO, picture_format: Format) -> Pages:
    """Yield an opened image, then all that follows, each before its pixels are loaded. Raises Undecodable."""
    ways: dict[Format, Callable[[], Pages]] = {
        Format.ICO: lambda: _icons(image),
        Format.PPM: lambda: _one_behind_the_other(image, file),
    }
    way = ways.get(picture_format, lambda: _by_seeking(image, has_count=picture_format in _WITH_KNOWN_COUNT))
    return way()


def _icons(image: Any) -> Pages:
    """Yield the picture that Pillow shows, which is the first in its own order, then the others."""
    yield image
    for index in range(1, len(image.ico.entry)):
        with judging():
            picture = image.ico.frame(index)
        yield picture


def _one_behind_the_other(image: ImageFile.ImageFile, file: BinaryIO) -> Pages:
    while True:
        end = _end_of_pixels(image)
        yield image
        if end is None or not _is_ppm_at(file, end):
            return
        file.seek(end)
        with judging():
            image = PpmImagePlugin.PpmImageFile(file)


def _end_of_pixels(image: ImageFile.ImageFile) -> int | None:
    """Return where the pixels of a PPM file end; None for those whose pixels are text. To be asked before loading."""
    codec, _, offset, form = image.tile[0]
    if codec == "ppm_plain":
        return None
    mode, largest = form if isinstance(form, tuple) else (form, 65535 if form == "I;16B" else 255)
    row_bytes = image.width * (3 if mode == "RGB" else 1) * (1 if largest < 256 else 2)
    return offset + image.height * ((image.width + 7) // 8 if mode == "1;I" else row_bytes)


def _is_ppm_at(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    return identify(file.read(HEAD_BYTES)) is Format.PPM


def _by_seeking(image: Any, *, has_count: bool) -> Pages:
    """Yield frames or pages. Some readers know how many there are; the others would have to read them all."""
    count = image.n_frames if has_count else None
    index = 0
    while index == 0 or _seek(image, index, count):
        yield image
        index += 1


def _seek(image: ImageFile.ImageFile, index: int, count: int | None) -> bool:
    """Go to a frame; False behind the last one. Raises Undecodable where frames are missing that were announced."""
    if count is not None and index >= count:
        return False
    try:
        with judging(EOFError):
            image.seek(index)
    except EOFError as error:
        if count is not None:
            raise Undecodable(Reason.UNREADABLE) from error
        return False
    return True
