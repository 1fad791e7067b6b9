"""A folder is walked wholly, each file once, and what is no file says so."""

import os
import socket
import time
from pathlib import Path

import pytest

from safelight.intake.sources.folder import FolderSource
from safelight.intake.sources.interface import Obstacle, Unopenable


def _names(*paths: Path) -> list[str]:
    source = FolderSource(paths=tuple(os.fsencode(path) for path in paths))
    return sorted(os.fsdecode(arrival.name) for arrival in source.arrivals())


def _open(path: Path) -> bytes:
    (arrival,) = FolderSource(paths=(os.fsencode(path),)).arrivals()
    with arrival.open() as content:
        return content.read(0, content.size_bytes)


def _obstacle(path: Path) -> Obstacle:
    with pytest.raises(Unopenable) as caught:
        _open(path)
    return caught.value.obstacle


def test_a_tree_is_walked_to_the_bottom(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"abcdefghij")
    deep.mkdir(parents=True)
    for folder in (tmp_path, deep, deep.parent):
        (folder / "file").write_bytes(b"x")
    assert _names(tmp_path) == sorted(str(folder / "file") for folder in (tmp_path, deep, deep.parent))


def test_a_very_deep_tree_does_not_exhaust_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    depth = 1500
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    Path("bottom").touch()
    try:
        assert len(_names(tmp_path)) == 1
    finally:
        Path("bottom").unlink()
        for _ in range(depth):  # what is too deep for us is too deep for the one who cleans up
            os.chdir("..")
            os.rmdir("d")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 1, 1), (0, 0, 2)])
def test_overlapping_paths_give_each_file_once(tmp_path: Path, order: tuple[int, ...]) -> None:
    below = tmp_path / "below"
    below.mkdir()
    for path in (tmp_path / "one", below / "two"):
        path.touch()
    paths = (tmp_path, below, below / "two")
    names = _names(*(paths[number] for number in order))
    assert len(names) == len(set(names)) == (2 if 0 in order else 1)


def test_a_file_is_opened_and_stamped(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    (arrival,) = FolderSource(paths=(os.fsencode(path),)).arrivals()
    assert _open(path) == b"content"
    assert arrival.stamp is not None
    assert (arrival.stamp.size_bytes, arrival.stamp.changed_ns) == (7, path.stat().st_ctime_ns)
    assert arrival.origin.original_file_name == "file"


def test_names_that_are_not_utf8_arrive_as_they_are(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    with open(name, "wb") as file:
        file.write(b"x")
    (arrival,) = FolderSource(paths=(os.fsencode(tmp_path),)).arrivals()
    assert arrival.name == name


def test_links_to_files_are_followed_and_links_to_folders_are_refused_aloud(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "to_file").symlink_to("file")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert _open(tmp_path / "to_file") == b"x"
    by_name = {a.name: a for a in FolderSource(paths=(os.fsencode(tmp_path),)).arrivals()}
    assert len(by_name) == 3
    with pytest.raises(Unopenable) as caught, by_name[os.fsencode(tmp_path / "loop")].open():
        pass
    assert caught.value.obstacle is Obstacle.REFUSED


def test_what_is_no_file_says_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        assert _obstacle(tmp_path / "socket") is Obstacle.UNSUPPORTED
    assert _obstacle(tmp_path / "pipe") is Obstacle.UNSUPPORTED
    assert _obstacle(tmp_path / "broken") is Obstacle.UNREADABLE
    assert _obstacle(tmp_path / "missing") is Obstacle.UNREADABLE
    assert len(_names(tmp_path)) == 3


def test_a_refusal_of_the_system_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert _obstacle(tmp_path / "file") is Obstacle.REFUSED


def test_a_folder_that_cannot_be_listed_arrives_as_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert _obstacle(tmp_path) is Obstacle.REFUSED


def test_a_file_whose_bytes_were_exchanged_has_another_stamp_though_its_date_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    (arrival,) = FolderSource(paths=(os.fsencode(path),)).arrivals()
    before, status = arrival.stamp, path.stat()
    time.sleep(0.02)
    path.write_bytes(b"two")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert arrival.stamp != before


def test_a_file_that_only_pretends_to_be_empty_is_not_taken_for_empty(tmp_path: Path) -> None:
    assert os.stat("/proc/self/status").st_size == 0
    assert _obstacle(Path("/proc/self/status")) is Obstacle.UNSUPPORTED
    (tmp_path / "empty").touch()
    assert _open(tmp_path / "empty") == b""


def test_many_paths_are_told_apart_quickly(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number}").touch()
    paths = tuple(os.fsencode(tmp_path / f"{number}") for number in range(3000))
    started = time.process_time()
    assert len(list(FolderSource(paths=paths + paths).arrivals())) == 3000
    assert time.process_time() - started < 5  # comparing each with each took a minute
