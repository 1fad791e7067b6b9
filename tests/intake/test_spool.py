"""Arriving bytes are written once, sealed; whatever breaks off leaves nothing."""

import os
import threading
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from safelight.errors import StoreUnusable
from safelight.intake.spool import ContentTooLarge, Spool
from safelight.intake.spool_boundary import SpoolBoundary

DATA = os.urandom((3 << 20) + 1)
LIMIT = 1 << 30


class Died(BaseException):
    """The process died at a boundary."""


class BrokeOff(Exception):
    """The upload broke off."""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=100_000) as spool:
        yield spool


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]


def cut(data: bytes, length: int) -> Iterator[bytes]:
    return (data[start : start + length] for start in range(0, len(data), length))


@pytest.mark.parametrize("length", [777, 65_536, 1 << 20, (1 << 20) + 1, len(DATA)])
def test_chunks_of_any_length_come_back_as_one(spool: Spool, length: int) -> None:
    with spool.receive(cut(DATA, length), max_bytes=LIMIT) as spooled:
        assert spooled.read(0, LIMIT) == DATA


def test_a_chunk_may_be_memory_that_the_next_one_overwrites(spool: Spool) -> None:
    def overwriting() -> Iterator[memoryview]:
        buffer = bytearray(1 << 20)
        for start in range(0, len(DATA), len(buffer)):
            part = DATA[start : start + len(buffer)]
            buffer[: len(part)] = part
            yield memoryview(buffer)[: len(part)]

    with spool.receive(overwriting(), max_bytes=LIMIT) as spooled:
        assert spooled.read(0, LIMIT) == DATA


def test_small_content_stays_in_memory_and_larger_lies_sealed(spool: Spool, tmp_path: Path) -> None:
    with spool.receive(cut(DATA[:100_000], 1000), max_bytes=LIMIT):
        assert files(tmp_path) == []
    with spool.receive(cut(DATA[:100_001], 1000), max_bytes=LIMIT):
        (path,) = files(tmp_path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert DATA[500:600] not in path.read_bytes()
    assert files(tmp_path) == []


@pytest.mark.parametrize("max_bytes", [50_000, 2 << 20])
def test_more_than_may_come_is_refused_and_leaves_nothing(spool: Spool, tmp_path: Path, max_bytes: int) -> None:
    with spool.receive(cut(DATA[:max_bytes], 1000), max_bytes=max_bytes) as spooled:
        assert spooled.size_bytes == max_bytes
    with pytest.raises(ContentTooLarge):
        spool.receive(cut(DATA[: max_bytes + 1], 1000), max_bytes=max_bytes)
    assert files(tmp_path) == []


@pytest.mark.parametrize("after", [10, 2 << 20])
def test_an_upload_that_breaks_off_leaves_nothing(spool: Spool, tmp_path: Path, after: int) -> None:
    def breaking() -> Iterator[bytes]:
        yield DATA[:after]
        raise BrokeOff

    with pytest.raises(BrokeOff):
        spool.receive(breaking(), max_bytes=LIMIT)
    assert files(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written, write = [], os.write

    def fill(descriptor: int, data: memoryview) -> int:
        if sum(written) > 1 << 20:
            raise OSError(28, "No space left on device")
        written.append(write(descriptor, data))
        return written[-1]

    monkeypatch.setattr(os, "write", fill)
    with pytest.raises(StoreUnusable, match="No space left"):
        spool.receive(cut(DATA, 1 << 20), max_bytes=LIMIT)
    monkeypatch.undo()
    assert files(tmp_path) == []
    with spool.receive(cut(DATA, 1 << 20), max_bytes=LIMIT) as spooled:
        assert spooled.size_bytes == len(DATA)


def test_a_really_full_disk_is_told_and_leaves_nothing() -> None:
    with Spool(Path("/dev/full"), memory_bytes=1) as spool, pytest.raises(StoreUnusable):
        spool.receive([DATA], max_bytes=LIMIT)


def test_threads_spool_at_once_without_disturbing_each_other(spool: Spool) -> None:
    wrong: list[int] = []

    def receive(seed: int) -> None:
        data = bytes([seed]) * (1 << 20) + DATA[seed:]
        with spool.receive(cut(data, 300_000), max_bytes=LIMIT) as spooled:
            if spooled.read(0, LIMIT) != data:
                wrong.append(seed)

    threads = [threading.Thread(target=receive, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("boundary", SpoolBoundary)
def test_a_death_at_any_moment_leaves_only_what_a_later_process_sweeps(tmp_path: Path, boundary: SpoolBoundary) -> None:
    reached = []

    def die(moment: StrEnum) -> None:
        reached.append(moment)
        if moment is boundary:
            raise Died

    def receive_and_drop(spool: Spool) -> None:
        spool.receive(cut(DATA, 1 << 20), max_bytes=LIMIT).drop()

    dying = Spool(tmp_path / "spool", memory_bytes=1000, reach=die)
    with pytest.raises(Died):
        receive_and_drop(dying)
    assert reached[-1] is boundary
    assert all(DATA[1000:1050] not in path.read_bytes() for path in files(tmp_path))
    os.close(dying._places._lock_descriptor)  # as the end of its process does
    with Spool(tmp_path / "spool", memory_bytes=1000) as again:
        assert again.sweep() == 1
        assert files(tmp_path) == []
        receive_and_drop(again)
