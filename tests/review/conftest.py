"""Matches, and items of cases made of them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from safelight.hashing.signal import SignalType
from safelight.matching.match import Match, MatchKind
from safelight.matching.snapshot import ThresholdSource
from safelight.review.case import NewItem, new_item


@pytest.fixture
def match() -> Callable[..., Match]:
    """Make a match of an entry, exact or near."""

    def make(kind: MatchKind = MatchKind.EXACT, entry_id: int = 5, distance: int = 0) -> Match:
        return Match(
            kind=kind,
            signal_type=SignalType.SHA256 if kind is MatchKind.EXACT else SignalType.PDQ,
            distance=distance,
            threshold=31,
            threshold_source=ThresholdSource.BANK,
            orientation="original",
            frame=None,
            quality=None,
            entry_id=entry_id,
            bank_name="known",
            bank_version=1,
            label="",
            label_scheme="",
            source="",
            entry_key="",
            entry_note="",
            entry_added_at=datetime(2026, 1, 1, tzinfo=UTC),
        )

    return make


@pytest.fixture
def item(match) -> Callable[..., NewItem]:
    """Make what is added to a case."""

    def make(evidence_id: str | None = None, *kinds: MatchKind) -> NewItem:
        return new_item(evidence_id, [match(kind) for kind in kinds or (MatchKind.EXACT,)], content_id="post 9")

    return make
