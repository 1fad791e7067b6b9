"""A file is for others if its mode or its access list lets them open it."""

import os
import struct
from pathlib import Path

import pytest

from safelight.keys.file_access import is_of_another, is_open_to_others

OWNER, USER, GROUP, NAMED_GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
NOBODY = 0xFFFFFFFF
US, ELSE = os.geteuid(), 54_321


def _is_open(path: Path) -> bool:
    with path.open("rb") as file:
        return is_open_to_others(file.fileno(), os.fstat(file.fileno()))


def _list(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.touch(mode=0o600)
    return path


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_the_mode_counts_where_there_is_no_list(path: Path, mode: int, is_open: bool) -> None:
    path.chmod(mode)
    assert _is_open(path) is is_open


@pytest.mark.parametrize(
    ("group", "named", "other", "is_open"),
    [
        (0, (USER, 4, US), 0, False),  # a credential of systemd
        (0, (USER, 4, ELSE), 0, True),
        (0, (NAMED_GROUP, 4, ELSE), 0, True),
        (4, (USER, 4, US), 0, True),
        (0, (USER, 4, US), 4, True),
    ],
)
def test_a_list_says_whom_a_bit_of_the_group_is_for(
    path: Path, group: int, named: tuple[int, int, int], other: int, is_open: bool
) -> None:
    entries = [(OWNER, 4, NOBODY), named, (GROUP, group, NOBODY), (MASK, 4, NOBODY), (OTHER, other, NOBODY)]
    entries.sort(key=lambda entry: entry[0])
    os.setxattr(path, "system.posix_acl_access", _list(*entries))
    assert path.stat().st_mode & 0o040
    assert _is_open(path) is is_open


def test_a_file_of_root_or_of_us_is_nobody_elses(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_of_another(path.stat())
    monkeypatch.setattr(os, "geteuid", lambda: ELSE)
    assert is_of_another(path.stat()) is (US != 0)
    assert not is_of_another(Path("/").stat())
