"""`safelight match`: signals without their media."""

import io
import json
import signal
import subprocess
import sys
import time
from contextlib import suppress
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
    told = capfd.readouterr()
    first, second, summary = [json.loads(line) for line in told.out.splitlines()]
    assert (first["line"], first["matches"][0]["bank"]) == (1, "known")
    assert (second["line"], second["matches"]) == (3, [])
    assert (summary["is_complete"], summary["signals"], summary["matched"]) == (True, 2, 1)
    assert "2 signals: 1 matched." in told.err


def test_json_goes_to_a_new_file(run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("match", "md5:" + "0" * 32, "--json", out) == 0
    record, summary = [json.loads(line) for line in out.read_text().splitlines()]
    assert (record["matches"], "line" in record) == ([], False)
    assert summary["against"] == "known@4: 12 entries"
    assert run("match", "md5:" + "0" * 32, "--json", out) == 73


def test_standard_input_is_a_file_too(run, signals: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"sha1 {signals['sha1']}\n".encode())))
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
    assert run("match", "md5:" + "0" * 32, "--workers", 0) == 64


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_a_signal_is_refused(run, tmp_path: Path, content: str) -> None:
    (tmp_path / "signals").write_text(content)
    assert run("match", "--file", tmp_path / "signals") == 64


@pytest.fixture
def many(tmp_path: Path, signals: dict[str, str]) -> Path:
    """A file of 3,000 signals, every hundredth of which is listed."""
    path = tmp_path / "many"
    lines = [f"pdq {signals['pdq']}" if number % 100 == 0 else f"md5 {number:032x}" for number in range(1, 3_001)]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.mark.parametrize("workers", [1, 3])
def test_many_signals_keep_their_order_on_any_number_of_threads(run, many: Path, tmp_path: Path, workers: int) -> None:
    out = tmp_path / "out"
    assert run("match", "--file", many, "--json", out, "--workers", workers) == 1
    *records, summary = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["line"] for record in records] == list(range(1, 3_001))
    assert [record["line"] for record in records if record["matches"]] == list(range(100, 3_001, 100))
    assert (summary["signals"], summary["matched"]) == (3_000, 30)


def test_of_many_signals_only_hits_and_counts_are_shown(run, many: Path, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    assert run("match", "--file", many) == 1
    *hits, count = capfd.readouterr().out.splitlines()
    assert len(hits) == 30
    assert hits[0].startswith("line 100: pdq near: distance 0 of 31 allowed, known entry")
    assert count == "3000 signals: 30 matched."


def test_a_line_that_is_no_signal_is_named_and_what_came_before_it_counts(
    run, many: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = many.read_text().splitlines()
    lines[1_234] = "md5 " + "a" * 30
    many.write_text("\n".join(lines))
    out = tmp_path / "out"
    assert run("match", "--file", many, "--json", out) == 64
    said = capfd.readouterr().err
    assert "line 1235: A md5 value has 32 hexadecimal digits" in said
    assert "The 1234 signals before it were matched (12 matched), and none after." in said
    assert "aaaa" not in said
    *records, summary = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["line"] for record in records] == list(range(1, 1_235))
    assert (summary["is_complete"], summary["signals"]) == (False, 1_234)
    assert summary["stopped_at"].startswith("line 1235")


def test_what_a_control_withholds_is_told_and_is_no_match(
    run, signals: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    run("bank", "opinion", "known", "deconfirmed", "--entry", 1, "--reason", "a mistake")
    assert run("match", f"md5:{signals['md5']}", "--json") == 0
    record = json.loads(capfd.readouterr().out.splitlines()[0])
    assert (record["matches"], record["withheld"][0]["control"]) == ([], "deconfirmed")
    assert run("match", f"md5:{signals['md5']}") == 0
    assert "md5 withheld by deconfirmed: known entry 1" in capfd.readouterr().out


def test_an_interrupt_leaves_whole_lines_and_says_that_they_are_not_all(run, workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "safelight", "match", "--file", "-", "--json", str(out), "-w", str(workspace)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        deadline = time.monotonic() + 60
        while not out.exists() or out.stat().st_size < 100_000:
            assert time.monotonic() < deadline
            process.stdin.write((b"md5 " + b"0" * 32 + b"\n") * 1_000)
            process.stdin.flush()
        process.send_signal(signal.SIGINT)
        with suppress(BrokenPipeError):
            process.stdin.write((b"md5 " + b"0" * 32 + b"\n") * 2_000)
            process.stdin.close()
        said = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in said
    *records, summary = [json.loads(line) for line in out.read_text().splitlines() if line.strip()]
    assert (summary["is_complete"], summary["signals"]) == (False, len(records))
