"""Matches, and items of cases made of them."""

from collections.abc import Callable

import pytest

from safelight.matching.match import Match, MatchKind
from safelight.review.case import NewItem, new_item
from safelight.testing.matches import exact_match, near_match


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
