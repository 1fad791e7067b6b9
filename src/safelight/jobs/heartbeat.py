"""The heartbeat: one thread that keeps all jobs of a worker, whatever else is going on."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.errors import SafelightError
from safelight.jobs import store
from safelight.jobs.job import Job
from safelight.jobs.lease import LeaseTimes


class Heartbeat:
    """Renews the leases of the jobs that a worker holds.

    It beats at its interval, and at once when another worker suspects one of these jobs: that worker's clock may go
    before ours, or a beat of ours may have been kept waiting by a long write elsewhere. No error ends it, for the next
    beat may do what this one could not.
    """

    def __init__(self, engine: Engine, clock: Clock, times: LeaseTimes, tell: Callable[[str], None]) -> None:
        self._engine = engine
        self._clock = clock
        self._times = times
        self._tell = tell
        self._held: dict[int, int] = {}
        self._lock = threading.Lock()

    def hold(self, jobs: Iterable[Job]) -> None:
        """Keep these jobs from now on."""
        with self._lock:
            self._held.update((job.id, job.fence) for job in jobs)

    def drop(self, jobs: Iterable[Job]) -> None:
        """Keep these jobs no longer."""
        with self._lock:
            for job in jobs:
                self._forget(job.id, job.fence)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat in a thread of its own until the block ends."""
        stop = threading.Event()
        thread = threading.Thread(target=self._beat_until, args=(stop,), name="safelight-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def beat(self) -> None:
        """Renew every lease. Jobs that somebody else has taken over are kept no longer."""
        held = self._copy()
        if not held:
            return
        with write(self._engine) as tx:
            kept = store.renew(tx, held, self._clock.now() + self._times.lease)
        with self._lock:
            for job_id in held.keys() - kept:
                self._forget(job_id, held[job_id])

    def is_suspected(self) -> bool:
        """Whether another worker suspects one of the jobs."""
        held = self._copy()
        if not held:
            return False
        with read(self._engine) as tx:
            return store.suspected(tx, list(held))

    def _beat_until(self, stop: threading.Event) -> None:
        beaten_at = time.monotonic()
        while not stop.wait(self._times.look.total_seconds()):
            try:
                is_due = time.monotonic() - beaten_at >= self._times.beat.total_seconds()
                if is_due or self.is_suspected():
                    self.beat()
                    beaten_at = time.monotonic()
            except SafelightError as error:
                self._tell(f"The heartbeat goes on trying: {error} [{error.code}]")
            except Exception as error:  # noqa: BLE001 - a heartbeat that ends would lose every job at once
                self._tell(f"The heartbeat goes on trying after a fault of ours: {type(error).__name__}.")

    def _copy(self) -> dict[int, int]:
        with self._lock:
            return dict(self._held)

    def _forget(self, job_id: int, fence: int) -> None:
        if self._held.get(job_id) == fence:
            del self._held[job_id]
