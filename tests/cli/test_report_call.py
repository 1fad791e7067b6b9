"""What was said to an authority is printed so that it disturbs no terminal, and written byte by byte."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def filed(run: Any, authority: Any, reportable: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have a report that was refused once, and then filed."""
    monkeypatch.setenv("SAFELIGHT_LIVE_REPORTING", "true")
    monkeypatch.setenv("SAFELIGHT_REPORT_APPROVAL_BY_ANOTHER", "false")
    (tmp_path / "config.json").write_text(json.dumps({"test": False, "password": "p"}))
    assert run("destination", "add", "ncmec", "--kind", "ncmec", "--from", tmp_path / "config.json") == 0
    assert run("report", "draft", reportable, "--to", "ncmec") == 0
    assert run("report", "submit", 1) == 0
    authority.refuses.append("faulty")
    assert run("worker", "--once") == 0
    authority.refuses.clear()
    assert run("report", "retry", 1, "--reason", "they know us now") == 0
    assert run("worker", "--once") == 0
    return authority


def test_a_call_is_printed_with_what_was_sent_and_what_came(
    run: Any, filed: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "show", 1, "--calls") == 0
    assert "Word for word: safelight report call 1 CALL" in capfd.readouterr().out
    assert run("report", "call", 1, 1) == 0
    said = capfd.readouterr().out
    assert "it refused, HTTP 401, code 2000, request r-1" in said
    assert "Sent:\n  <report mark=" in said
    assert ("\\u202e" in said, "\u202e" in said) == (True, False)
    assert "Received:\n  <no/>" in said
    assert run("report", "call", 1, 3) == 0
    said = capfd.readouterr().out
    assert "Sent: the bytes of evidence " in said
    assert "Received: nothing" in said
    assert run("report", "call", 1, 5) == 0
    assert "Sent: nothing but the call itself" in capfd.readouterr().out


def test_a_call_is_written_byte_by_byte_to_new_files(
    run: Any, filed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sent, came = tmp_path / "sent.xml", tmp_path / "came.xml"
    assert run("report", "call", 1, 2, "--sent", sent) == 0
    assert sent.read_bytes() == filed.finished[0]
    assert sent.stat().st_mode & 0o077 == 0
    capfd.readouterr()
    assert run("report", "call", 1, 1, "--received", came) == 0
    assert came.read_bytes() == b"<no/>"
    capfd.readouterr()
    assert run("report", "call", 1, 1, "--sent", tmp_path / "new", "--received", came) != 0
    assert "exists and is not overwritten" in capfd.readouterr().err
    assert not (tmp_path / "new").exists()
    assert run("report", "call", 1, 1, "--sent", tmp_path / "x", "--received", tmp_path / "x") != 0
    assert not (tmp_path / "x").exists()


def test_a_call_that_is_not_there_is_told(run: Any, filed: Any, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert run("report", "call", 1, 99) == 66
    assert "Report 1 has no call 99" in capfd.readouterr().err
