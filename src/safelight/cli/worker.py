"""`safelight worker`: a process that carries out the jobs that are due."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Annotated, TypeVar

from cyclopts import Parameter

from safelight.cli.interrupt import noticing_interrupts
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named

_LOOK_S = 0.2
_Answer = TypeVar("_Answer")


def worker(
    *,
    threads: Annotated[int, Parameter(help="How many jobs to carry out at a time, 8 at most.")] = 1,
    once: Annotated[
        bool, Parameter(help="Carry out what is due, one after the other, then exit.", negative="")
    ] = False,
    workspace: Workspace = None,
) -> int:
    """Carry out the jobs that are due, until Ctrl-C or SIGTERM. Any number of workers may run, on any machine."""
    with open_named(workspace).worker(threads, tell=warn) as crew:
        if once:
            count = _until_interrupted(crew.run_due)
            Voice().say(f"{count} jobs were tried.")
        else:
            Voice(stderr=True).say("Working. Ctrl-C ends it when what runs is done.")
            _until_interrupted(crew.run)
    return 0


def _until_interrupted(work: Callable[[threading.Event], _Answer]) -> _Answer:
    """Do it in another thread, and ask it to stop when somebody interrupts this one."""
    stop = threading.Event()
    with noticing_interrupts() as interrupt, ThreadPoolExecutor(1) as pool:
        doing = pool.submit(work, stop)
        try:
            # The event is not set by the signal's handler itself: that may interrupt the very code that guards it.
            while wait([doing], _LOOK_S).not_done:
                if interrupt.is_wanted:
                    stop.set()
        finally:
            stop.set()  # whatever ends the wait: the pool's own end waits for the work
        return doing.result()
