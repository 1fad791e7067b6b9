"""`safelight demo` finds every altered copy and nothing else, and leaves nothing behind."""

import tempfile
from pathlib import Path

import pytest

from safelight.app import Workspace
from safelight.banks.entry import NewEntry
from safelight.cli import demo
from safelight.flow.banks import edits as banks


def test_the_demo_finds_every_altered_copy_and_nothing_else(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert run("demo") == 0
    text = capfd.readouterr().out
    assert "62 of 62 altered copies found, 0 of 20 unrelated pictures matched" in text
    for word in ("file", "verdict", "distance", "bank entry", "orientation", "why"):
        assert word in text.splitlines()[1]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("safelight-demo-")]


def test_a_missed_copy_is_a_failure(run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def fill_with_something_else(house: Workspace, *_: object) -> None:
        banks.create_bank(house.engine, house.clock, house.actor, name=demo.BANK)
        entry = NewEntry(signal_type="md5", value=b"\7" * 16)
        banks.add_entries(house.engine, house.clock, house.actor, bank=demo.BANK, entries=[entry])

    monkeypatch.setattr(demo, "_fill_bank", fill_with_something_else)
    assert run("demo") == 70
    assert "0 of 62" in capfd.readouterr().out
