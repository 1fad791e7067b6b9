"""Several JPEGs in one file: pairs of 3D cameras, panoramas, gain maps of phones. Each is a picture of its own.

An index in the first one says where the others lie: the Multi-Picture Format (CIPA DC-007, 5.2), which is a TIFF
directory in an APP2 segment. Its offsets count from the directory's own start.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from safelight.hashing.decoding import open_picture
from safelight.hashing.formats import Format
from safelight.hashing.picture import Picture, Undecodable
from safelight.hashing.pixels import Rgb
from safelight.hashing.signal import Reason

_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9
_APP2 = 0xE2
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
_NAME = b"MPF\x00"
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_ENTRIES_TAG = 0xB002
_ENTRY_BYTES = 16


def open_all(file: BinaryIO, max_pixels: int) -> Picture:
    """Read a picture's header as `open_picture` does; the frames of a JPEG go on with the others in its file.

    They end in Undecodable where the index is damaged, or a picture does not lie where it says.
    """
    picture = open_picture(file, max_pixels)
    if picture.format is not Format.JPEG:
        return picture
    return replace(picture, frames=_frames(picture.frames, file, max_pixels))


def find_others(file: BinaryIO) -> list[tuple[int, int]]:
    """Return offset and length of every other picture that a JPEG file announces.

    Raises Undecodable if the announcement is damaged, or a picture would begin behind the file's end.
    """
    found = _find_index(file)
    if found is None:
        return []
    base, index = found
    end = file.seek(0, io.SEEK_END)
    try:
        others = [(base + offset, size) for size, offset in _read_entries(index)[1:] if size or offset]
    except (struct.error, LookupError) as error:
        raise Undecodable(Reason.UNREADABLE) from error
    if any(offset >= end for offset, _ in others):
        raise Undecodable(Reason.UNREADABLE)
    return [(offset, min(size, end - offset)) for offset, size in others]


def _frames(first: Iterator[Rgb], file: BinaryIO, max_pixels: int) -> Iterator[Rgb]:
    yield from first
    for offset, size in find_others(file):
        file.seek(offset)
        yield from open_picture(io.BytesIO(file.read(size)), max_pixels).frames


def _find_index(file: BinaryIO) -> tuple[int, bytes] | None:
    """Return the index and where it begins, if one comes before the first picture's pixels.

    Fill bytes and rubbish between segments are passed over, as decoders do.
    """
    at = 2
    while len(head := _read_at(file, at, 8)) == 8 and head[:2] not in _LAST:
        length = int.from_bytes(head[2:4])
        if head[0] != 0xFF or head[1] == 0xFF:
            at += 1
        elif head[1] in _WITHOUT_LENGTH:
            at += 2
        elif head[1] == _APP2 and head[4:] == _NAME:
            return at + 8, _read_at(file, at + 8, max(length - 6, 0))
        else:
            at += 2 + length
    return None


_LAST = (bytes([0xFF, _START_OF_SCAN]), bytes([0xFF, _END_OF_IMAGE]))


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _read_entries(index: bytes) -> list[tuple[int, int]]:
    """Return size and offset of every picture. Raises struct.error and LookupError where the index is damaged."""
    order = _ORDERS[index[:4]]
    (directory,) = struct.unpack_from(order + "I", index, 4)
    (count,) = struct.unpack_from(order + "H", index, directory)
    fields = (struct.unpack_from(order + "HHII", index, directory + 2 + 12 * place) for place in range(count))
    length, start = {tag: (length, start) for tag, _, length, start in fields}[_ENTRIES_TAG]
    entries = range(start, start + length, _ENTRY_BYTES)
    return [struct.unpack_from(order + "II", index, entry + 4) for entry in entries]
