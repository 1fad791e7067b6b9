import errno
import os
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from safelight.errors import AlreadyExists, KeysUnusable
from safelight.keys.key_file import KeyFile
from safelight.keys.key_ring import KeyRing, new_wrapping_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Be where a key file may be."""
    return tmp_path / "keys.json"


@pytest.fixture
def file(path: Path, ring: KeyRing) -> KeyFile:
    """Be a key file that is there."""
    file = KeyFile(path)
    file.create(ring)
    return file


@pytest.fixture(params=["write", "fsync", "rename"])
def full_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, file: KeyFile) -> None:
    """Let the disk be full at one moment of writing."""

    def fail(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    where = {"write": "safelight.keys.key_file._write_through", "fsync": "os.fsync", "rename": "os.replace"}
    monkeypatch.setattr(where[request.param], fail)


def test_a_ring_is_read_as_it_was_written(path: Path, file: KeyFile, ring: KeyRing) -> None:
    assert KeyFile(path).read() == file.read() == ring


def test_only_its_owner_may_open_the_file(path: Path, file: KeyFile, at: datetime) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    file.change(lambda ring: ring.exported(at))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_file_says_how_to_bring_it_back(path: Path) -> None:
    with pytest.raises(KeysUnusable, match=r"safelight key import FILE --identity IDENTITY.*safelight key create"):
        KeyFile(path).read()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
def test_a_file_that_others_may_open_is_refused(path: Path, file: KeyFile, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match="chmod 600"):
        KeyFile(path).read()


def test_a_file_of_another_owner_is_refused(path: Path, file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.geteuid()
    if user == 0:
        os.chown(path, 54_321, -1)
    else:
        monkeypatch.setattr("os.geteuid", lambda: user + 1)
    with pytest.raises(KeysUnusable, match="belongs to another user"):
        KeyFile(path).read()


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(KeysUnusable, match="cannot be read"):
        KeyFile(path).read()


def test_what_is_no_ordinary_file_is_refused(file: KeyFile) -> None:
    with pytest.raises(KeysUnusable, match="no ordinary file"):
        KeyFile(Path("/dev/null")).read()


def test_a_truncated_file_is_refused_and_left_as_it_is(path: Path, file: KeyFile) -> None:
    path.write_bytes(path.read_bytes()[:-40])
    cut = path.read_bytes()
    with pytest.raises(KeysUnusable, match=r"keys\.json is damaged"):
        file.read()
    with pytest.raises(KeysUnusable, match="damaged"):
        file.change(lambda ring: ring)
    assert path.read_bytes() == cut


def test_a_file_that_is_there_is_never_overwritten(path: Path, file: KeyFile, ring: KeyRing) -> None:
    path.write_bytes(b"whatever it is")
    with pytest.raises(AlreadyExists, match="safelight key rotate"):
        file.create(ring)
    assert path.read_bytes() == b"whatever it is"
    assert file.exists()


def test_a_link_to_nowhere_counts_as_being_there(path: Path, ring: KeyRing) -> None:
    path.symlink_to("nowhere")
    assert KeyFile(path).exists()
    with pytest.raises(AlreadyExists):
        KeyFile(path).create(ring)


def test_another_process_change_is_seen_at_once(path: Path, file: KeyFile, at: datetime) -> None:
    reader = KeyFile(path)
    assert not reader.read().is_exported
    file.change(lambda ring: ring.exported(at))
    assert reader.read().is_exported


def test_an_unchanged_file_is_not_read_again(path: Path, file: KeyFile) -> None:
    assert file.read() is file.read()


def test_a_file_that_vanished_is_missed_though_it_was_read_before(path: Path, file: KeyFile) -> None:
    file.read()
    path.unlink()
    with pytest.raises(KeysUnusable, match="There is no key file"):
        file.read()


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_the_old_file_and_no_leftovers(
    path: Path, file: KeyFile, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeysUnusable, match="cannot be written: No space left on device"):
        file.change(lambda ring: ring.with_wrapping(new_wrapping_key(ring.wrapping[0].made_at)))
    monkeypatch.undo()
    assert sorted(os.listdir(path.parent)) == ["keys.json", "keys.json.lock"]
    assert KeyFile(path).read() == ring


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_at_the_first_writing_leaves_no_file(
    tmp_path: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = KeyFile(tmp_path / "new" / "keys.json")
    new.path.parent.mkdir()
    with pytest.raises(KeysUnusable, match="cannot be written"):
        new.create(ring)
    monkeypatch.undo()
    assert os.listdir(new.path.parent) == ["keys.json.lock"]


def test_a_folder_that_is_missing_is_told(tmp_path: Path, ring: KeyRing) -> None:
    with pytest.raises(KeysUnusable, match="cannot be written: No such file"):
        KeyFile(tmp_path / "nowhere" / "keys.json").create(ring)


def test_what_a_killed_writer_left_goes_with_the_next_change(path: Path, file: KeyFile, at: datetime) -> None:
    leftover, other = path.with_name(".keys.json.abc123.new"), path.with_name(".other.json.abc123.new")
    for each in (leftover, other):
        each.write_bytes(path.read_bytes())
    file.change(lambda ring: ring.exported(at))
    assert not leftover.exists()
    assert other.exists()


def test_what_a_change_raises_leaves_the_file_as_it_was(path: Path, file: KeyFile, ring: KeyRing) -> None:
    def refuse(_ring: KeyRing) -> KeyRing:
        raise LookupError

    with pytest.raises(LookupError):
        file.change(refuse)
    assert KeyFile(path).read() == ring


def test_changes_at_the_same_time_are_all_kept(path: Path, file: KeyFile, at: datetime) -> None:
    def add() -> None:
        for _ in range(5):
            KeyFile(path).change(lambda ring: ring.with_wrapping(new_wrapping_key(at)))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(file.read().key_ids) == 21
