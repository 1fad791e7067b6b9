"""The benchmark that needs no peer still runs; what it measures is nobody's business here."""

import subprocess
import sys
from pathlib import Path

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_the_scan_is_measured_in_three_ways() -> None:
    command = [sys.executable, str(_BENCHMARKS / "bench_scan.py"), "--files", "3", "--rounds", "1", "--workers", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("files a second") == 3
    assert "locked / without lock-down" in done.stdout
