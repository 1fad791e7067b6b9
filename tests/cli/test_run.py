"""A run: records go where they should, and only what is due is scanned. (Interrupts and kills: test_scan.py.)"""

import io
import os
from pathlib import Path

import pytest

from safelight.app import Scanner, open_source
from safelight.cli.run import Job, run_job
from safelight.clock import SystemClock
from safelight.errors import AlreadyExists, UsageError
from safelight.flow.chain import ScanResult
from safelight.hashing.hashers.cryptographic import CryptographicHasher
from safelight.settings import load_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / name).write_text(name)
    return folder


def _job(folder: Path, out: str | None, shown: list[ScanResult] | None = None, *, is_resumed: bool = False) -> Job:
    return Job(
        source=open_source(load_settings(folder, {}), [os.fsencode(folder)], io.BytesIO()),
        scanner=Scanner(clock=SystemClock(), hashers=[CryptographicHasher()], matcher=None),
        threads=1,
        out=out,
        is_resumed=is_resumed,
        show=(shown if shown is not None else []).append,
    )


def test_without_a_file_results_are_only_shown(folder: Path) -> None:
    shown: list[ScanResult] = []
    outcome = run_job(_job(folder, None, shown))
    assert (outcome.tally.files, outcome.is_complete, len(shown)) == (2, True, 2)


def test_an_existing_file_stops_the_run_before_anything_is_scanned(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.touch()
    shown: list[ScanResult] = []
    with pytest.raises(AlreadyExists):
        run_job(_job(folder, str(out), shown))
    assert shown == []


@pytest.mark.parametrize("out", [None, "-"])
def test_only_a_file_can_be_resumed(folder: Path, out: str | None) -> None:
    with pytest.raises(UsageError, match="--json OUT"):
        run_job(_job(folder, out, is_resumed=True))


def test_resuming_a_file_that_is_not_there_begins_it(folder: Path, tmp_path: Path) -> None:
    outcome = run_job(_job(folder, str(tmp_path / "out"), is_resumed=True))
    assert (outcome.tally.files, outcome.tally.resumed) == (2, 0)
