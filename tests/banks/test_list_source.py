import io
import os
from pathlib import Path

import pytest

from safelight.banks.list_source import ListSource
from safelight.banks.list_text import ListText
from safelight.errors import ImportRunning, ListRefused


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"a\nb\n")
    with path.open("rb") as file:
        lines = iter(ListText(ListSource(file)))
        next(lines)
        with path.open("ab") as other:
            other.write(b"c\n")
        with pytest.raises(ListRefused, match="changed"):
            list(lines)


def test_a_file_that_is_cut_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"a\nb\n")
    with path.open("rb", buffering=0) as file:
        text = ListText(ListSource(file))
        os.truncate(path, 2)
        with pytest.raises(ListRefused, match="changed"):
            list(text)


def test_progress_is_told_in_bytes_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"\xef\xbb\xbfa\nb\n")
    with path.open("rb") as file:
        source = ListSource(file)
        list(ListText(source))
    assert (source.size_bytes, source.bytes_read, source.items_read) == (7, 7, 2)
    assert ListSource(io.BytesIO(b"")).size_bytes is None


def test_less_than_asked_for_comes_only_at_the_end() -> None:
    source = ListSource(io.BytesIO(b"abcde"))
    assert [source.read(3), source.read(3), source.read(3)] == [b"abc", b"de", b""]


def test_whoever_watches_is_called_at_every_reading_and_can_end_it() -> None:
    def stop() -> None:
        raise ImportRunning("taken for dead")

    with pytest.raises(ImportRunning):
        ListSource(io.BytesIO(b"a"), on_read=stop).read(1)
