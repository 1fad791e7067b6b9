"""Spooled bytes are content to scan until they are dropped; then nothing of them is left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from safelight.errors import StoreUnusable
from safelight.intake.content import ContentLost, digests_of, take_digests
from safelight.intake.spool import Spool
from safelight.intake.spooled import LocalFile
from safelight.vault.sealed_reader import SealedReader

SMALL, LARGE = os.urandom(900), os.urandom((2 << 20) + 5)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path / "spool", memory_bytes=1000) as spool:
        yield spool


@pytest.mark.parametrize("data", [b"", SMALL, LARGE], ids=["nothing", "in memory", "in a file"])
def test_they_are_read_by_range_and_have_their_digests(spool: Spool, data: bytes) -> None:
    with spool.receive([data], max_bytes=1 << 30) as spooled:
        assert spooled.size_bytes == len(data)
        assert spooled.read(0, len(data)) == data
        assert spooled.read(3, 500) == data[3:503]
        assert spooled.read(len(data), 1) == b""
        assert take_digests(spooled) == spooled.digests
        assert digests_of(spooled) is spooled.digests
        assert spooled.sha256 == spooled.digests.sha256
        spooled.check_unchanged()


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["in memory", "in a file"])
def test_their_sealed_file_opens_with_their_key(spool: Spool, data: bytes) -> None:
    with spool.receive([data], max_bytes=1 << 30) as spooled:
        path = spooled.sealed_file()
        assert spooled.sealed_file() == path
        assert data[:50] not in path.read_bytes()
        file = LocalFile(path)
        reader = SealedReader(file, spooled.key, spooled.blob_id, spooled.size_bytes)
        assert reader.read(0, len(data)) == data
        file.close()


@pytest.mark.parametrize("data", [SMALL, LARGE], ids=["in memory", "in a file"])
def test_what_is_dropped_is_gone(spool: Spool, data: bytes, tmp_path: Path) -> None:
    spooled = spool.receive([data], max_bytes=1 << 30)
    spooled.sealed_file()
    spooled.drop()
    spooled.drop()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"] == []
    assert spooled.key == b""
    with pytest.raises(ContentLost, match="dropped"):
        spooled.read(0, 1)


def test_a_spool_that_was_damaged_is_lost_content(spool: Spool) -> None:
    with spool.receive([LARGE], max_bytes=1 << 30) as spooled:
        with spooled.sealed_file().open("r+b") as file:
            file.seek(5000)
            file.write(b"damaged")
        with pytest.raises(ContentLost, match="damaged"):
            spooled.read(0, 10)


def test_what_a_store_took_over_can_be_read_on_and_is_not_written_again(spool: Spool, tmp_path: Path) -> None:
    with spool.receive([LARGE], max_bytes=1 << 30) as large, spool.receive([SMALL], max_bytes=1000) as small:
        for spooled, data in [(large, LARGE), (small, SMALL)]:
            os.replace(spooled.sealed_file(), tmp_path / spooled.blob_id)
            assert not spooled.is_placed
            spooled.mark_placed()
            assert spooled.is_placed
            assert not spooled.sealed_file().exists()
            assert spooled.read(0, len(data)) == data
        assert not small.is_kept
    assert (tmp_path / large.blob_id).exists()


def test_a_full_disk_is_told_and_the_bytes_are_still_there(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(_descriptor: int, _data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    with spool.receive([SMALL], max_bytes=1000) as spooled:
        monkeypatch.setattr(os, "write", fill)
        with pytest.raises(StoreUnusable, match="No space left"):
            spooled.sealed_file()
        monkeypatch.undo()
        assert spooled.sealed_file().exists()
