"""The file of the plain index: a head, the note, the codes, the payloads, and a checksum over all of them.

It is not the file of the compiled index: each refuses the other's, and its caller builds a new one from the database.
Every number is little-endian: magic (8 bytes), version, planned radius, bytes of note, codes, crc32.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from safelight.matching.new_file import replace_file

_MAGIC = b"SLplain\n"
_VERSION = 1
_HEAD = struct.Struct("<8sIIIQI")
_SUM = struct.Struct("<I")
_ENTRY_BYTES = 32 + 8
MOST_NOTE_BYTES = 64 * 1024

Codes = npt.NDArray[np.uint8]
Payloads = npt.NDArray[np.uint64]


class FileRefused(Exception):
    """A file is damaged, foreign or of another version. The text is a sentence that gives the reason."""


def write_index(path: Path, codes: Codes, payloads: Payloads, *, radius: int, note: bytes) -> None:
    """Write a file under a new name, sync it, and give it its name; what was there before stays whole until then.

    Raises OSError when the place does not allow it, ValueError for a note that is too long.
    """
    if len(note) > MOST_NOTE_BYTES:
        raise ValueError(f"A note has at most {MOST_NOTE_BYTES} bytes, not {len(note)}.")
    parts = (note, codes.tobytes(), payloads.astype("<u8").tobytes())
    head = _HEAD.pack(_MAGIC, _VERSION, radius, len(note), len(payloads), 0)
    replace_file(path, (head[: -_SUM.size], _SUM.pack(_sum_of(head, *parts)), *parts))


def read_index(path: Path) -> tuple[Codes, Payloads, int, bytes]:
    """Read a file: codes, payloads, the planned radius and the note. Raises FileRefused with the reason, OSError."""
    data = path.read_bytes()
    radius, note_bytes, count = _checked(data)
    start = _HEAD.size + note_bytes
    codes = np.frombuffer(data, np.uint8, 32 * count, start).reshape(-1, 32)
    payloads = np.frombuffer(data, "<u8", count, start + 32 * count).astype(np.uint64)
    return codes, payloads, radius, data[_HEAD.size : start]


def _checked(data: bytes) -> tuple[int, int, int]:
    if data[: len(_MAGIC)] != _MAGIC:
        raise FileRefused("It is not the file of a plain index.")
    if len(data) < _HEAD.size:
        raise FileRefused("It is cut off in its head.")
    _, version, radius, note_bytes, count, stated = _HEAD.unpack_from(data)
    if version != _VERSION:
        raise FileRefused(f"It is of version {version}, and this program reads version {_VERSION}.")
    if len(data) != _HEAD.size + note_bytes + _ENTRY_BYTES * count:
        raise FileRefused("It has not the length that it states.")
    head = data[: _HEAD.size - _SUM.size] + _SUM.pack(0)
    if _sum_of(head, data[_HEAD.size :]) != stated:
        raise FileRefused("Its checksum does not fit what it holds.")
    return radius, note_bytes, count


def _sum_of(*parts: bytes) -> int:
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    return crc
