import itertools

from safelight.review.exposure.level import BOUNDS, Level


def test_the_card_alone_has_no_pixels() -> None:
    assert [level for level in Level if not level.has_pixels] == [Level.CARD]
    assert set(BOUNDS) == set(Level) - {Level.CARD}


def test_each_level_shows_more_than_the_one_before() -> None:
    for below, above in itertools.pairwise(BOUNDS[level] for level in sorted(BOUNDS)):
        assert (below.most_side, below.most_detail) < (above.most_side, above.most_detail)
        assert below.most_detail <= below.most_side
