"""Content is read by range, and what changes meanwhile is noticed."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from safelight.intake.content import (
    CHUNK_BYTES,
    ContentLost,
    DigestedContent,
    FileContent,
    MemoryContent,
    digests_of,
    read_stream,
    take_digests,
)
from safelight.intake.media import Digests

DATA = bytes(range(256)) * 12_345


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "media"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def content(path: Path) -> Iterator[FileContent]:
    descriptor = os.open(path, os.O_RDONLY)
    status = os.fstat(descriptor)
    yield FileContent(descriptor=descriptor, size_bytes=status.st_size, changed_ns=status.st_ctime_ns)
    os.close(descriptor)


@pytest.mark.parametrize(("offset", "length"), [(0, 10), (5, 10), (len(DATA) - 3, 10), (len(DATA), 1), (0, len(DATA))])
def test_file_and_memory_give_the_same_ranges(content: FileContent, offset: int, length: int) -> None:
    assert (
        content.read(offset, length) == MemoryContent(data=DATA).read(offset, length) == DATA[offset : offset + length]
    )


def test_digests_are_those_of_the_whole_though_taken_in_chunks(content: FileContent) -> None:
    assert len(DATA) > CHUNK_BYTES
    digests = take_digests(content)
    assert digests.md5 == hashlib.md5(DATA, usedforsecurity=False).digest()
    assert digests.sha1 == hashlib.sha1(DATA, usedforsecurity=False).digest()
    assert digests.sha256 == hashlib.sha256(DATA).digest()


def test_a_file_that_shrinks_while_it_is_read_is_lost(path: Path, content: FileContent) -> None:
    os.truncate(path, 100)
    with pytest.raises(ContentLost, match="shorter"):
        take_digests(content)


def test_a_file_that_is_written_to_is_noticed(path: Path, content: FileContent) -> None:
    content.check_unchanged()
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(ContentLost, match="changed"):
        content.check_unchanged()


def test_a_read_that_fails_is_lost_content(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(ContentLost, match="reading failed"):
            FileContent(descriptor=descriptor, size_bytes=10, changed_ns=0).read(0, 10)
    finally:
        os.close(descriptor)


def test_a_stream_is_held_in_memory_up_to_the_limit() -> None:
    content = read_stream(io.BytesIO(DATA), len(DATA))
    assert content is not None
    assert content.data == DATA
    content.check_unchanged()
    assert read_stream(io.BytesIO(DATA), len(DATA) - 1) is None


class Unread:
    """Content that must not be read."""

    size_bytes = 3

    def read(self, offset: int, length: int) -> bytes:
        raise AssertionError("its digests are known")

    def check_unchanged(self) -> None:
        raise ContentLost("it changed")


def test_digests_that_were_taken_before_are_not_taken_again() -> None:
    known = Digests(md5=b"1", sha1=b"2", sha256=b"3")
    content = DigestedContent(content=Unread(), digests=known)
    assert (digests_of(content), content.size_bytes) == (known, 3)
    with pytest.raises(ContentLost, match="changed"):
        content.check_unchanged()


def test_content_without_digests_is_digested() -> None:
    content = MemoryContent(data=b"benign")
    assert digests_of(content) == take_digests(content)
    assert DigestedContent(content=content, digests=take_digests(content)).read(1, 2) == b"en"
