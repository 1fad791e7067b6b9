import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.sandbox.range_file import RangeFile, open_range_file

DATA = bytes(range(256)) * 40


def _open(prefix_bytes, data=DATA):
    asked = []

    def read_range(offset, length):
        asked.append((offset, length))
        return data[offset : offset + length]

    return open_range_file(DATA[:prefix_bytes], len(DATA), read_range), asked


@given(st.integers(0, len(DATA)), st.lists(st.tuples(st.integers(0, len(DATA) + 9), st.integers(0, 3000)), max_size=8))
def test_it_reads_as_a_file_in_memory_does(prefix_bytes, steps):
    file, _ = _open(prefix_bytes)
    whole = io.BytesIO(DATA)
    for offset, length in steps:
        assert (file.seek(offset), file.read(length), file.tell()) == (
            whole.seek(offset),
            whole.read(length),
            whole.tell(),
        )
    assert file.read() == whole.read()


def test_what_the_worker_holds_is_not_asked_for():
    file, asked = _open(len(DATA))
    assert file.read() == DATA
    assert asked == []


def test_the_rest_is_asked_for_in_one_piece():
    file, asked = _open(1000)
    assert file.read() == DATA
    assert asked == [(1000, len(DATA) - 1000)]


def test_it_can_be_sought_from_the_end():
    file, _ = _open(10)
    file.seek(-4, io.SEEK_END)
    assert file.read() == DATA[-4:]


def test_a_file_that_became_shorter_ends_early():
    file, _ = _open(100, data=DATA[:150])
    assert file.read() == DATA[:150]


def test_nothing_lies_before_the_start():
    raw = RangeFile(b"", 10, lambda _, length: bytes(length))
    with pytest.raises(ValueError, match="before its start"):
        raw.seek(-1)
    assert raw.readable()
    assert raw.seekable()
