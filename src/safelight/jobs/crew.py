"""The threads of a worker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from safelight.jobs.backlog import Backlog
from safelight.jobs.job import Job


class Crew:
    """Threads that carry out what is put into their backlog, one job each at a time."""

    def __init__(self, carry_out: Callable[[Job], None], threads: int) -> None:
        self.backlog = Backlog()
        self._carry_out = carry_out
        self._threads = [
            threading.Thread(target=self._work, name=f"safelight-worker-{number}") for number in range(1, threads + 1)
        ]
        self._fault: BaseException | None = None

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work until the block ends, then finish what was begun.

        Raises what ended a thread: jobs that fail end none, so that is the end of the whole crew.
        """
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self.backlog.close()
            for thread in self._threads:
                thread.join()
        if self._fault is not None:
            raise self._fault

    def _work(self) -> None:
        try:
            while (job := self.backlog.take()) is not None:
                self._carry_out(job)
        except BaseException as fault:  # noqa: BLE001 - raised again in the thread that started this one
            self._fault = fault
            self.backlog.close()
