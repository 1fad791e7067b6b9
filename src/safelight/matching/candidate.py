"""Candidate: an entry that an index found for a signal."""

from dataclasses import dataclass

from safelight.hashing.signal import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry within the radius of a signal. `orientation` counts in the order of `hashing.pdq.ORIENTATIONS`."""

    signal: Signal
    entry_id: int
    distance: int
    orientation: int = 0
