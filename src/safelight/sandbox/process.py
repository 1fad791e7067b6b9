"""Process: the parent's side of one worker. Everything that a worker says is checked before it is used."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from safelight.errors import InvalidValue, SandboxUnavailable
from safelight.sandbox import frames
from safelight.sandbox.channel import Channel, ChannelClosed, ChannelSilent
from safelight.sandbox.content import Content
from safelight.sandbox.failure import Failure, TaskFailed
from safelight.sandbox.frames import Kind
from safelight.sandbox.layer import Layer
from safelight.sandbox.limits import Limits
from safelight.sandbox.task import Task

T = TypeVar("T")

# The worker runs the code that its parent runs. Our folder comes after the standard library, so that nothing in it can
# stand in for a standard module, and before installed packages. Should an editable install of another copy be asked
# before any folder is, then its finder goes (Python's own finders are classes, those of installers are objects).
_BOOTSTRAP = """
import importlib.util, json, sys
plan = json.loads(sys.argv[1])
at = next((place for place, path in enumerate(sys.path) if path.endswith("-packages")), len(sys.path))
sys.path[at:at] = [path for path in plan["import_paths"] if path not in sys.path]
if importlib.util.find_spec("safelight").origin != plan["package"]:
    sys.meta_path[:] = [finder for finder in sys.meta_path if isinstance(finder, type)]
from safelight.sandbox.worker import main
main(plan)
"""
_OUR_PACKAGE = Path(__file__).absolute().parents[1] / "__init__.py"
_FAREWELL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every worker of a pool is started with."""

    tasks: Mapping[str, Task]
    limits: Limits
    is_locked_down: bool
    extra_import_paths: tuple[Path, ...]

    def as_argument(self) -> str:
        """Return the plan as the worker's one argument."""
        tasks = {name: (task.target, task.prepare, task.answer_limit_bytes) for name, task in self.tasks.items()}
        return json.dumps(
            {
                "tasks": tasks,
                "memory_bytes": self.limits.memory_bytes,
                "cpu_seconds": self.limits.lifetime_cpu_seconds,
                "is_locked_down": self.is_locked_down,
                "import_paths": [str(path.absolute()) for path in (_OUR_PACKAGE.parents[1], *self.extra_import_paths)],
                "package": str(_OUR_PACKAGE),
                "parent": os.getpid(),
            }
        )


def start_process(plan: Plan) -> "WorkerProcess":
    """Start a fresh interpreter. Call it from a thread that lives as long as the worker shall: see `Pool`."""
    its_source, sink = os.pipe()
    source, its_sink = os.pipe()
    channel = Channel(sink=sink, source=source)
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOTSTRAP, plan.as_argument()],
            stdin=its_source,
            stdout=its_sink,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,  # the terminal's Ctrl-C is the parent's to handle
        )
    except OSError as error:
        channel.close()
        raise SandboxUnavailable(f"No worker process can be started: {error}. Run: safelight doctor") from error
    finally:
        os.close(its_source)
        os.close(its_sink)
    return WorkerProcess(process=process, channel=channel, plan=plan, started_at=time.monotonic())


@dataclass(slots=True, kw_only=True)
class WorkerProcess:
    """One worker. After anything but an answer it must be ended: its state is not known."""

    process: subprocess.Popen[bytes]
    channel: Channel
    plan: Plan
    started_at: float
    layers: tuple[Layer, ...] = ()
    files: int = 0
    busy_seconds: float = 0.0

    def wait_ready(self) -> None:
        """Wait until the worker is locked down, and note its layers. Raises SandboxUnavailable if that fails."""
        if self.layers:
            return
        deadline = self.started_at + self.plan.limits.start_seconds
        try:
            kind, _, payload = self._receive(deadline, frames.READY_LIMIT_BYTES)
            self.layers = frames.parse_ready(payload) if kind is Kind.READY else _give_up(payload)
        except (TaskFailed, InvalidValue) as error:
            raise SandboxUnavailable(f"A worker process could not start: {error}. Run: safelight doctor") from error

    def run(self, name: str, content: Content, options: bytes, parse: Callable[[bytes], T]) -> T:
        """Run a task on content. Raises TaskFailed; what `content.read` raises comes through as it is."""
        began_at = time.monotonic()
        self.files += 1
        try:
            self._send_task(name, content, options)
            return parse(self._converse(name, content, began_at + self.plan.limits.seconds_per_file))
        except InvalidValue as error:
            raise TaskFailed(Failure.REFUSED, f"the worker's answer was refused: {error}") from error
        except ChannelClosed as error:
            raise self._bury() from error
        finally:
            self.busy_seconds += time.monotonic() - began_at

    @property
    def is_spent(self) -> bool:
        """Whether this worker has done its share and must be replaced."""
        limits = self.plan.limits
        return self.files >= limits.files_per_worker or self.busy_seconds >= limits.busy_seconds

    def peak_memory_bytes(self) -> int:
        """Return the most memory this worker has held so far; 0 if it is gone."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0
        lines = [line.split() for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(lines[0][1]) << 10 if lines else 0

    def end(self) -> None:
        """Kill the worker and take leave of it. Ending it twice does nothing."""
        self.process.kill()
        self.process.wait()
        self.channel.close()

    def _send_task(self, name: str, content: Content, options: bytes) -> None:
        head = frames.pack_task(name, options, content.size_bytes)
        prefix = content.read(0, min(content.size_bytes, frames.CHUNK_BYTES - len(head)))
        self.channel.send(Kind.TASK, self.files, head, prefix)

    def _converse(self, name: str, content: Content, deadline: float) -> bytes:
        """Serve ranges of the content until the answer comes, and return it."""
        answer_limit_bytes = self.plan.tasks[name].answer_limit_bytes
        while True:
            kind, request, payload = self._receive(deadline, max(answer_limit_bytes, frames.SMALL_LIMIT_BYTES))
            if request != self.files:
                raise InvalidValue("an answer is to another request")
            if kind is Kind.FAILED:
                raise TaskFailed(*frames.parse_failed(payload))
            if kind is Kind.ANSWER and len(payload) <= answer_limit_bytes and self.channel.is_quiet:
                return payload
            if kind is not Kind.RANGE_WANTED:
                raise InvalidValue(f"a frame {kind.name} of {len(payload)} bytes is not due")
            if time.monotonic() > deadline:  # else a worker that is always asking would never be silent
                raise _time_is_up()
            offset, length = frames.parse_range(payload, content.size_bytes)
            self.channel.send(Kind.RANGE, request, content.read(offset, length))

    def _receive(self, deadline: float, limit_bytes: int) -> tuple[Kind, int, bytes]:
        try:
            return self.channel.receive(deadline, limit_bytes)
        except ChannelSilent as error:
            raise _time_is_up() from error
        except ChannelClosed as error:
            raise self._bury() from error

    def _bury(self) -> TaskFailed:
        """Return why the worker is gone. One that closed its pipe and lives on is killed."""
        try:
            status = self.process.wait(timeout=_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            return TaskFailed(Failure.CRASHED, "the worker closed its pipe")
        if status == -signal.SIGSYS:
            return TaskFailed(Failure.REFUSED, "the worker made a forbidden system call")
        return TaskFailed(Failure.CRASHED, f"the worker ended with status {status}")


def _time_is_up() -> TaskFailed:
    return TaskFailed(Failure.TIMED_OUT, "the time was up")


def _give_up(payload: bytes) -> NoReturn:
    raise TaskFailed(*frames.parse_failed(payload))
