"""Sealed files are read by range: only the chunks that are needed, and nothing of one that does not open."""

import os
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from safelight.errors import EvidenceDamaged
from safelight.vault.chunks import CHUNK_BYTES, HEADER_BYTES, SealedWriter, chunk_start
from safelight.vault.sealed_reader import SealedReader

BLOB_ID = "ab" * 16
KEY = os.urandom(32)
DATA = np.random.default_rng(9).bytes(12 * CHUNK_BYTES + 4321)


@dataclass
class WatchedBlob:
    """A sealed file in memory that remembers what was asked of it."""

    data: bytearray
    asked: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return bytes(self.data[offset : offset + length])

    def read_into(self, offset: int, buffer: memoryview) -> int:
        self.asked.append((offset, len(buffer)))
        got = self.read(offset, len(buffer))
        buffer[: len(got)] = got
        return len(got)


class ByteSink:
    """Takes all it is given."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: memoryview, /) -> int:
        self.data += data
        return len(data)


@pytest.fixture
def blob() -> WatchedBlob:
    sink = ByteSink()
    writer = SealedWriter(sink, KEY, BLOB_ID)
    writer.write(DATA)
    writer.finish()
    return WatchedBlob(sink.data)


def reader_of(blob: Any) -> SealedReader:
    return SealedReader(blob, KEY, BLOB_ID, len(DATA))


def test_any_range_is_that_of_the_bytes(blob: WatchedBlob) -> None:
    reader, chance = reader_of(blob), np.random.default_rng(2)
    for _ in range(60):
        offset, length = int(chance.integers(len(DATA) + 10)), int(chance.integers(3 * CHUNK_BYTES))
        assert reader.read(offset, length) == DATA[offset : offset + length]
    assert reader.read(len(DATA), 1) == b""
    assert reader.read(0, len(DATA) + 5) == DATA
    assert reader.size_bytes == len(DATA)


def test_a_small_range_fetches_only_its_chunk(blob: WatchedBlob) -> None:
    reader_of(blob).read(5 * CHUNK_BYTES + 10, 20)
    assert blob.asked == [(chunk_start(5), CHUNK_BYTES + 16)]


def test_reading_on_asks_for_ever_more_at_once(blob: WatchedBlob) -> None:
    reader = reader_of(blob)
    for offset in range(0, len(DATA), 64 << 10):
        reader.read(offset, 64 << 10)
    assert len(blob.asked) <= 5
    assert sum(length for _, length in blob.asked) == blob.size_bytes - HEADER_BYTES


def test_of_a_damaged_chunk_nothing_is_given_out_and_the_others_can_be_read(blob: WatchedBlob) -> None:
    blob.data[chunk_start(3) + 7] ^= 1
    reader = reader_of(blob)
    with pytest.raises(EvidenceDamaged, match="Chunk 3"):
        reader.read(3 * CHUNK_BYTES, 1)
    with pytest.raises(EvidenceDamaged, match="Chunk 3"):
        list(reader.pieces())
    assert reader.read(4 * CHUNK_BYTES, 9) == DATA[4 * CHUNK_BYTES :][:9]


def test_a_file_that_shrinks_while_it_is_read_is_refused(blob: WatchedBlob) -> None:
    reader = reader_of(blob)
    del blob.data[chunk_start(7) :]
    with pytest.raises(EvidenceDamaged, match="shorter"):
        reader.read(6 * CHUNK_BYTES, 2 * CHUNK_BYTES)


def test_a_file_of_another_length_or_beginning_is_refused_at_once(blob: WatchedBlob) -> None:
    with pytest.raises(EvidenceDamaged, match="bytes long"):
        SealedReader(blob, KEY, BLOB_ID, len(DATA) - 1)
    blob.data[3] ^= 1
    with pytest.raises(EvidenceDamaged, match="begin"):
        reader_of(blob)


def test_threads_that_read_at_once_do_not_disturb_each_other(blob: WatchedBlob) -> None:
    reader, wrong = reader_of(blob), []

    def read_some(seed: int) -> None:
        chance = np.random.default_rng(seed)
        for _ in range(40):
            offset = int(chance.integers(len(DATA)))
            if reader.read(offset, 1000) != DATA[offset : offset + 1000]:
                wrong.append(offset)

    threads = [threading.Thread(target=read_some, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_reading_the_whole_may_be_ended_early(blob: WatchedBlob) -> None:
    pieces = reader_of(blob).pieces()
    assert bytes(next(pieces)) == DATA[:CHUNK_BYTES]
    pieces.close()
    reader_of(blob).check_unchanged()
