"""Lock-down: how a worker gives up everything but its memory, its two pipes and the clock."""

import os
import platform
import resource
from collections.abc import Callable
from pathlib import Path

from safelight.sandbox import kernel_calls
from safelight.sandbox.layer import Layer, LayerName
from safelight.sandbox.processors import PROCESSORS
from safelight.sandbox.seccomp import assemble_filter

PIPES = (0, 1)


def lock_down(memory_bytes: int, cpu_seconds: int) -> list[Layer]:
    """Raise every wall that this kernel offers, for good, and tell which of them hold.

    What must be read about this process is read first: behind the walls nothing can be opened.
    """
    taken_bytes, threads = _address_space_bytes(), _count_threads()
    return [
        _raise_wall(LayerName.PIPES_ONLY, _close_all_but_pipes),
        _raise_wall(LayerName.NO_NEW_PRIVILEGES, _give_up_new_privileges),
        _raise_wall(LayerName.NOT_DUMPABLE, _become_undumpable),
        _raise_wall(LayerName.LANDLOCK, _restrict_files),
        _raise_wall(LayerName.RESOURCE_LIMITS, lambda: _limit_resources(taken_bytes, memory_bytes, cpu_seconds)),
        _raise_wall(LayerName.SECCOMP, lambda: _filter_calls(threads)),
    ]


def stay_open() -> list[Layer]:
    """Raise no wall and say so: only for measuring what the walls cost."""
    names = list(LayerName)
    detail = "switched off to measure without it"
    return [Layer(name=name, is_on=False, detail=detail) for name in names[names.index(LayerName.PIPES_ONLY) :]]


def _raise_wall(name: LayerName, wall: Callable[[], str]) -> Layer:
    try:
        return Layer(name=name, is_on=True, detail=wall())
    except (OSError, ValueError) as error:
        return Layer(name=name, is_on=False, detail=str(error))


def _close_all_but_pipes() -> str:
    for descriptor in _open_descriptors():
        if descriptor not in PIPES:
            os.close(descriptor)
    if (left := _open_descriptors()) != list(PIPES):
        raise OSError(f"descriptors {left} are open")
    return "open: one pipe to read, one to write"


def _open_descriptors() -> list[int]:
    listed = sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    return [descriptor for descriptor in listed if _is_open(descriptor)]


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False  # it was the listing's own
    return True


def _address_space_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _count_threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def _limit_resources(taken_bytes: int, memory_bytes: int, cpu_seconds: int) -> str:
    _lower(resource.RLIMIT_AS, taken_bytes + memory_bytes)
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
        _lower(limit, 0)
    _lower(resource.RLIMIT_NPROC, 0)
    _lower(resource.RLIMIT_NOFILE, 0)
    return f"memory {memory_bytes >> 20} MiB beyond the start, {cpu_seconds} s of processor time, no new files"


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def _become_undumpable() -> str:
    kernel_calls.become_undumpable()
    return "no core dumps, no debugger of the same user"


def _give_up_new_privileges() -> str:
    kernel_calls.give_up_new_privileges()
    return "nothing can raise its privileges"


def _restrict_files() -> str:
    version = kernel_calls.landlock_version()
    kernel_calls.restrict_by_landlock(version)
    taken = ["files", *(["network"] if version >= 4 else []), *(["signals and sockets"] if version >= 6 else [])]
    return f"version {version}: {', '.join(taken)}"


def _filter_calls(threads: int) -> str:
    machine = platform.machine()
    if machine not in PROCESSORS:
        raise OSError(f"there is no filter for this processor ({machine})")
    program = assemble_filter(PROCESSORS[machine])
    # The filter binds the calling thread. Any other would stay free, so there must be none.
    if threads != 1:
        raise OSError(f"{threads} threads run, and the filter binds only one")
    kernel_calls.load_filter(program)
    return f"{len(program) // 8} instructions for {machine}: no files, sockets, processes or executable memory"
