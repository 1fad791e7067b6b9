"""How much memory this process has: what Linux counts, not what an index says of itself."""

import contextlib
import ctypes
import gc
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process has in memory, in bytes: in all, and of a file that it maps; how much of the file it maps."""

    resident: int
    resident_of_file: int
    mapped_of_file: int


def measure_memory(file: Path | None) -> Memory:
    """Add up /proc/self/smaps. Pages that several processes share count wholly; huge pages too."""
    resident = of_file = mapped = 0
    is_file = False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if " " in name or "-" in name:  # the first line of a mapping: addresses, rights, and its file
            is_file = file is not None and line.endswith(f" {file}")
        elif name in {"Rss", "Private_Hugetlb", "Shared_Hugetlb"}:
            resident += _bytes(value)
            of_file += _bytes(value) * is_file
        elif name == "Size":
            mapped += _bytes(value) * is_file
    return Memory(resident, of_file, mapped)


def _bytes(value: str) -> int:
    return int(value.split(maxsplit=1)[0]) * 1024


def settled_memory(file: Path | None) -> Memory:
    """Return what `measure_memory` does, once what is no longer needed was given back."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # what was freed is no memory of the index
    return measure_memory(file)


def most_memory() -> int:
    """Return the most bytes that this process had; `ru_maxrss` would count those of the parent before it, too."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(_bytes(line.partition(":")[2]) for line in lines if line.startswith("VmHWM:"))
