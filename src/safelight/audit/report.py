"""What checking the log found."""

from dataclasses import dataclass
from enum import StrEnum

LIMITS = (
    "No log can show that entries are missing which came after the last head that you keep elsewhere, nor that it was "
    "rewritten before the first head that you kept: keep heads outside this machine, and often."
)
"""What no log can detect, in a sentence for whoever reads a report."""


class FaultKind(StrEnum):
    """What is wrong with a log."""

    ENTRY_CHANGED = "entry_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_STRAY = "entry_stray"
    RECORD_CHANGED = "record_changed"
    RECORDS_VANISHED = "records_vanished"
    LEAVES_MISSING = "leaves_missing"
    LEAVES_CHANGED = "leaves_changed"
    TREE_CHANGED = "tree_changed"
    WAITING_CHANGED = "waiting_changed"
    HEAD_CHANGED = "head_changed"
    HEAD_MISSING = "head_missing"
    LOG_CUT = "log_cut"
    KEPT_HEAD_REFUSED = "kept_head_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong. `entry` and `leaf` are numbers where it can be said of one; `text` is a sentence."""

    kind: FaultKind
    text: str
    entry: int | None = None
    leaf: int | None = None


_MOST_FAULTS = 1_000


class Faults:
    """What was found so far: every fault is counted, the first are kept."""

    def __init__(self) -> None:
        self.first: list[Fault] = []
        self.count = 0

    def blame(self, kind: FaultKind, text: str, *, entry: object = None, leaf: object = None) -> None:
        """Take note of a fault. Numbers that are none are left out."""
        self.count += 1
        if self.count <= _MOST_FAULTS:
            entry_id, number = (value if isinstance(value, int) else None for value in (entry, leaf))
            self.first.append(Fault(kind=kind, text=text, entry=entry_id, leaf=number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The state of a log. `root` is over its `size` leaves.

    `faults` are the first of `fault_count`. `waiting` entries have no leaf yet, the oldest since `waiting_since`
    (microseconds since 1970 in UTC, None where none waits or where it cannot be read). `unused_count` numbers belong to
    no entry, the first of them in the runs `unused`: numbers of transactions that were undone, or entries that were
    removed before they had a leaf. `erased` records have no reason and details any more. `heads` and `kept_heads` were
    checked and fit.
    """

    size: int
    root: bytes
    faults: tuple[Fault, ...]
    fault_count: int
    waiting: int
    waiting_since: int | None
    unused: tuple[tuple[int, int], ...]
    unused_count: int
    erased: int
    heads: int
    kept_heads: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault_count == 0
