"""A sealed file opens only as it was written: whatever is changed, moved, cut off or exchanged is refused."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from safelight.errors import EvidenceDamaged
from safelight.vault.chunks import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    SealedWriter,
    chunk_count,
    chunk_start,
    sealed_header,
    sealed_size,
)
from safelight.vault.sealed_reader import SealedReader

BLOB_ID = "0123456789abcdef" * 2
OTHER_ID = "fedcba9876543210" * 2
KEY = bytes(range(32))
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 12_345]


@dataclass(frozen=True)
class BytesBlob:
    """A sealed file in memory."""

    data: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]

    def read_into(self, offset: int, buffer: memoryview) -> int:
        got = self.read(offset, len(buffer))
        buffer[: len(got)] = got
        return len(got)


class Sink:
    """Takes bytes, never all of a large piece at once, as a file may."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: memoryview, /) -> int:
        taken = min(len(data), 700_000)
        self.data += data[:taken]
        return taken


def seal(data: bytes, *, key: bytes = KEY, blob_id: str = BLOB_ID, piece: int = 1 << 30) -> bytes:
    sink = Sink()
    writer = SealedWriter(sink, key, blob_id)
    for start in range(0, len(data), piece):
        writer.write(data[start : start + piece])
    assert writer.finish() == len(data)
    return bytes(sink.data)


def read_all(sealed: bytes, size_bytes: int, *, key: bytes = KEY, blob_id: str = BLOB_ID) -> bytes:
    reader = SealedReader(BytesBlob(sealed), key, blob_id, size_bytes)
    return b"".join(bytes(piece) for piece in reader.pieces())


@pytest.mark.parametrize("size_bytes", SIZES)
def test_what_was_sealed_is_read_back(size_bytes: int) -> None:
    data = os.urandom(size_bytes)
    sealed = seal(data)
    assert len(sealed) == sealed_size(size_bytes)
    assert read_all(sealed, size_bytes) == data


@pytest.mark.parametrize("piece", [7_919, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_pieces_of_any_length_make_the_same_file(piece: int) -> None:
    data = os.urandom(3 * CHUNK_BYTES + 5)
    assert seal(data, piece=piece) == seal(data)


def test_the_file_begins_with_its_header_and_holds_nothing_of_the_bytes() -> None:
    sealed = seal(b"marker " * 100_000)
    assert sealed.startswith(sealed_header(BLOB_ID))
    assert len(sealed_header(BLOB_ID)) == HEADER_BYTES
    assert b"marker" not in sealed


def test_no_bytes_are_one_chunk_that_is_authenticated_too() -> None:
    assert chunk_count(0) == 1
    sealed = bytearray(seal(b""))
    assert len(sealed) == HEADER_BYTES + TAG_BYTES
    sealed[-1] ^= 1
    with pytest.raises(EvidenceDamaged):
        read_all(bytes(sealed), 0)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(EvidenceDamaged):
        read_all(seal(b"abc"), 3, key=bytes(32))


def test_another_blobs_bytes_are_refused_even_under_the_same_key() -> None:
    with pytest.raises(EvidenceDamaged):
        read_all(seal(b"abc", blob_id=OTHER_ID), 3)
    relabelled = sealed_header(BLOB_ID) + seal(b"abc", blob_id=OTHER_ID)[HEADER_BYTES:]
    with pytest.raises(EvidenceDamaged):
        read_all(relabelled, 3)


@pytest.mark.parametrize("chunks", [1, 2])
def test_a_file_cut_off_exactly_after_a_chunk_is_refused_whatever_length_is_told(chunks: int) -> None:
    sealed = seal(os.urandom(3 * CHUNK_BYTES))[: chunk_start(chunks)]
    with pytest.raises(EvidenceDamaged):
        read_all(sealed, 3 * CHUNK_BYTES)
    with pytest.raises(EvidenceDamaged):  # somebody changed the length in the database too
        read_all(sealed, chunks * CHUNK_BYTES)


Harm = Callable[[bytearray, np.random.Generator], bytes]


def flip_a_bit(sealed: bytearray, chance: np.random.Generator) -> bytes:
    sealed[int(chance.integers(len(sealed)))] ^= 1 << int(chance.integers(8))
    return bytes(sealed)


def flip_a_bit_of_the_header(sealed: bytearray, chance: np.random.Generator) -> bytes:
    sealed[int(chance.integers(HEADER_BYTES))] ^= 1 << int(chance.integers(8))
    return bytes(sealed)


def cut_off_the_end(sealed: bytearray, chance: np.random.Generator) -> bytes:
    return bytes(sealed[: int(chance.integers(len(sealed)))])


def cut_out_of_the_middle(sealed: bytearray, chance: np.random.Generator) -> bytes:
    start = int(chance.integers(len(sealed)))
    return bytes(sealed[:start] + sealed[start + 1 + int(chance.integers(1000)) :])


def add_at_the_end(sealed: bytearray, chance: np.random.Generator) -> bytes:
    return bytes(sealed) + chance.bytes(1 + int(chance.integers(CHUNK_BYTES)))


def _chunks(sealed: bytearray) -> list[bytes]:
    starts = range(HEADER_BYTES, len(sealed), CHUNK_BYTES + TAG_BYTES)
    return [bytes(sealed[start : start + CHUNK_BYTES + TAG_BYTES]) for start in starts]


def swap_two_chunks(sealed: bytearray, chance: np.random.Generator) -> bytes:
    chunks = _chunks(sealed)
    one, other = chance.choice(len(chunks), 2, replace=False)
    chunks[one], chunks[other] = chunks[other], chunks[one]
    return bytes(sealed[:HEADER_BYTES]) + b"".join(chunks)


def put_one_chunk_over_another(sealed: bytearray, chance: np.random.Generator) -> bytes:
    chunks = _chunks(sealed)
    one, other = chance.choice(len(chunks), 2, replace=False)
    chunks[one] = chunks[other]
    return bytes(sealed[:HEADER_BYTES]) + b"".join(chunks)


def double_a_chunk(sealed: bytearray, chance: np.random.Generator) -> bytes:
    chunks = _chunks(sealed)
    place = int(chance.integers(len(chunks)))
    return bytes(sealed[:HEADER_BYTES]) + b"".join(chunks[: place + 1] + chunks[place:])


def leave_a_chunk_out(sealed: bytearray, chance: np.random.Generator) -> bytes:
    chunks = _chunks(sealed)
    del chunks[int(chance.integers(len(chunks)))]
    return bytes(sealed[:HEADER_BYTES]) + b"".join(chunks)


HARMS: list[Harm] = [
    flip_a_bit,
    flip_a_bit_of_the_header,
    cut_off_the_end,
    cut_out_of_the_middle,
    add_at_the_end,
    swap_two_chunks,
    put_one_chunk_over_another,
    double_a_chunk,
    leave_a_chunk_out,
]
DATA = np.random.default_rng(4).bytes(2 * CHUNK_BYTES + 77_777)
SEALED = seal(DATA)


def check_harms(cases: int) -> int:
    """Harm a sealed file in so many ways and see that each is refused, also when the length told fits the file."""
    chance = np.random.default_rng(1)
    for case in range(cases):
        harm = HARMS[case % len(HARMS)]
        harmed = harm(bytearray(SEALED), chance)
        assert harmed != SEALED
        with pytest.raises(EvidenceDamaged):
            read_all(harmed, len(DATA))
        fitting = (
            len(harmed) - HEADER_BYTES - max(1, -(-(len(harmed) - HEADER_BYTES) // (CHUNK_BYTES + TAG_BYTES))) * 16
        )
        if fitting >= 0 and fitting != len(DATA) and sealed_size(fitting) == len(harmed):
            with pytest.raises(EvidenceDamaged):
                read_all(harmed, fitting)
    return cases


def test_a_harmed_file_is_refused() -> None:
    assert check_harms(300) == 300


@pytest.mark.long
def test_a_harmed_file_is_refused_in_ten_thousand_ways() -> None:
    print(f"{check_harms(10_000)} harmed sealed files were refused")
