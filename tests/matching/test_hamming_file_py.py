"""The plain index's file is read back whole, or refused with a reason; never believed when it is damaged."""

from pathlib import Path

import numpy as np
import pytest

from safelight.matching.hamming_file_py import MOST_NOTE_BYTES, FileRefused, read_index, write_index


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    codes = np.arange(96, dtype=np.uint8).reshape(3, 32)
    write_index(path, codes, np.array([7, 2**64 - 1, 0], np.uint64), radius=31, note=b"a note")
    return path


def test_what_was_written_is_read(saved: Path) -> None:
    codes, payloads, radius, note = read_index(saved)
    assert codes.tobytes() == bytes(range(96))
    assert payloads.tolist() == [7, 2**64 - 1, 0]
    assert (radius, note) == (31, b"a note")


def test_every_changed_bit_is_seen(saved: Path) -> None:
    data = saved.read_bytes()
    for place in range(len(data)):
        saved.write_bytes(data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :])
        with pytest.raises(FileRefused, match="It"):
            read_index(saved)


def test_every_cut_and_every_addition_is_seen(saved: Path) -> None:
    data = saved.read_bytes()
    for size in range(len(data)):
        saved.write_bytes(data[:size])
        with pytest.raises(FileRefused):
            read_index(saved)
    saved.write_bytes(data + b"x")
    with pytest.raises(FileRefused, match="length"):
        read_index(saved)


def test_another_version_is_named(saved: Path) -> None:
    data = bytearray(saved.read_bytes())
    data[8] = 2
    saved.write_bytes(data)
    with pytest.raises(FileRefused, match="of version 2, and this program reads version 1"):
        read_index(saved)


def test_a_note_has_its_limit(tmp_path: Path) -> None:
    nothing = np.empty((0, 32), np.uint8), np.empty(0, np.uint64)
    write_index(tmp_path / "index", *nothing, radius=31, note=bytes(MOST_NOTE_BYTES))
    assert read_index(tmp_path / "index")[3] == bytes(MOST_NOTE_BYTES)
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        write_index(tmp_path / "index", *nothing, radius=31, note=bytes(MOST_NOTE_BYTES + 1))
