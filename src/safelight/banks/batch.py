"""Batches: entries that came into a bank together, by an import or by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

HEARTBEAT_LIMIT = timedelta(minutes=5)
"""An import elsewhere that gave no sign of life for this long is dead."""


class BatchState(StrEnum):
    """How far a batch has come. Its entries count from the moment it is published, and only then."""

    STAGING = "staging"
    PUBLISHED = "published"
    ABANDONED = "abandoned"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a batch comes from: the name of a file or exchange (never a whole path), and the format."""

    name: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a batch did to its bank.

    `duplicates` are lines that repeat an entry of the same list; `withdrawn_here` those that a person took out of this
    bank by hand, and that an import therefore does not bring back.
    """

    added: int = 0
    replaced: int = 0
    already_there: int = 0
    duplicates: int = 0
    withdrawn_here: int = 0

    @property
    def alters_bank(self) -> bool:
        """Whether anything is different for those who match."""
        return self.added + self.replaced > 0

    def as_details(self) -> dict[str, int | str]:
        """Return the counts under their names, for the audit log."""
        return {
            "added": self.added,
            "replaced": self.replaced,
            "already_there": self.already_there,
            "duplicates": self.duplicates,
            "withdrawn_here": self.withdrawn_here,
        }

    def __add__(self, other: Self) -> "Counts":
        return Counts(
            added=self.added + other.added,
            replaced=self.replaced + other.replaced,
            already_there=self.already_there + other.already_there,
            duplicates=self.duplicates + other.duplicates,
            withdrawn_here=self.withdrawn_here + other.withdrawn_here,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The process that runs an import. `place` is the running system and process namespace in which `pid` counts."""

    place: str
    pid: int
    started: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch and, while it is being staged, who runs it and when that last gave a sign of life."""

    id: int
    bank_id: int
    state: BatchState
    origin: Origin
    heartbeat_at: datetime
    runner: Runner | None


def is_dead(batch: Batch, *, now: datetime, here: Runner) -> bool:
    """Whether an import will never go on.

    - Its process is of the same running system and process namespace: it is dead if that process is gone, and only
      then, however long it works without a sign of life.
    - Otherwise that cannot be told: it is dead without a sign of life for five minutes.
    """
    runner = batch.runner
    if runner is not None and runner.place and runner.place == here.place:
        return _start_of(runner.pid) != runner.started
    return now - batch.heartbeat_at > HEARTBEAT_LIMIT


def runner_of(pid: int) -> Runner:
    """Return how a process of this system is recorded as the runner of an import."""
    return Runner(place=_place(), pid=pid, started=_start_of(pid) or "")


def _place() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        # Not Linux, or no /proc: then only the heartbeat tells. An empty place is no place that could be shared.
        return ""


def _start_of(pid: int) -> str | None:
    """Return when a process started, in ticks since the system did; None when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The command's name stands in parentheses and may hold anything; the fields after it have fixed places.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else fields[19]
