"""The file of a digest index gives back what was written, mapped and shared, or is refused with the reason."""

import struct
from pathlib import Path

import numpy as np
import pytest

from safelight.errors import IndexFileRefused
from safelight.matching.digest_file import EMPTY, DigestTable, open_table, write_table

NOTE = b"of whom and when"


def _table(count: int) -> DigestTable:
    generator = np.random.default_rng(count)
    keys = np.sort(generator.integers(0, 1 << 64, count, np.uint64))
    return DigestTable(keys, generator.integers(0, 1 << 64, count, np.uint64))


def _is_same(one: DigestTable, other: DigestTable) -> bool:
    return all(np.array_equal(mine, its) for mine, its in zip(one, other, strict=True))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "md5.index"


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 10_000])
@pytest.mark.parametrize("note", [b"", NOTE, b"x" * 65_536])
def test_a_table_and_its_note_come_back(path: Path, count: int, note: bytes) -> None:
    write_table(path, _table(count), note)
    table, found = open_table(path)
    assert found == note
    assert _is_same(table, _table(count))


def test_an_opened_table_is_the_mapped_file_and_no_copy_and_cannot_be_written(path: Path) -> None:
    write_table(path, _table(1000), NOTE)
    table, _ = open_table(path)
    maps = Path("/proc/self/smaps").read_text().split("VmFlags")
    mine = [block for block in maps if str(path) in block]
    assert mine
    assert all(" r--s " in block and "Anonymous:             0 kB" in block for block in mine)
    for section in table:
        owner = section
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        assert isinstance(owner, np.memmap)
        with pytest.raises(ValueError, match="read-only"):
            section[0] = 1


def test_a_table_stays_whole_when_its_file_is_replaced_or_removed(path: Path) -> None:
    write_table(path, _table(1000), NOTE)
    table, _ = open_table(path)
    write_table(path, EMPTY, b"")
    path.unlink()
    assert _is_same(table, _table(1000))


@pytest.mark.parametrize("count", [0, 3, 600])
def test_whatever_byte_is_damaged_the_file_is_refused_or_nothing_that_counts_was_hit(path: Path, count: int) -> None:
    write_table(path, _table(count), NOTE)
    whole = path.read_bytes()
    head = struct.calcsize("<8sIIQIII") + len(NOTE)
    width = -(-8 * count // 4096) * 4096
    counting = {*range(head), *range(4096, 4096 + 8 * count), *range(4096 + width, 4096 + width + 8 * count)}
    places = {*range(head + 8), *range(0, len(whole), 97), *(place + 1 for place in range(4096, len(whole), 4096))}
    for place in sorted(places | {len(whole) - 1}):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        if place in counting:
            with pytest.raises(IndexFileRefused):
                open_table(path)
        else:
            table, note = open_table(path)
            assert note == NOTE
            assert _is_same(table, _table(count))


def test_a_file_that_was_cut_off_or_grew_is_refused(path: Path) -> None:
    write_table(path, _table(600), NOTE)
    whole = path.read_bytes()
    for length in [*range(0, 60, 7), 4095, 4096, 4097, 8192, len(whole) - 4096, len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(IndexFileRefused):
            open_table(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(IndexFileRefused, match="length"):
        open_table(path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"SLdigest", "it is not the file of a digest index"),
        (b"SQLite format 3\0" * 600, "it is not the file of a digest index"),
        (b"SLdigest" + struct.pack("<I", 2) + bytes(9000), "it is of version 2, and this program reads version 1"),
        (b"SLdigest" + struct.pack("<IIQIII", 1, 0, 1 << 61, 0, 0, 0) + bytes(9000), "has not the length"),
        (b"SLdigest" + struct.pack("<IIQIII", 1, 0xFFFFFFFF, 0, 0, 0, 0) + bytes(9000), "has not the length"),
    ],
)
def test_a_foreign_file_is_refused_with_the_reason(path: Path, data: bytes, reason: str) -> None:
    path.write_bytes(data)
    with pytest.raises(IndexFileRefused, match=reason):
        open_table(path)


def test_a_file_that_is_missing_or_is_a_folder_is_refused(path: Path, tmp_path: Path) -> None:
    for place in (path, tmp_path):
        with pytest.raises(IndexFileRefused, match="it cannot be read"):
            open_table(place)


def test_two_sections_that_changed_places_are_refused(path: Path) -> None:
    write_table(path, _table(512), NOTE)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + whole[8192:] + whole[4096:8192])
    with pytest.raises(IndexFileRefused, match="checksums"):
        open_table(path)


def test_a_note_that_is_too_long_is_not_written(path: Path) -> None:
    with pytest.raises(ValueError, match="65536"):
        write_table(path, EMPTY, b"x" * 65_537)
    assert not path.exists()
