"""A file is replaced wholly or not at all."""

import os
import stat
from pathlib import Path

import pytest

from safelight.matching.new_file import leftovers, replace_file


def test_a_file_is_replaced_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    replace_file(path, [b"new ", memoryview(b"file")])
    assert path.read_bytes() == b"new file"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_has_the_old_file_open_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, [b"old"])
    with path.open("rb") as held:
        replace_file(path, [b"new"])
        assert held.read() == b"old"


@pytest.mark.parametrize("broken", ["write", "sync", "rename"])
def test_what_breaks_off_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def parts():  # type: ignore[no-untyped-def]  # a generator of bytes that ends in an error
        yield b"new"
        if broken == "write":
            fail()

    if broken != "write":
        monkeypatch.setattr(os, "fsync" if broken == "sync" else "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, parts())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_new_file_and_its_name_are_forced_to_the_disk_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    seen = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else f"file, {path.exists()}")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    replace_file(path, [b"new"])
    assert seen == ["file, False", "folder"]


def test_leftovers_are_those_of_this_file_alone(tmp_path: Path) -> None:
    for name in ("a", "a.1.new", "a.XyZ012", "ab.1.new", "b.1.new", "b.a.new"):
        (tmp_path / name).touch()
    assert sorted(left.name for left in leftovers(tmp_path / "a")) == ["a.1.new", "a.XyZ012"]
