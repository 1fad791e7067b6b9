"""`safelight worker` carries out what is due, until somebody interrupts it."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from safelight.cli import worker as module
from safelight.cli.worker import worker
from safelight.errors import DatabaseUnusable


class _Crew:
    """A worker that waits until it is stopped."""

    def __init__(self) -> None:
        self.began, self.stopped = threading.Event(), False
        self.threads = 0
        self.is_left = False

    def run_due(self, stop: threading.Event) -> int:
        self.began.set()
        return 0 if stop.is_set() else 3

    def run(self, stop: threading.Event) -> None:
        self.began.set()
        assert stop.wait(20)
        self.stopped = True


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> _Crew:
    crew = _Crew()

    class House:
        @contextmanager
        def worker(self, threads: int, *, tell: Callable[[str], None]) -> Iterator[_Crew]:
            crew.threads = threads
            yield crew
            crew.is_left = True

    def open_named(workspace: Path | None) -> House:
        return House()

    monkeypatch.setattr(module, "open_named", open_named)
    return crew


def test_once_carries_out_what_is_due_and_says_how_much_that_was(crew: _Crew, capfd) -> None:
    assert worker(once=True) == 0
    assert capfd.readouterr().out == "3 jobs were tried.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_works_until_it_is_interrupted_and_then_ends_in_order(crew: _Crew, number: signal.Signals) -> None:
    def interrupt() -> None:
        crew.began.wait(20)
        time.sleep(0.1)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=interrupt)
    thread.start()
    assert worker(threads=4) == 0
    thread.join()
    assert crew.stopped
    assert crew.threads == 4
    assert crew.is_left


def test_what_ends_the_worker_is_raised(crew: _Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(stop: threading.Event) -> None:
        raise DatabaseUnusable("It is away.")

    monkeypatch.setattr(crew, "run", fall)
    with pytest.raises(DatabaseUnusable):
        worker()
