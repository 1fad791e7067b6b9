"""A file that is given is read once, whole, and refused without a word of what it holds."""

import io
import sys
from pathlib import Path

import pytest

from safelight.cli import given_file
from safelight.cli.given_file import read_given, read_json, read_text
from safelight.errors import InvalidValue, NotFound


def test_text_and_json_are_read_from_a_file_or_standard_input(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.json").write_text('{"é": 1}')
    assert read_text(tmp_path / "a.json") == '{"é": 1}'
    assert read_json(tmp_path / "a.json") == {"é": 1}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"[1]")))
    assert read_json(Path("-")) == [1]


def test_what_cannot_be_read_is_refused_without_a_word_of_it(tmp_path: Path, monkeypatch) -> None:
    for data in (b'{"secret": ', b"secret", b"\xffsecret", b"[" * 100_000):
        (tmp_path / "wrong").write_bytes(data)
        with pytest.raises(InvalidValue) as caught:
            read_json(tmp_path / "wrong")
        assert "secret" not in str(caught.value)
        assert caught.value.__suppress_context__
    with pytest.raises(NotFound):
        read_given(tmp_path / "none")
    with pytest.raises(InvalidValue):
        read_given(tmp_path)
    monkeypatch.setattr(given_file, "LARGEST_BYTES", 3)
    with pytest.raises(InvalidValue, match="longer"):
        read_given(tmp_path / "wrong")
