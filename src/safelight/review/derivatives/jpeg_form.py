"""The form of every picture that is shown: a plain baseline JPEG, and nothing else in the file.

Workers decode what comes from outside, so what they answer is looked at before it is believed: a file that holds more
than a header, tables and pixels, or is larger than its level, never leaves.
"""

import re
from collections.abc import Iterator

from safelight.errors import InvalidValue

_START, _END = b"\xff\xd8", b"\xff\xd9"
_JFIF, _TABLES, _FRAME, _SCAN = 0xE0, frozenset({0xDB, 0xC4}), 0xC0, 0xDA
_JFIF_BYTES = 16
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00]")


def read_form(picture: bytes, *, most_side: int, most_channels: int) -> tuple[int, int]:
    """Return width and height of a plain JPEG. Raises `InvalidValue` for anything else, or anything larger."""
    if not picture.startswith(_START) or not picture.endswith(_END):
        raise InvalidValue("a picture is no JPEG from its first byte to its last")
    sizes = []
    for kind, body in _segments(picture):
        if kind == _FRAME:
            sizes.append(_read_frame(body, most_channels))
        elif kind == _JFIF:
            _check_jfif(body)
        elif kind not in _TABLES:
            raise InvalidValue("a picture holds more than pixels")
    if len(sizes) != 1 or not 0 < min(sizes[0]) <= max(sizes[0]) <= most_side:
        raise InvalidValue("a picture is not of a size that its level allows")
    return sizes[0]


def _segments(picture: bytes) -> Iterator[tuple[int, bytes]]:
    """Give kind and body of all segments before the pixels, and check that these reach to the end of the file."""
    at = len(_START)
    while at + 4 <= len(picture) and picture[at] == 0xFF:
        kind, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4])
        if kind == _SCAN:
            if _MARKER_IN_SCAN.search(picture, at + 2 + length, len(picture) - len(_END)):
                raise InvalidValue("a picture goes on behind its pixels")
            return
        yield kind, picture[at + 4 : at + 2 + length]
        at += 2 + length
    raise InvalidValue("a picture has no pixels")


def _read_frame(body: bytes, most_channels: int) -> tuple[int, int]:
    if len(body) < 6 or body[0] != 8 or not 1 <= body[5] <= most_channels:
        raise InvalidValue("a picture has other channels than its level allows")
    return int.from_bytes(body[3:5]), int.from_bytes(body[1:3])


def _check_jfif(body: bytes) -> None:
    if len(body) != _JFIF_BYTES - 2 or not body.startswith(b"JFIF\0") or body[12:14] != b"\0\0":
        raise InvalidValue("a picture's header holds more than it must")
