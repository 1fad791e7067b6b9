"""Thousands of files are scanned in bounded memory, and a scan that is killed again and again still ends whole."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from safelight.testing.synthetic import paint

# VmHWM, and not getrusage: that begins with the memory of whoever started the process.
_RUN = """
import resource, sys
from safelight.cli.main import main
status = main(sys.argv[1:])
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("peak", peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, flush=True)
sys.exit(status)
"""


def _fill(folder: Path, count: int) -> None:
    """Write small pictures, each with bytes of its own: a JPEG bears anything behind its end."""
    folder.mkdir()
    paint(0, width=160, height=120).save(folder / "seed.jpg", quality=80)
    data = (folder / "seed.jpg").read_bytes()
    (folder / "seed.jpg").unlink()
    for number in range(count):
        below = folder / f"{number % 50}"
        below.mkdir(exist_ok=True)
        (below / f"{number}.jpg").write_bytes(data + number.to_bytes(4, "big"))


def _start(folder: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _RUN, "scan", str(folder), "--json", str(out), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _peaks(folder: Path, out: Path) -> tuple[int, int]:
    with _start(folder, out) as process:
        said, _ = process.communicate()
    ours, workers = next(line.split()[1:] for line in said.splitlines() if line.startswith("peak"))
    return int(ours), int(workers)


def _check_whole(out: Path, count: int) -> None:
    *records, summary = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert (summary["is_complete"], summary["files"], summary["near"]) == (True, count, count)
    assert Counter(Counter(record["path"] for record in records).values()) == {1: count}


@pytest.mark.long
@pytest.mark.parametrize("count", [300, 10_000])
def test_memory_does_not_grow_with_the_number_of_files(
    workspace: Path, tmp_path: Path, count: int, record_property
) -> None:
    _fill(tmp_path / "few", 60)
    _fill(tmp_path / "many", count)
    few, many = _peaks(tmp_path / "few", tmp_path / "few.out"), _peaks(tmp_path / "many", tmp_path / "many.out")
    _check_whole(tmp_path / "many.out", count)
    print(f"{count} files: peak {many[0] >> 10} MiB, largest worker {many[1] >> 10} MiB; 60 files: {few[0] >> 10} MiB")
    assert many[0] < few[0] * 1.25 + 8192  # KiB
    assert many[1] < few[1] * 1.25 + 8192


@pytest.mark.long
@pytest.mark.parametrize("count", [150, 10_000])
def test_a_scan_that_is_killed_again_and_again_ends_whole(workspace: Path, tmp_path: Path, count: int) -> None:
    _fill(tmp_path / "many", count)
    out = tmp_path / "out"
    generator = np.random.default_rng(count)
    seen: dict[str, str] = {}
    for _ in range(2 if count < 1_000 else 12):
        with _start(tmp_path / "many", out, "--resume") as process:
            before = len(seen)
            deadline = time.monotonic() + 120
            target = before + int(generator.integers(5, max(6, count // 10)))
            while _count(out) < target and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        records = {record["path"]: record["scanned_at"] for record in _lines(out) if "path" in record}
        assert seen.items() <= records.items()  # nothing that was finished is done again, or lost
        seen = records
    with _start(tmp_path / "many", out, "--resume") as process:
        process.communicate()
    assert process.returncode == 1
    _check_whole(out, count)
    finished = {record["path"]: record["scanned_at"] for record in _lines(out) if "path" in record}
    assert seen.items() <= finished.items()
    assert not list(tmp_path.glob("out.*"))


def _count(out: Path) -> int:
    """Count the lines of a file that is being written: who reads it then may meet a line of spaces alone."""
    return out.read_bytes().count(b"\n") if out.exists() else 0


def _lines(out: Path) -> list[dict[str, str]]:
    if not out.exists():
        return []
    content = out.read_bytes()
    assert not content or content.endswith(b"\n"), "a half line"
    return [json.loads(line) for line in content.splitlines()]


def test_the_workers_of_a_killed_scan_do_not_stay(workspace: Path, tmp_path: Path) -> None:
    _fill(tmp_path / "many", 400)
    with _start(tmp_path / "many", tmp_path / "out") as process:
        while not _count(tmp_path / "out"):
            time.sleep(0.01)
        workers = _children_of(process.pid)
        process.kill()
    assert workers
    deadline = time.monotonic() + 10
    while any(os.path.exists(f"/proc/{pid}/exe") and _is_alive(pid) for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _children_of(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
