"""Small files that claim or unfold to something huge: what a decoder must refuse before it allocates.

Each function gives the bytes of one file. Declared sizes are 60,000 x 60,000 unless the format's own limit is lower;
the unfolding ones hold real compressed zeros.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import BytesIO
from types import MappingProxyType
from typing import TypeAlias

from PIL import Image

_SIDE = 60_000
_UNFOLDED_BYTES = 64 * 1024 * 1024
_ENDLESS_FRAMES = 5_000

Bomb: TypeAlias = Callable[[], bytes]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Pack one PNG chunk with its right checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes, width: int = 16, height: int = 16, depth: int = 8, colour: int = 2) -> bytes:
    """Pack a PNG of a header, the chunks given and an end."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + b"".join(chunks) + png_chunk(b"IEND", b"")


def save(form: str, **options: object) -> bytes:
    """Save a small plain picture in a format that Pillow writes."""
    buffer = BytesIO()
    Image.new("RGB", (16, 16), (90, 120, 150)).save(buffer, format=form, **options)
    return buffer.getvalue()


@cache
def folded_zeros(size_bytes: int = _UNFOLDED_BYTES) -> bytes:
    """Compress this many zero bytes: about a thousandth of the size."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    pieces = [packer.compress(block) for _ in range(size_bytes >> 20)]
    return b"".join([*pieces, packer.flush()])


def png_of_declared_size() -> bytes:
    """Make a PNG that declares 60,000 x 60,000 pixels and holds a few bytes."""
    return png(png_chunk(b"IDAT", zlib.compress(bytes(64))), width=_SIDE, height=_SIDE)


def png_that_unfolds() -> bytes:
    """Make a PNG of 20,000 x 20,000 one-bit pixels that are really there, in some 50 KB."""
    rows = folded_zeros(20_000 // 8 * 20_000 + 20_000 + (1 << 20))
    return png(png_chunk(b"IDAT", rows), width=20_000, height=20_000, depth=1, colour=0)


def png_with_text_bomb() -> bytes:
    """Make a small PNG whose compressed comment unfolds to 64 MiB."""
    comment = png_chunk(b"zTXt", b"Comment\0\0" + folded_zeros())
    return png(comment, png_chunk(b"IDAT", zlib.compress(bytes(16 * 49))))


def png_with_profile_bomb() -> bytes:
    """Make a small PNG whose colour profile unfolds to 64 MiB of nonsense."""
    profile = png_chunk(b"iCCP", b"profile\0\0" + folded_zeros())
    return png(profile, png_chunk(b"IDAT", zlib.compress(bytes(16 * 49))))


def apng_of_declared_frames() -> bytes:
    """Make an animated PNG that declares four thousand million frames and holds one."""
    control = png_chunk(b"acTL", struct.pack(">II", 0xFFFFFFF0, 0))
    return png(control, png_chunk(b"IDAT", zlib.compress(bytes(16 * 49))))


def jpeg_of_declared_size() -> bytes:
    """Make a JPEG whose frame header declares 60,000 x 60,000 pixels."""
    return _jpeg_of_side(_SIDE)


def jpeg_of_largest_size() -> bytes:
    """Make a JPEG that declares the largest size that decoders accept: 65,500 x 65,500."""
    return _jpeg_of_side(65_500)


def _jpeg_of_side(side: int) -> bytes:
    data = bytearray(save("JPEG"))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, side, side)
    return bytes(data)


def gif_of_declared_size() -> bytes:
    """Make a GIF whose screen and only frame are 60,000 x 60,000."""
    return _gif_head(_SIDE) + _gif_frame(_SIDE) + b";"


def gif_without_end() -> bytes:
    """Make a GIF of 5,000 tiny frames on a screen of 2,000 x 2,000, with no end mark."""
    return _gif_head(2_000) + _gif_frame(1) * _ENDLESS_FRAMES


def _gif_head(side: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"


def _gif_frame(side: int) -> bytes:
    control = b"!\xf9\x04\x04\x01\0\0\0"
    return control + b"," + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\0"


def bmp_of_declared_size() -> bytes:
    """Make a BMP that declares 60,000 x 60,000 pixels of 24 bits and holds none of them."""
    data = bytearray(save("BMP"))
    struct.pack_into("<ii", data, 18, _SIDE, _SIDE)
    return bytes(data)


def bmp_of_run_lengths() -> bytes:
    """Make a run-length BMP of 60,000 x 60,000 whose data ends at once."""
    information = struct.pack("<IiiHHIIiiII", 40, _SIDE, _SIDE, 1, 8, 1, 2, 0, 0, 2, 0)
    head = struct.pack("<2sIHHI", b"BM", 64, 0, 0, 62)
    return head + information + b"\0\0\0\0\xff\xff\xff\0" + b"\0\x01"


def tiff_of_declared_size() -> bytes:
    """Make a TIFF of 60,000 x 60,000 pixels in one strip of a few bytes."""
    return _tiff([(256, 4, 1, _SIDE), (257, 4, 1, _SIDE), *_TIFF_REST])


def tiff_that_loops() -> bytes:
    """Make a TIFF whose first page says that the next page is itself."""
    return _tiff([(256, 4, 1, 16), (257, 4, 1, 16), *_TIFF_REST], next_page=8)


_TIFF_REST = [(258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (279, 4, 1, 64)]


def _tiff(tags: list[tuple[int, int, int, int]], next_page: int = 0) -> bytes:
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", next_page) + bytes(64)


def webp_of_declared_size() -> bytes:
    """Make an extended WebP whose canvas declares 60,000 x 60,000."""
    picture = save("WEBP")[12:]
    side = (_SIDE - 1).to_bytes(3, "little")
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + side + side
    return b"RIFF" + struct.pack("<I", 4 + len(canvas) + len(picture)) + b"WEBP" + canvas + picture


def avif_of_declared_size() -> bytes:
    """Make an AVIF whose size box declares 60,000 x 60,000."""
    data = bytearray(save("AVIF"))
    struct.pack_into(">II", data, data.index(b"ispe") + 8, _SIDE, _SIDE)
    return bytes(data)


BOMBS: Mapping[str, Bomb] = MappingProxyType(
    {
        "bomb.png": png_of_declared_size,
        "unfolding.png": png_that_unfolds,
        "text-bomb.png": png_with_text_bomb,
        "profile-bomb.png": png_with_profile_bomb,
        "frames-bomb.png": apng_of_declared_frames,
        "bomb.jpg": jpeg_of_declared_size,
        "largest.jpg": jpeg_of_largest_size,
        "bomb.gif": gif_of_declared_size,
        "endless.gif": gif_without_end,
        "bomb.bmp": bmp_of_declared_size,
        "run-lengths.bmp": bmp_of_run_lengths,
        "bomb.tiff": tiff_of_declared_size,
        "loop.tiff": tiff_that_loops,
        "bomb.webp": webp_of_declared_size,
        "bomb.avif": avif_of_declared_size,
    }
)
"""Every bomb by a file name that says what it is."""


def bombs() -> Iterator[tuple[str, bytes]]:
    """Give every bomb as a file name and its bytes."""
    for name, make in BOMBS.items():
        yield name, make()
