"""`safelight hash` needs no workspace and matches nothing."""

import hashlib
import json
from pathlib import Path

import pytest

from safelight.cli.main import main


def test_hashing_tells_all_signals(run, originals: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("hash", originals / "a.png") == 0
    text = capfd.readouterr().out
    assert f"md5    {hashlib.md5((originals / 'a.png').read_bytes()).hexdigest()}" in text
    assert "pdq" in text
    assert "quality 100" in text


def test_hashing_works_without_a_workspace(
    tmp_path: Path, originals: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["hash", str(originals), "--json", "--workers", "1"]) == 0
    *records, summary = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(records) == summary["files"] == 3
    assert all([signal["type"] for signal in r["signals"]] == ["md5", "sha1", "sha256", "pdq"] for r in records)
    assert all("verdict" not in record for record in records)


def test_a_named_workspace_must_exist(tmp_path: Path, originals: Path) -> None:
    assert main(["hash", str(originals), "-w", str(tmp_path)]) == 66


def test_what_could_not_be_hashed_is_status_2(run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    assert run("hash", tmp_path / "text.jpg", tmp_path / "missing") == 2
    text = capfd.readouterr().out
    assert "unsupported" in text
    assert "unreadable" in text
    assert run("hash") == 64


def test_hashing_resumes_too(run, originals: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("hash", originals, "--json", out) == 0
    assert run("hash", originals, "--json", out, "--resume") == 0
    assert json.loads(out.read_bytes().splitlines()[-1])["resumed"] == 3
