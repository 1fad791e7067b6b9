"""Limits: what one worker process may use."""

from dataclasses import dataclass

_LIFETIME_CPU_SECONDS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one worker process may use, and for how long it is trusted with more files.

    `memory_bytes` comes on top of what the worker takes to start. `seconds_per_file` is wall-clock time, and the
    parent's to enforce. A worker is replaced after `files_per_worker` files, because one that a file has taken over
    could lie about the files after it.
    """

    memory_bytes: int = 2 << 30
    seconds_per_file: float = 30.0
    files_per_worker: int = 1000
    start_seconds: float = 60.0

    @property
    def lifetime_cpu_seconds(self) -> int:
        """The processor time of a worker's whole life, enforced by the kernel should the parent be unable to act."""
        return max(_LIFETIME_CPU_SECONDS, int(4 * self.seconds_per_file) + 1)

    @property
    def busy_seconds(self) -> float:
        """A worker that was busy for longer is replaced, so that no honest file meets the processor time's end."""
        return self.lifetime_cpu_seconds - 2 * self.seconds_per_file
