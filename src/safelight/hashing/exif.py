"""EXIF orientation: how a viewer turns a picture, 1 (not at all) to 8. It is recorded, never applied.

The eight orientations of a hash answer it (see `safelight.hashing.pdq`). Source of tag and values: EXIF 2.32, 4.6.4.
"""

import struct

UPRIGHT = 1
_TAG = 0x0112
_SHORT = 3
_START_OF_SCAN = 0xDA
_APP1 = 0xE1
_ENTRIES_LIMIT = 512


def read_jpeg_orientation(data: bytes) -> int:
    """Return the orientation that a JPEG file asks for; 1 where it asks for none, or not in a readable way."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN or length < 2:
            break
        if marker == _APP1 and data[at + 4 : at + 10] == b"Exif\x00\x00":
            return _read_block(data[at + 10 : at + 2 + length])
        at += 2 + length
    return UPRIGHT


def clean_orientation(value: object) -> int:
    """Return an orientation as read from a file if it is one, else 1."""
    return value if isinstance(value, int) and 1 <= value <= 8 else UPRIGHT


def _read_block(block: bytes) -> int:
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, first)
        for index in range(min(count, _ENTRIES_LIMIT)):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", block, first + 2 + 12 * index)
            if tag == _TAG and kind == _SHORT:
                return clean_orientation(value)
    except struct.error:
        return UPRIGHT
    return UPRIGHT
