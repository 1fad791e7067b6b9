"""In the folder a package is whole or it is being made, and of two that want it one gets it."""

import stat
import threading
from pathlib import Path

import pytest

from safelight.reporting.destinations.package.folder import Folder, FolderFault, Standing


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_part_gets_its_name_once_it_is_finished(folder: Folder) -> None:
    name, file = folder.begin()
    file.write(b"whole")
    assert folder.standing(name) is Standing.PART
    assert folder.finish(name, file)
    file.close()
    assert folder.finished(name).read_bytes() == b"whole"
    assert stat.S_IMODE(folder.finished(name).stat().st_mode) == 0o600
    assert folder.standing(name) is Standing.FINISHED


def test_of_finishing_and_retracting_exactly_one_happens(folder: Folder) -> None:
    for _ in range(60):
        name, file = folder.begin()
        told: dict[str, object] = {}
        start = threading.Barrier(2)

        def finish(name=name, file=file, told=told, start=start) -> None:
            start.wait()
            told["finished"] = folder.finish(name, file)

        def retract(name=name, told=told, start=start) -> None:
            start.wait()
            told["retracted"] = folder.retract(name) is Standing.PART

        threads = [threading.Thread(target=each) for each in (finish, retract)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        file.close()
        assert told["finished"] is not told["retracted"]
        assert folder.finished(name).exists() is told["finished"]


def test_many_that_begin_at_once_agree_on_the_folders_name(folder: Folder) -> None:
    begun = []
    threads = [threading.Thread(target=lambda: begun.append(folder.begin())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({name for name, _ in begun}) == 8
    assert {folder.retract(name) for name, _ in begun} == {Standing.PART}
    for _, file in begun:
        file.close()


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path, monkeypatch) -> None:
    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("safelight.reporting.destinations.package.folder.os.open", refuse)
    with pytest.raises(FolderFault, match="Permission denied"):
        Folder(tmp_path).begin()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "packages"
    path.write_text("")
    with pytest.raises(FolderFault, match="missing"):
        Folder(path).begin()


def test_discarding_takes_what_is_finished_and_what_is_not(folder: Folder) -> None:
    (first, a), (second, b) = folder.begin(), folder.begin()
    assert folder.finish(first, a)
    for name in (first, second, first):
        folder.discard(name)
        assert folder.standing(name) is Standing.NOTHING
    a.close()
    b.close()
