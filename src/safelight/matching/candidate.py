"""Candidate: an entry that an index found for a signal, before any control has had its say."""

from dataclasses import dataclass
from typing import NamedTuple

from safelight.hashing.signal import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry within the radius of a signal. `orientation` counts in the order of `hashing.pdq.ORIENTATIONS`."""

    signal: Signal
    bank_id: int
    entry_id: int
    distance: int
    orientation: int = 0


class Candidates(NamedTuple):
    """What an index found for one signal, nearest first; `cut` counts those beyond the limit that was asked for."""

    found: list[Candidate]
    cut: int
