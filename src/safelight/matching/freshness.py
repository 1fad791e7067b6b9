"""Freshness: how far what is searched is behind the database."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.banks.change import Position
from safelight.hashing.signal import SignalType


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How many seconds ago the database last told what has changed, up to where that is taken in, and what there is.

    `entries` counts what is searched, by the name of the bank and the signal type.
    """

    silent_s: float
    position: Position
    entries: Mapping[tuple[str, SignalType], int]
