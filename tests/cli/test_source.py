"""Paths on a command line name files, folders or standard input."""

import sys
from pathlib import Path

import pytest

from safelight.app import open_for_hashing
from safelight.cli.source import source_of
from safelight.errors import InvalidValue
from safelight.intake.sources.folder import FolderSource


def test_names_that_are_not_utf8_come_through(tmp_path: Path) -> None:
    source = source_of(open_for_hashing(), ["caf\udce9"])
    assert isinstance(source, FolderSource)
    assert source.paths == (b"caf\xe9",)


def test_a_closed_standard_input_matters_only_to_who_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert isinstance(source_of(open_for_hashing(), ["file"]), FolderSource)
    with pytest.raises(InvalidValue, match="closed"):
        source_of(open_for_hashing(), ["-"])
