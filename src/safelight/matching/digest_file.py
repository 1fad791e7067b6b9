"""The file of a digest index: sorted keys and payloads, mapped into memory and shared between processes.

Every number is little-endian. Head: magic (8 bytes), version, bytes of note, entries, crc32 of keys, crc32 of payloads,
crc32 of the head and note. The note follows, then, each from the next multiple of 4,096 bytes, keys and payloads.
"""

import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safelight.errors import IndexFileRefused
from safelight.matching.new_file import replace_file

_MAGIC = b"SLdigest"
_VERSION = 1
_HEAD = struct.Struct("<8sIIQIII")
_PAGE = 4096
_MOST_NOTE_BYTES = 64 * 1024

Numbers = npt.NDArray[np.uint64]


class DigestTable(NamedTuple):
    """Keys (the first eight bytes of each value), sorted, beside the payloads. Neither is ever changed."""

    keys: Numbers
    payloads: Numbers


EMPTY = DigestTable(np.empty(0, np.uint64), np.empty(0, np.uint64))


def write_table(path: Path, table: DigestTable, note: bytes) -> None:
    """Write a file in the place of the one that may be there. Raises OSError, or ValueError for a long note."""
    if len(note) > _MOST_NOTE_BYTES:
        raise ValueError(f"A note has at most {_MOST_NOTE_BYTES} bytes, not {len(note)}.")
    sections = [np.ascontiguousarray(section, dtype="<u8") for section in table]
    sums = [zlib.crc32(section.data) for section in sections]
    head = _HEAD.pack(_MAGIC, _VERSION, len(note), len(table.keys), *sums, 0)
    head = _HEAD.pack(_MAGIC, _VERSION, len(note), len(table.keys), *sums, zlib.crc32(note, zlib.crc32(head)))
    first = head + note
    parts: list[bytes | memoryview] = [first + bytes(-len(first) % _PAGE)]
    for section in sections:
        parts += [section.data.cast("B"), bytes(-section.nbytes % _PAGE)]
    replace_file(path, parts)


def open_table(path: Path) -> tuple[DigestTable, bytes]:
    """Map a file and return its table and note.

    Raises `IndexFileRefused` with the reason where it is missing, damaged, foreign or of another version.
    """
    try:
        data = np.memmap(path, np.uint8, "r")
    except (OSError, ValueError) as error:  # ValueError: an empty file
        raise _refusal(path, f"it cannot be read ({getattr(error, 'strerror', None) or 'it is empty'})") from error
    head = bytes(data[: _HEAD.size])
    if head[: len(_MAGIC)] != _MAGIC or len(head) < _HEAD.size:
        raise _refusal(path, "it is not the file of a digest index")
    magic, version, note_bytes, count, keys_sum, payloads_sum, head_sum = _HEAD.unpack(head)
    if version != _VERSION:
        raise _refusal(path, f"it is of version {version}, and this program reads version {_VERSION}")
    start, width = _padded(_HEAD.size + note_bytes), _padded(8 * count)
    if note_bytes > _MOST_NOTE_BYTES or len(data) != start + 2 * width:
        raise _refusal(path, "it has not the length that it states")
    note = bytes(data[_HEAD.size : _HEAD.size + note_bytes])
    blank = _HEAD.pack(magic, version, note_bytes, count, keys_sum, payloads_sum, 0)
    keys, payloads = (data[at : at + 8 * count].view("<u8") for at in (start, start + width))
    sums = (zlib.crc32(note, zlib.crc32(blank)), zlib.crc32(keys.data), zlib.crc32(payloads.data))
    if sums != (head_sum, keys_sum, payloads_sum):
        raise _refusal(path, "its checksums do not fit what it holds")
    return DigestTable(keys.view(np.ndarray), payloads.view(np.ndarray)), note


def _padded(size: int) -> int:
    return size + -size % _PAGE


def _refusal(path: Path, reason: str) -> IndexFileRefused:
    return IndexFileRefused(
        f"The index file {path} cannot be used: {reason}. Nothing was taken from it, and it was left as it is. The "
        "index can be built anew from the database."
    )
