"""A quick way to the pixels of ordinary PNGs: ISA-L inflates, the kernel undoes the filters.

Ordinary is: grey or RGB of 8 bits, with alpha or without; not interlaced, no colour declared transparent, no animation;
and sound to the last checksum. Pillow reads every header, and all of whatever is not ordinary: so this way changes no
answer, only the time that it takes. It is missing where the kernel or ISA-L is.

One difference is left: ISA-L takes incomplete Huffman codes, which zlib refuses. Damage does not come to that, as the
checksums hold and every byte is there; who makes such a file by hand has its pixels hashed, and not called damaged.
"""

import math
from collections.abc import Iterator
from itertools import takewhile
from typing import BinaryIO

import numpy as np
from PIL import Image, PngImagePlugin

from safelight.hashing.damage import DAMAGE
from safelight.hashing.formats import Format
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pillow_reader import open_with_pillow, read_orientation
from safelight.hashing.pixels import Rgb, to_rgb
from safelight.hashing.signal import Reason

try:
    from isal import isal_zlib

    from safelight import _kernel
except ImportError:  # no wheel for this machine, or no compiler when this was installed: Pillow reads all PNGs
    IS_QUICK = False
else:
    IS_QUICK = True

_CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_MOST_PIXELS = 1 << 25
"""File, lines and pixels are held at once: beyond this, Pillow's way is easier on the memory."""
_SPARE_BYTES = 1 << 20
"""How much longer than its pixels a file may be; the end is not looked for further on."""
_MOST_EARLY_BYTES = 60_000
_MOST_LATE_BYTES = 4_000
"""Pillow refuses texts of more than 64 MiB in all. So little, inflated 1,032-fold, deflate's most, stays below it."""

# Names under which Pillow keeps what changes how pixels are read. A text can forge them, and Pillow obeys.
_CHANGES_READING = frozenset({"transparency", "interlace", "bbox"})
_TRANSPARENCY_TEXT = b"transparency\x00"
_LARGEST_WINDOW = 7


def open_png(file: BinaryIO, max_pixels: int) -> Picture:
    """Read a PNG's header; an ordinary one's pixels come the quick way. Raises as `open_with_pillow` does."""
    image = _open_ordinary(file) if IS_QUICK else None
    if image is None:
        return open_with_pillow(file, Format.PNG, max_pixels)
    return Picture(
        format=Format.PNG,
        width=image.width,
        height=image.height,
        orientation=read_orientation(image),
        frames=_frames(file, image, max_pixels),
    )


def _open_ordinary(file: BinaryIO) -> PngImagePlugin.PngImageFile | None:
    file.seek(0)
    try:
        image = PngImagePlugin.PngImageFile(file)
    except DAMAGE:
        return None  # Pillow says what it makes of that
    return image if _is_ordinary(image) else None


def _is_ordinary(image: PngImagePlugin.PngImageFile) -> bool:
    """Whether a header announces an ordinary PNG. The tile names the pixels' form: "RGB;16B" where it is not 8 bits."""
    if len(image.tile) != 1 or image.mode not in _CHANNELS:
        return False
    _, extents, offset, form = image.tile[0]
    return (
        extents == (0, 0, *image.size)
        and form == image.mode
        and offset <= _MOST_EARLY_BYTES
        and image.n_frames == 1
        and not _CHANGES_READING & image.info.keys()
        and image.width * image.height <= _MOST_PIXELS
    )


def _frames(file: BinaryIO, image: PngImagePlugin.PngImageFile, max_pixels: int) -> Iterator[Rgb]:
    if image.width * image.height > max_pixels:
        raise Undecodable(Reason.TOO_LARGE)
    pixels = _read_pixels(file, image)
    if pixels is None:
        yield from open_with_pillow(file, Format.PNG, max_pixels).frames
    elif image.mode == "RGB":
        yield pixels
    else:
        yield to_rgb(Image.frombuffer(image.mode, image.size, pixels))


def _read_pixels(file: BinaryIO, image: PngImagePlugin.PngImageFile) -> Rgb | None:
    """Return height x width x channels, or None wherever anything is out of the ordinary."""
    shape = (image.height, image.width, _CHANNELS[image.mode])
    lines_bytes = image.height + math.prod(shape)
    file.seek(image.tile[0].offset - 8)  # the length and the name of the first chunk of pixels
    chunks = _find_pixels(memoryview(file.read(lines_bytes + _SPARE_BYTES)))
    lines = _inflate(chunks, lines_bytes)
    if lines is None:
        return None
    pixels = np.empty(shape, np.uint8)
    return pixels if _kernel.unfilter_png(lines, pixels) else None


def _find_pixels(rest: memoryview) -> list[memoryview]:
    """Return the data of the chunks of pixels; nothing where a chunk is damaged, or a late one might change them."""
    chunks = _split(rest)
    pixels = [data for _, data in takewhile(lambda chunk: chunk[0] == b"IDAT", chunks)]
    late = chunks[len(pixels) :]
    is_little = sum(len(data) for _, data in late) <= _MOST_LATE_BYTES
    return pixels if is_little and all(_is_harmless(*chunk) for chunk in late) else []


def _split(rest: memoryview) -> list[tuple[bytes, memoryview]]:
    """Return names and data of all chunks before the one that ends a PNG; nothing if it is missing or a sum is wrong.

    What follows that one belongs to no PNG, and nobody looks at it.
    """
    chunks: list[tuple[bytes, memoryview]] = []
    at = 0
    while at + 12 <= len(rest):
        end = at + 8 + int.from_bytes(rest[at : at + 4])
        if isal_zlib.crc32(rest[at + 4 : end]) != int.from_bytes(rest[end : end + 4]):
            return []
        name = bytes(rest[at + 4 : at + 8])
        if name == b"IEND":
            return chunks
        chunks.append((name, rest[at + 8 : end]))
        at = end + 4
    return []


def _is_harmless(name: bytes, data: memoryview) -> bool:
    """Whether Pillow reads a chunk behind the pixels without objecting, and without its changing them."""
    return name == b"tIME" or (name == b"tEXt" and bytes(data[: len(_TRANSPARENCY_TEXT)]) != _TRANSPARENCY_TEXT)


def _inflate(chunks: list[memoryview], lines_bytes: int) -> bytes | None:
    """Return exactly so many bytes, or None. No more is ever inflated, whatever the chunks hold."""
    method = next((chunk[0] for chunk in chunks if chunk), 0)
    if method >> 4 > _LARGEST_WINDOW:
        return None  # zlib refuses such a window, ISA-L does not
    inflater = isal_zlib.decompressobj()
    parts, left = [], lines_bytes
    try:
        for chunk in chunks:
            parts.append(inflater.decompress(chunk, left + 1))
            left -= len(parts[-1])
            if left < 0 or inflater.unused_data:
                return None
    except isal_zlib.error:  # type: ignore[misc] # ISA-L's stub takes this class for an instance
        return None
    return b"".join(parts) if left == 0 and inflater.eof else None
