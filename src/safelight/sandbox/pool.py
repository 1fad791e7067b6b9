"""Pool: a number of workers, and who may use which when. This is the sandbox's front door."""

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self, TypeVar

from safelight.errors import SandboxUnavailable
from safelight.sandbox.content import Content
from safelight.sandbox.failure import TaskFailed
from safelight.sandbox.layer import Layer, Rule
from safelight.sandbox.limits import Limits
from safelight.sandbox.process import Plan, WorkerProcess, start_process
from safelight.sandbox.task import Task

T = TypeVar("T")
_Slot = Future[WorkerProcess]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a pool has done so far."""

    files: int = 0
    failures: int = 0
    replaced: int = 0
    peak_memory_bytes: int = 0


class Pool:
    """Workers that run named tasks on outside bytes. Safe to use from many threads; close it, or use `with`.

    `extra_import_paths` is for tests, whose tasks lie outside the package. `unsafe_without_lockdown` runs the same
    worker processes without walls: only for measuring what the walls cost.
    """

    def __init__(
        self,
        tasks: Mapping[str, Task],
        *,
        workers: int = 1,
        limits: Limits | None = None,
        rule: Rule = Rule.AVAILABLE,
        extra_import_paths: tuple[Path, ...] = (),
        unsafe_without_lockdown: bool = False,
    ) -> None:
        """Start the workers. Raises SandboxUnavailable if they cannot start, or lack a layer that the rule asks for."""
        self._plan = Plan(
            tasks=dict(tasks),
            limits=limits or Limits(),
            is_locked_down=not unsafe_without_lockdown,
            extra_import_paths=extra_import_paths,
        )
        self._rule = rule
        self._counts = Counts()
        self._lock = Lock()
        self._is_closed = False
        # The kernel ends a worker when the *thread* that started it ends, so one thread starts them all and stays.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="safelight-sandbox-starter")
        self._idle: queue.Queue[_Slot] = queue.Queue()  # first in, first out: a new worker gets time to start
        self._workers = workers
        for _ in range(workers):
            self._idle.put(self._start())
        self._layers = self._try_all_workers()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The walls, and whether each holds here."""
        return self._layers

    @property
    def counts(self) -> Counts:
        """What this pool has done so far; the peak memory is that of workers that were replaced or ended."""
        with self._lock:
            return self._counts

    def run(self, task: str, content: Content, *, parse: Callable[[bytes], T], options: bytes = b"") -> T:
        """Run a task on content in a free worker, waiting for one, and return its answer as `parse` reads it.

        `parse` raises InvalidValue for an answer that has not the agreed form; `bytes` takes any.
        Raises TaskFailed if there is no answer, SandboxUnavailable if no worker can be started under the rule; what
        `content.read` raises comes through as it is. After each of these the worker is replaced.
        """
        slot = self._idle.get()
        try:
            self._refuse_if_closed()
            worker = self._ready(slot)
            answer = worker.run(task, content, options, parse)
        except BaseException as error:
            self._replace(slot, failures=int(isinstance(error, TaskFailed)))
            raise
        if worker.is_spent:
            self._replace(slot)
        else:
            self._count(files=1)
            self._idle.put(slot)
        return answer

    def close(self) -> None:
        """End every worker, each after the file it is at. Closing twice does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        for _ in range(self._workers):
            self._end(self._idle.get())
        self._starter.shutdown()
        for _ in range(self._workers):
            self._idle.put(_no_worker())

    def _start(self) -> _Slot:
        return self._starter.submit(start_process, self._plan)

    def _ready(self, slot: _Slot) -> WorkerProcess:
        worker = slot.result()
        worker.wait_ready()
        missing = [layer for layer in worker.layers if not layer.is_on]
        if missing and self._rule is Rule.ALL:
            names = "; ".join(f"{layer.name}: {layer.detail}" for layer in missing)
            raise SandboxUnavailable(
                f"The rule is that every layer of the sandbox must hold, and here these do not: {names}. Nothing was "
                "decoded. Run on a kernel that has them, or set the sandbox rule to `available`."
            )
        return worker

    def _try_all_workers(self) -> tuple[Layer, ...]:
        try:
            workers = [self._ready(slot) for slot in list(self._idle.queue)]
        except BaseException:
            self.close()
            raise
        return workers[0].layers

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise SandboxUnavailable("This sandbox is closed: it takes no more files.")

    def _replace(self, slot: _Slot, failures: int = 0) -> None:
        self._end(slot)
        self._count(files=1, failures=failures, replaced=1)
        self._idle.put(_no_worker() if self._is_closed else self._start())

    def _end(self, slot: _Slot) -> None:
        if slot.exception() is None:
            worker = slot.result()
            self._count(peak_memory_bytes=worker.peak_memory_bytes())
            worker.end()

    def _count(self, *, files: int = 0, failures: int = 0, replaced: int = 0, peak_memory_bytes: int = 0) -> None:
        with self._lock:
            self._counts = Counts(
                files=self._counts.files + files,
                failures=self._counts.failures + failures,
                replaced=self._counts.replaced + replaced,
                peak_memory_bytes=max(self._counts.peak_memory_bytes, peak_memory_bytes),
            )


def _no_worker() -> _Slot:
    slot: _Slot = Future()
    slot.set_exception(SandboxUnavailable("This sandbox is closed: it takes no more files."))
    return slot
