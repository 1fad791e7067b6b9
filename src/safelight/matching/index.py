"""What banks hold, in the form that is searched: digests by look-up, PDQ by Hamming distance.

A value is known here by its entry's id alone; who finds something asks the banks for the entry.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from safelight.errors import DatabaseUnusable
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.matching.candidate import Candidate
from safelight.matching.digest_index import DigestIndex
from safelight.matching.near_index import NearIndex


class Index(Protocol):
    """All entries of one signal type. Adding and removing are visible at once."""

    def __len__(self) -> int:
        """Count the entries."""
        ...

    def add_many(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Take in entries, given as id and value."""
        ...

    def remove(self, entry_id: int) -> None:
        """Stop finding an entry; unknown ids do no harm."""
        ...

    def search(self, signal: Signal, radius: int) -> list[Candidate]:
        """Return the entries within `radius` bits of the signal, nearest first."""
        ...


def open_index(signal_type: SignalType, flavour: Flavour) -> Index:
    """Return an empty index for a signal type."""
    return NearIndex(flavour) if signal_type is SignalType.PDQ else DigestIndex()


def fill(index: Index, signal_type: SignalType, chunks: Iterable[Sequence[tuple[int, bytes]]]) -> None:
    """Take in chunks of entries. Raises `DatabaseUnusable` for a value of a wrong length: no list brings one in."""
    size = SIGNAL_SIZE_BYTES[signal_type]
    for chunk in chunks:
        wrong = next((entry_id for entry_id, value in chunk if len(value) != size), None)
        if wrong is not None:
            raise DatabaseUnusable(
                f"Entry {wrong} is no {signal_type}: its value is not {size} bytes long. The database was damaged, or "
                "changed from outside. Nothing was matched. Restore it, or remove the entry and import its list again."
            )
        index.add_many(chunk)
