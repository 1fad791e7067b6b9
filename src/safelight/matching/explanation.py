"""Explanation: why media matched or did not, with everything that was near and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from safelight.hashing.signal import NoSignal, Signal
from safelight.matching.judgement import Control
from safelight.matching.match import Found, Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """An entry that was near, told like a match, and what kept it from being one; None: it is one.

    `origin` and `line` say where the entry came from, `added_by` who took it in.
    """

    match: Match
    control: Control | None
    suppressed_by: int | None
    origin: str
    line: int | None
    added_by: str
    disabled_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What was hashed, what it was held against, and what was near, the nearest first.

    `searched` names every bank that was asked, with its version; `left_out` those that were not, with the reason.
    `considered_omitted` counts what lay near besides.
    """

    answers: tuple[Signal | NoSignal, ...]
    found: Found
    searched: Mapping[str, int]
    left_out: Mapping[str, Control]
    considered: tuple[Considered, ...]
    considered_omitted: int
