"""`safelight match`: signals without their media."""

import io
import json
import sys
from pathlib import Path

import pytest


@pytest.fixture
def signals(run, originals: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    run("hash", originals / "a.png", "--json")
    record = json.loads(capfd.readouterr().out.splitlines()[0])
    return {signal["type"]: signal["value"] for signal in record["signals"]}


def test_every_signal_type_matches(run, signals: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    for kind, value in signals.items():
        assert run("match", f"{kind}:{value}") == 1
    assert "pdq near: distance 0 of 31 allowed, known entry" in capfd.readouterr().out


def test_what_is_not_listed_does_not_match(run, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("match", "md5:" + "0" * 32) == 0
    assert "no known match" in capfd.readouterr().out


def test_a_file_of_signals_is_matched_line_by_line(
    run, signals: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "signals"
    path.write_text(f"pdq {signals['pdq']}\n\nMD5:{'0' * 32}\n")
    assert run("match", "--file", path, "--json", "--bank", "known") == 1
    first, second = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert first["matches"][0]["bank"] == "known"
    assert second["matches"] == []


def test_json_goes_to_a_new_file(run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("match", "md5:" + "0" * 32, "--json", out) == 0
    assert json.loads(out.read_text())["matches"] == []
    assert run("match", "md5:" + "0" * 32, "--json", out) == 73


def test_standard_input_is_a_file_too(run, signals: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"sha1 {signals['sha1']}\n"))
    assert run("match", "--file", "-") == 1


def test_a_threshold_for_this_query_wins(run, signals: dict[str, str]) -> None:
    near = f"{int(signals['pdq'], 16) ^ 0b111:064x}"
    assert run("match", f"pdq:{near}") == 1
    assert run("match", f"pdq:{near}", "--threshold", 2) == 0
    assert run("match", f"pdq:{near}", "--threshold", 3) == 1


def test_nothing_to_match_says_so(run) -> None:
    assert run("match") == 64
    assert run("match", "pdq:12") == 64
    assert run("match", "--file", "/nowhere/at/all") == 66
