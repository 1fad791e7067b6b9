"""From each level only the next one up is offered, and what was seen before can be seen again."""

import pytest

from safelight.review.exposure.level import Level
from safelight.web.console.item_view import steps_from


def test_before_anything_was_shown_only_the_card_is_offered() -> None:
    assert steps_from(None) == [Level.CARD]


@pytest.mark.parametrize("level", [each for each in Level if each is not Level.ORIGINAL])
def test_the_next_level_up_comes_first_and_none_beyond_it(level: Level) -> None:
    offered = steps_from(level)
    assert offered[0] == level + 1
    assert max(offered) == offered[0]


def test_from_the_original_there_is_only_back() -> None:
    assert steps_from(Level.ORIGINAL) == [each for each in reversed(Level) if each.has_pixels]
