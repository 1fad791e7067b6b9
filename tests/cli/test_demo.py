"""`safelight demo` finds every altered copy and nothing else, and leaves nothing behind."""

import tempfile
from pathlib import Path

import pytest


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
    from safelight.cli import demo as module

    monkeypatch.setattr(
        module,
        "_fill_bank",
        lambda house, *_: module.banks.create_bank(house.engine, house.clock, house.actor, name=module.BANK),
    )
    assert run("demo") == 70
    assert "0 of 62" in capfd.readouterr().out
