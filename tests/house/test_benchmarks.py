"""The benchmarks still run where no peer is installed; what they measure is nobody's business here."""

import subprocess
import sys
from pathlib import Path

import pytest

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def _run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_BENCHMARKS / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_the_scan_is_measured_in_three_ways() -> None:
    done = _run("bench_scan.py", "--files", "3", "--rounds", "1", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("files a second") == 3
    assert "locked / without lock-down" in done.stdout


_FEW = ("--no-peer", "--size", "2k", "--queries", "40", "--rounds", "1", "--builds", "1", "--processes", "1")


@pytest.mark.long
@pytest.mark.parametrize("kind", ["random", "photo", "clustered"])
def test_matching_is_measured_and_every_answer_is_held_against_brute_force(kind: str, tmp_path: Path) -> None:
    done = _run("bench_match.py", *_FEW, "--kinds", kind, "--cache", str(tmp_path))
    assert done.returncode == 0, done.stderr + done.stdout
    assert f"{kind}: 2,000 codes" in done.stdout
    assert "to all 40 queries are the same, and those to 40 are those of brute force" in done.stdout


@pytest.mark.long
def test_a_change_of_the_banks_is_timed_until_another_process_sees_it(tmp_path: Path) -> None:
    done = _run("bench_follow.py", "--size", "300", "--changes", "1", "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "remove in one process, seen by another" in done.stdout
    assert list(tmp_path.iterdir()) == []
