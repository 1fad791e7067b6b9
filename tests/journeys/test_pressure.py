"""A service with many more senders than it can serve: bounded, honest, quick where it can be, and gone when told.

Its one worker process decodes pictures that take long. Media that gets no turn in time is kept, as the policy says.
"""

import importlib.util
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pyrage
import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.cli.main import main
from safelight.flow.banks import edits as banks
from safelight.testing.synthetic import paint

_PROCESS = Path(__file__).parent / "serving_process.py"
_SPEC = importlib.util.spec_from_file_location("serving_process", _PROCESS)
assert _SPEC is not None
assert _SPEC.loader is not None
process = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(process)

_SENDERS = 60
_PRESSED_S = 2.5
_MOST_WAITING = 12
_PLACES = 18
"""Of one worker process: nine for it and for what arrives meanwhile, and as many aside."""

_STOP_S = 2


class Pressed:
    """Senders that post one picture again and again."""

    def __init__(self, address: str, secret: str, picture: bytes) -> None:
        self._address, self._headers, self._picture = address, process.bearer(secret), picture
        self.answers: list[httpx2.Response] = []
        self.cut_off = 0
        self.stop = threading.Event()

    def send(self, _number: int) -> None:
        with httpx2.Client(base_url=self._address, headers=self._headers, timeout=60) as client:
            while not self.stop.is_set():
                try:
                    answer = client.post("/api/v1/scan", content=self._picture)
                except httpx2.TransportError:
                    self.cut_off += 1
                    return
                self.answers.append(answer)
                if answer.status_code == 503:
                    time.sleep(0.05)


@pytest.fixture(scope="module")
def picture() -> bytes:
    buffer = BytesIO()
    paint(5, width=3200, height=2400).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pressed")
    to = str(pyrage.x25519.Identity.generate().to_public())
    safelight.create_workspace(folder / "workspace")
    for words in (["key", "create"], ["key", "export", str(folder / "keys.age"), "--to", to]):
        assert main([*words, "-w", str(folder / "workspace")]) == 0
    with safelight.open_workspace(folder / "workspace") as house:
        banks.create_bank(house.engine, house.clock, house.actor, name="known")
        entry = NewEntry(signal_type="md5", value=bytes(16))
        banks.add_entries(house.engine, house.clock, house.actor, bank="known", entries=[entry])
    return folder / "workspace"


@pytest.fixture(scope="module")
def secret(workspace: Path) -> str:
    return process.make_key(workspace, "uploads", "admin")


@pytest.fixture(scope="module")
def served(workspace: Path, secret: str) -> Iterator[tuple[Any, str]]:
    """One service for this file; the last test ends it."""
    settings = {
        "not_scanned_policy": "hold, busy=pass_and_requeue",
        "busy_seconds": 0.3,
        "max_waiting_media": _MOST_WAITING,
        "stop_seconds": _STOP_S,
        "log_level": "error",
    }
    started = process.start(workspace, "--role", "api", **settings)
    try:
        yield started, process.wait_until_ready(started)[0]
    finally:
        process.end(started)


def _memory_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@contextmanager
def _watching(address: str, secret: str) -> Iterator[dict[str, list[float]]]:
    """Give, when the block has ended, the milliseconds that took what must not wait."""
    taken: dict[str, list[float]] = {}
    command = [sys.executable, str(_PROCESS.parent / "watching_process.py"), address, secret]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:
        yield taken
        told, _ = watcher.communicate()
        assert watcher.returncode == 0
    taken.update(json.loads(told))


def test_beyond_what_it_can_do_it_stays_bounded_and_quick_and_says_what_it_did(served, secret, picture) -> None:
    started, address = served
    pressed = Pressed(address, secret, picture)
    memory, files = [], []
    with _watching(address, secret) as taken, ThreadPoolExecutor(_SENDERS) as threads:
        sending = [threads.submit(pressed.send, number) for number in range(_SENDERS)]
        deadline = time.monotonic() + _PRESSED_S
        while time.monotonic() < deadline or len(pressed.answers) < 2 * _SENDERS:
            memory.append(_memory_bytes(started.pid))
            files.append(_open_files(started.pid))
            time.sleep(0.1)
        pressed.stop.set()
        for each in sending:
            each.result()
    _check_answers(pressed, address, secret)
    # Of each place the bytes as they arrive and as they are held, and what the allocator keeps.
    assert max(memory) < memory[0] + 2 * _PLACES * 3 * len(picture) + (64 << 20)
    assert max(files) < _SENDERS + 150
    told = {
        name: f"{statistics.median(each):.0f}, 99 of 100 {each[len(each) * 99 // 100]:.0f}"
        for name, each in taken.items()
    }
    scans = 1000 * statistics.median(
        each.elapsed.total_seconds() for each in pressed.answers if each.status_code == 200
    )
    sizes = f"{len(picture) >> 10} KiB each; {memory[0] >> 20} to {max(memory) >> 20} MiB, {max(files)} files"
    print(f"{told} ms while scans took {scans:.0f} ms; {sizes}")
    assert statistics.median([*taken["lookup"], *taken["live"]]) < scans / 2, "what need not wait for scans does not"


def _check_answers(pressed: Pressed, address: str, secret: str) -> None:
    """Every answer is a verdict, or kept with a place to ask, or a word to come again; nothing else came."""
    statuses = {answer.status_code for answer in pressed.answers}
    assert statuses == {200, 503}
    assert pressed.cut_off == 0
    assert all("retry-after" in answer.headers for answer in pressed.answers if answer.status_code == 503)
    told = [answer.json() for answer in pressed.answers if answer.status_code == 200]
    kept = [each for each in told if each["verdict"] == "not_scanned"]
    assert {each["verdict"] for each in told} == {"no_known_match", "not_scanned"}
    assert {(each["fault"], each["treatment"], each["kept"]) for each in kept} == {
        ("busy", "pass_and_requeue", "spool")
    }
    # Each of those who asked at the same moment may have had the last place.
    assert _MOST_WAITING <= len(kept) <= _MOST_WAITING + 4
    with httpx2.Client(base_url=address, headers=process.bearer(secret)) as client:
        assert client.get(kept[0]["status"]).json()["fault"] == "busy"
        figures = client.get("/metrics").text
    assert f'safelight_unscanned_total{{fault="busy",treatment="pass_and_requeue"}} {len(kept)}.0' in figures
    assert 'safelight_refused_total{why="spool_full"}' in figures


def test_what_was_kept_while_it_was_busy_is_scanned_by_a_worker(served, workspace, secret) -> None:
    _, address = served
    assert main(["worker", "--once", "-w", str(workspace)]) == 0
    with httpx2.Client(base_url=address, headers=process.bearer(secret)) as client:
        jobs = client.get("/api/v1/jobs?limit=1000").json()["items"]
        kept = [job for job in jobs if job["kind"] == "scan_kept"]
        assert len(kept) >= _MOST_WAITING
        assert {job["state"] for job in kept} == {"done"}
        figures = client.get("/metrics").text
        assert 'safelight_spool_media{state="waiting"}' in figures


def test_asked_to_stop_under_load_it_answers_what_runs_refuses_what_comes_and_ends(served, secret, picture) -> None:
    started, address = served
    pressed = Pressed(address, secret, picture)
    with ThreadPoolExecutor(_SENDERS) as threads:
        sending = [threads.submit(pressed.send, number) for number in range(_SENDERS)]
        while len(pressed.answers) < _SENDERS // 2:
            time.sleep(0.02)
        before = len(pressed.answers)
        asked_at = time.monotonic()
        started.send_signal(signal.SIGTERM)
        _wait_until_refused(address)
        assert started.wait(60) == 0
        assert time.monotonic() - asked_at < _STOP_S + 30
        pressed.stop.set()
        for each in sending:
            each.result()
    assert {answer.status_code for answer in pressed.answers} <= {200, 503}
    assert len(pressed.answers) > before, "what was under way was answered"


def _wait_until_refused(address: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            httpx2.get(f"{address}/health/live", timeout=5)
        except httpx2.ConnectError:
            return
        except httpx2.TransportError:
            pass  # it was taken in just before
        time.sleep(0.05)
    raise AssertionError("it still takes connections")
