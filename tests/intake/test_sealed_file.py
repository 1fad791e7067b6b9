"""A new sealed file is its owner's alone, and gone when its writing failed."""

from pathlib import Path

import pytest

from safelight.errors import StoreUnusable
from safelight.intake.sealed_file import new_sealed_file


class Broken(Exception):
    """What arrived broke off."""


def write_and_break(path: Path) -> None:
    with new_sealed_file(path) as file:
        file.write(memoryview(b"half"))
        raise Broken


def test_it_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with new_sealed_file(tmp_path / "sealed") as file:
        assert file.write(memoryview(b"sealed")) == 6
    assert (tmp_path / "sealed").read_bytes() == b"sealed"
    assert (tmp_path / "sealed").stat().st_mode & 0o777 == 0o600


def test_it_is_gone_when_its_writing_failed(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        write_and_break(tmp_path / "sealed")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_or_has_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    for name in ("taken", "nowhere/sealed"):
        with pytest.raises(StoreUnusable), new_sealed_file(tmp_path / name):
            pass
    assert (tmp_path / "taken").read_text() == "mine"
