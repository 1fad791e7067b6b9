"""Matches of nothing real, for tests and trials."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from safelight.hashing.signal import SignalType
from safelight.matching.match import Match, MatchKind
from safelight.matching.snapshot import ThresholdSource

_FACTS: Mapping[str, Any] = {
    "threshold_source": ThresholdSource.BANK,
    "frame": None,
    "quality": None,
    "entry_id": 5,
    "bank_name": "known",
    "bank_version": 1,
    "label": "",
    "label_scheme": "",
    "source": "",
    "entry_key": "",
    "entry_note": "",
    "entry_added_at": datetime(2026, 1, 1, tzinfo=UTC),
}


def exact_match(**told: Any) -> Match:
    """Return an exact match of the entry 5 of the bank `known`; `told` are fields that are otherwise."""
    facts = {"signal_type": SignalType.SHA256, "threshold": 0, "orientation": ""}
    return Match(**{**_FACTS, "kind": MatchKind.EXACT, "distance": 0, **facts, **told})


def near_match(**told: Any) -> Match:
    """Return a near match of the same entry, 9 bits away; `told` are fields that are otherwise."""
    facts = {"signal_type": SignalType.PDQ, "threshold": 31, "orientation": "original", "quality": 100}
    return Match(**{**_FACTS, "kind": MatchKind.NEAR, "distance": 9, **facts, **told})
