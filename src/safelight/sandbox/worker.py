"""The worker process: import, prepare, lock down, serve. Started by `process`, never imported by a program."""

import os
import signal
import sys
import warnings
from importlib import import_module
from typing import Any

from safelight.sandbox import kernel_calls
from safelight.sandbox.failure import Failure
from safelight.sandbox.frames import Kind, pack_failed, pack_ready
from safelight.sandbox.layer import Layer, LayerName
from safelight.sandbox.lockdown import lock_down, stay_open
from safelight.sandbox.serving import ReadyTask, Server, open_pipe

# Numeric libraries read these when they load; a thread started before lock-down would stay outside the filter.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main(plan: dict[str, Any]) -> None:
    """Run the worker by the plan that its parent gave it as an argument, and end the process."""
    layers = _begin(plan["parent"])
    source, sink = open_pipe(0, "rb"), open_pipe(1, "wb")
    sys.stdin = sys.stdout = sys.stderr = None
    starting = Server(source=source, sink=sink, tasks={})
    try:
        tasks = {name: _prepare(*line) for name, line in plan["tasks"].items()}
    except Exception as error:  # noqa: BLE001 - the parent is told, and raises
        starting.send(Kind.FAILED, 0, pack_failed(Failure.CRASHED, type(error).__name__))
        os._exit(1)
    layers += lock_down(plan["memory_bytes"], plan["cpu_seconds"]) if plan["is_locked_down"] else stay_open()
    server = Server(source=source, sink=sink, tasks=tasks)
    server.send(Kind.READY, 0, pack_ready(layers))
    server.serve()
    os._exit(0)


def _begin(parent: int) -> list[Layer]:
    kernel_calls.die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # the parent ended before it could be watched
    for name in _ONE_THREAD:
        os.putenv(name, "1")
    warnings.simplefilter("ignore")
    return [
        Layer(name=LayerName.FRESH_PROCESS, is_on=True, detail="a new interpreter with an empty environment"),
        Layer(name=LayerName.PARENT_DEATH, is_on=True, detail="killed when its parent ends"),
    ]


def _prepare(target: str, prepare: str, answer_limit_bytes: int) -> ReadyTask:
    if prepare:
        _find(prepare)()
    return ReadyTask(function=_find(target), answer_limit_bytes=answer_limit_bytes)


def _find(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)
