"""The change log: what changed in the banks, in the order in which it came to count.

Whoever matches reads it to follow the banks without asking for everything anew. A change's number grows in the order of
commits, so nothing can appear before a position that was already read.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """How much has to be read again after a change."""

    BANK = "bank"
    """The bank itself: its name, switches, thresholds or policies, or that it was made or deleted."""
    ENTRY = "entry"
    """One entry that was published before: switched, withdrawn, or controlled otherwise."""
    BATCH = "batch"
    """Entries that were published together, and those that they replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one bank. `entry_id` goes with the kind `entry`, `batch_id` with the kind `batch`.

    `token` is eight random bytes: by them a follower knows that this is the change it once read under that number, and
    not another one of a database that was restored from a backup.
    """

    id: int
    token: bytes
    at: datetime
    bank_id: int
    kind: ChangeKind
    entry_id: int | None
    batch_id: int | None

    @property
    def position(self) -> "Position":
        """The place in the log right after this change."""
        return Position(number=self.id, token=self.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far the log was read: the number and the token of the last change."""

    number: int
    token: bytes


BEGINNING = Position(number=0, token=b"")
"""The place before the first change."""
