"""Matches, and items of cases made of them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from safelight.matching.match import Match, MatchKind
from safelight.review.case import Item, ItemKind, NewItem, new_item
from safelight.review.decision import Decision, Finding, IncidentType, Seat
from safelight.review.scheme import Classification
from safelight.roles import ActorKind
from safelight.testing.matches import exact_match, near_match

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def match() -> Callable[..., Match]:
    """Make a match of an entry, exact or near."""

    def make(kind: MatchKind = MatchKind.EXACT, entry_id: int = 5, distance: int = 0) -> Match:
        if kind is MatchKind.EXACT:
            return exact_match(entry_id=entry_id, distance=distance)
        return near_match(entry_id=entry_id, distance=distance)

    return make


@pytest.fixture
def item(match) -> Callable[..., NewItem]:
    """Make what is added to a case."""

    def make(evidence_id: str | None = None, *kinds: MatchKind) -> NewItem:
        return new_item(evidence_id, [match(kind) for kind in kinds or (MatchKind.EXACT,)], content_id="post 9")

    return make


@pytest.fixture
def some_item() -> Item:
    """An item of a case, with evidence and no match."""
    return Item(
        id=1,
        case_id=1,
        evidence_id="e" * 32,
        kind=ItemKind.EXACT,
        content_id="",
        added_at=_NOW,
        matches=(),
        matches_omitted=0,
    )


@pytest.fixture
def some_decision() -> Decision:
    """A confirmation by the first reader, ann."""
    return Decision(
        id=1,
        case_id=1,
        wave=1,
        seat=Seat.FIRST,
        finding=Finding.CONFIRMED,
        classification=Classification(scheme="ncmec", label="A1"),
        annotations=frozenset(),
        incident_type=IncidentType.CSAM,
        is_imminent=False,
        memory_id=None,
        act="a",
        supersedes_id=None,
        by_kind=ActorKind.PERSON,
        by_name="ann",
        decided_at=_NOW,
        reasons_id="t",
        item_ids=(1,),
    )
