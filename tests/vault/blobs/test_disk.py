"""Blobs on disk: nothing half-written under a final name, whatever happens, and a disk that is gone is noticed."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from safelight.errors import BlobMissing, StoreUnusable
from safelight.vault.blobs.disk import DiskBlobs
from safelight.vault.seal_boundary import BlobBoundary

BLOB_ID = "ab12" + "0" * 28


class Died(BaseException):
    """The process died at a boundary."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    DiskBlobs(tmp_path / "store").create()
    return tmp_path / "store"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sealed"
    path.write_bytes(b"sealed bytes")
    return path


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """Be a folder of another file system, so that no rename leads from there."""
    here = tmp_path.stat().st_dev
    places = [place for place in ("/dev/shm", "/var/tmp", str(Path(__file__).parent)) if os.stat(place).st_dev != here]
    assert places, "the test needs two file systems"
    with tempfile.TemporaryDirectory(dir=places[0]) as folder:
        yield Path(folder)


def read(folder: Path) -> bytes:
    with DiskBlobs(folder).open(BLOB_ID) as blob:
        return blob.read(0, 1000)


def test_blobs_lie_in_two_levels_of_folders_that_only_the_owner_may_enter(folder: Path, file: Path) -> None:
    DiskBlobs(folder).place(BLOB_ID, file)
    assert (folder / "blobs" / "ab" / "12" / BLOB_ID).read_bytes() == b"sealed bytes"
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        assert path.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(folder: Path, file: Path) -> None:
    file.chmod(0o644)
    DiskBlobs(folder).place(BLOB_ID, file)
    assert (folder / "blobs" / "ab" / "12" / BLOB_ID).stat().st_mode & 0o777 == 0o600


def test_a_file_of_another_disk_is_copied_first_and_readable_by_its_owner_alone(folder: Path, other_disk: Path) -> None:
    assert other_disk.stat().st_dev != folder.stat().st_dev, "the test needs two file systems"
    path = other_disk / "sealed"
    path.write_bytes(b"sealed bytes")
    DiskBlobs(folder).place(BLOB_ID, path)
    assert not path.exists()
    assert read(folder) == b"sealed bytes"
    assert (folder / "blobs" / "ab" / "12" / BLOB_ID).stat().st_mode & 0o777 == 0o600
    assert list((folder / "incoming").iterdir()) == []


def test_without_its_mark_a_folder_is_no_store(folder: Path, file: Path) -> None:
    (folder / "safelight-vault").unlink()  # as if the disk were not mounted
    store = DiskBlobs(folder)
    for call in (
        lambda: store.place(BLOB_ID, file),
        lambda: store.remove(BLOB_ID),
        lambda: list(store.blob_ids()),
        lambda: store.write_ledger("record", b""),
        lambda: read(folder),
    ):
        with pytest.raises(StoreUnusable, match="not mounted"):
            call()
    assert file.exists()
    assert list((folder / "blobs").iterdir()) == []


def test_a_folder_that_is_gone_is_not_made_anew(folder: Path, file: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(StoreUnusable, match="not mounted"):
        DiskBlobs(folder).place(BLOB_ID, file)
    assert not folder.exists()


def test_creating_a_store_again_keeps_what_is_in_it(folder: Path, file: Path) -> None:
    DiskBlobs(folder).place(BLOB_ID, file)
    DiskBlobs(folder).create()
    assert read(folder) == b"sealed bytes"


def test_a_store_that_may_only_be_read_is_told_and_left_as_it_is(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests may run as root, whom no mode stops: the system's answer is put in its place.
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(os, "link", refuse)
    store = DiskBlobs(folder)
    with pytest.raises(StoreUnusable, match="how it is mounted"):
        store.place(BLOB_ID, file)
    with pytest.raises(StoreUnusable, match="how it is mounted"):
        store.write_ledger("record", b"")
    monkeypatch.undo()
    assert file.exists()
    assert list(store.blob_ids()) == list(store.ledger()) == list((folder / "incoming").iterdir()) == []


def test_a_full_disk_is_told_and_nothing_half_written_stays(
    folder: Path, other_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = other_disk / "sealed"
    path.write_bytes(b"sealed bytes")

    def fill(source: object, target: object, _length: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", fill)
    with pytest.raises(StoreUnusable, match="full"):
        DiskBlobs(folder).place(BLOB_ID, path)
    monkeypatch.undo()
    assert path.exists()
    assert list((folder / "incoming").iterdir()) == []
    with pytest.raises(BlobMissing):
        read(folder)


def test_what_a_dead_writer_left_is_swept_and_what_a_living_one_writes_is_not(folder: Path) -> None:
    (folder / "incoming" / "left").write_bytes(b"half")
    store = DiskBlobs(folder)
    with store._incoming() as (living, _):
        assert store.sweep() == 1
        assert living.exists()
    assert store.sweep() == 0


def test_notes_that_somebody_left_among_the_blobs_are_no_blobs(folder: Path, file: Path) -> None:
    DiskBlobs(folder).place(BLOB_ID, file)
    (folder / "blobs" / "ab" / "12" / "README").write_text("mine")
    assert list(DiskBlobs(folder).blob_ids()) == [BLOB_ID]


@pytest.mark.parametrize("boundary", BlobBoundary)
def test_a_death_at_any_moment_leaves_all_or_nothing_and_the_same_call_finishes(
    folder: Path, other_disk: Path, boundary: BlobBoundary
) -> None:
    def die(reached: StrEnum) -> None:
        if reached is boundary:
            raise Died

    def work(store: DiskBlobs) -> None:
        store.place(BLOB_ID, path)
        store.write_ledger("record", b"a record")

    def work_and_remove(store: DiskBlobs) -> None:
        work(store)
        store.remove(BLOB_ID)

    path = other_disk / "sealed"
    path.write_bytes(b"sealed bytes")
    with pytest.raises(Died):
        work_and_remove(DiskBlobs(folder, reach=die))
    records = dict(DiskBlobs(folder).ledger())
    assert records in ({}, {"record": b"a record"})
    if BLOB_ID in DiskBlobs(folder).blob_ids():
        assert read(folder) == b"sealed bytes"
    elif boundary is not BlobBoundary.FILE_REMOVED:
        assert path.read_bytes() == b"sealed bytes"
    if boundary is not BlobBoundary.FILE_REMOVED:
        work(DiskBlobs(folder))
        assert read(folder) == b"sealed bytes"
    DiskBlobs(folder).remove(BLOB_ID)
    assert list(DiskBlobs(folder).blob_ids()) == []
    assert dict(DiskBlobs(folder).ledger()) == {"record": b"a record"}
