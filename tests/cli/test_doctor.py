"""`safelight doctor` says what this installation can do."""

from pathlib import Path

import pytest

from safelight.hashing.pdq import which_flavour


def test_a_sound_installation_is_described(run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("doctor") == 0
    text = capfd.readouterr().out
    assert f"kernel     {which_flavour()}" in text
    assert "jpeg" in text
    assert "seccomp" in text
    assert "sqlite, up to date" in text
    assert "search     " in text
    assert "index      pdq: 3 entries; no saved index" in text
    assert "quarantine" not in text


def test_a_missing_workspace_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from safelight.cli.main import main

    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 0
    assert "safelight init makes one" in capfd.readouterr().out


def test_a_database_that_cannot_be_used_is_one(run, workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("safelight.db-wal", "safelight.db-shm"):
        (workspace / name).unlink(missing_ok=True)
    (workspace / "safelight.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    assert run("doctor") == 69
    assert "database   unusable" in capfd.readouterr().out


def test_a_sandbox_that_cannot_be_had_is_one(
    run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from safelight.cli import doctor as module
    from safelight.errors import SandboxUnavailable

    def refuse(*_: object) -> None:
        raise SandboxUnavailable("no such layer here")

    monkeypatch.setattr(module, "open_pool", refuse)
    assert run("doctor") == 69
    assert "no such layer here" in capfd.readouterr().out


def test_a_kernel_that_is_asked_for_and_missing_is_one(
    run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("safelight.hashing.pdq.HAS_KERNEL", False)
    monkeypatch.setenv("SAFELIGHT_KERNEL", "kernel")
    assert run("doctor") == 69
    assert "kernel     unusable" in capfd.readouterr().out
