"""A rate is one that can be kept."""

import pytest

from safelight.access.rate import MOST_AT_ONCE, MOST_PER_MINUTE, Rate, check_rate
from safelight.errors import InvalidValue


def test_a_rate_a_minute_is_a_rate_a_second() -> None:
    assert Rate(per_minute=90, burst=5).per_s == 1.5


@pytest.mark.parametrize(
    ("per_minute", "burst"), [(0, 1), (1, 0), (-1, 1), (MOST_PER_MINUTE + 1, 1), (1, MOST_AT_ONCE + 1)]
)
def test_a_rate_that_lets_nothing_through_or_everything_is_refused(per_minute: int, burst: int) -> None:
    check_rate(Rate(per_minute=MOST_PER_MINUTE, burst=MOST_AT_ONCE))
    with pytest.raises(InvalidValue):
        check_rate(Rate(per_minute=per_minute, burst=burst))
