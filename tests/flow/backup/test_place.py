"""What a restoring that died left behind is undone by the next one."""

from pathlib import Path

import pytest

from safelight.errors import BackupRefused
from safelight.flow.backup.place import open_place
from safelight.vault.blobs.disk import DiskBlobs

IDS = [f"{number:032x}" for number in range(3)]


class Died(BaseException):
    """The end of a process."""


@pytest.fixture
def blobs(tmp_path: Path) -> DiskBlobs:
    blobs = DiskBlobs(tmp_path / "vault")
    blobs.create()
    return blobs


def _place(folder: Path, blobs: DiskBlobs, error: BaseException | None) -> None:
    with open_place(folder, blobs) as place:
        for blob_id in IDS:
            path = folder / "restoring" / blob_id
            path.write_bytes(b"sealed")
            place.place(blob_id, path)
        assert list(place.placed()) == IDS
        if error is not None:
            raise error


def test_what_was_placed_stays_when_all_went_well(tmp_path: Path, blobs: DiskBlobs) -> None:
    _place(tmp_path, blobs, None)
    assert sorted(blobs.blob_ids()) == IDS
    assert not (tmp_path / "restoring").exists()


def test_an_error_removes_what_was_placed(tmp_path: Path, blobs: DiskBlobs) -> None:
    with pytest.raises(BackupRefused):
        _place(tmp_path, blobs, BackupRefused("no"))
    assert list(blobs.blob_ids()) == []
    assert not (tmp_path / "restoring").exists()


def test_what_a_dead_one_placed_is_removed_by_the_next(tmp_path: Path, blobs: DiskBlobs) -> None:
    with pytest.raises(Died):
        _place(tmp_path, blobs, Died())
    assert sorted(blobs.blob_ids()) == IDS
    (tmp_path / "restoring" / ("f" * 32)).write_bytes(b"half of a blob")
    with open_place(tmp_path, blobs) as place:
        assert list(blobs.blob_ids()) == []
        assert list(place.placed()) == []
        assert {path.name for path in (tmp_path / "restoring").iterdir()} == {"lock", "placed"}


def test_only_one_works_at_a_time(tmp_path: Path, blobs: DiskBlobs) -> None:
    with open_place(tmp_path, blobs), pytest.raises(BackupRefused, match="at work"), open_place(tmp_path, blobs):
        pass
