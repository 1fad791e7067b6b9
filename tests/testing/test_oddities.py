"""Odd things in folders."""

import os
import stat
from pathlib import Path

import pytest

from safelight.testing.oddities import Oddity, write_oddities


@pytest.fixture
def oddities(tmp_path: Path) -> dict[str, Oddity]:
    return {each.kind: each for each in write_oddities(tmp_path, b"data")}


def test_each_oddity_exists_under_the_name_it_was_given(oddities: dict[str, Oddity], tmp_path: Path) -> None:
    assert {each.path for each in oddities.values()} == set(tmp_path.iterdir())


def test_what_is_said_to_be_readable_holds_the_data(oddities: dict[str, Oddity]) -> None:
    assert all(each.path.read_bytes() == b"data" for each in oddities.values() if each.is_readable)


def test_what_is_said_not_to_be_readable_is_no_file_or_refuses(oddities: dict[str, Oddity]) -> None:
    for each in oddities.values():
        assert each.is_readable or not each.path.is_file() or not os.access(each.path, os.R_OK), each.kind


def test_there_are_pipes_loops_broken_links_and_directories(oddities: dict[str, Oddity]) -> None:
    assert stat.S_ISFIFO(oddities["pipe"].path.stat().st_mode)
    assert oddities["directory"].path.is_dir()
    assert not oddities["broken-link"].path.exists()
    with pytest.raises(OSError, match="symbolic links"):
        oddities["link-loop"].path.stat()


def test_one_name_is_not_utf_8(oddities: dict[str, Oddity]) -> None:
    with pytest.raises(UnicodeEncodeError):
        oddities["not-utf-8"].path.name.encode()


def test_one_name_is_as_long_as_a_name_can_be(oddities: dict[str, Oddity]) -> None:
    assert len(os.fsencode(oddities["longest-name"].path.name)) == 255
