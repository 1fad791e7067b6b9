"""How long things took is told as a median and a ninetieth percentile, where there are enough of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from safelight.outcomes.spread import FEWEST_TIMES, Times, month_of

_BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


def _spread(hours):
    times = Times()
    for each in hours:
        times.add(_BEGAN, _BEGAN + timedelta(hours=each))
    return times.spread()


def test_of_fewer_than_five_no_time_is_told() -> None:
    assert FEWEST_TIMES == 5
    found = _spread([1, 2, 3, 4])
    assert (found.count, found.median_hours, found.p90_hours) == (4, None, None)


def test_median_and_ninetieth_percentile_are_of_the_times_that_there_were() -> None:
    found = _spread(range(1, 11))
    assert (found.count, found.median_hours, found.p90_hours) == (10, 5.5, 9.0)


@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=60))
def test_nine_of_ten_took_no_longer_than_the_ninetieth_percentile(hours) -> None:
    found = _spread(hours)
    assert sum(each <= found.p90_hours for each in hours) >= 0.9 * len(hours)
    assert found.p90_hours in hours


def test_what_is_not_known_is_no_time_and_what_ends_before_it_began_took_none() -> None:
    times = Times()
    for pair in ((None, _BEGAN), (_BEGAN, None), (None, None)):
        times.add(*pair)
    assert times.spread().count == 0
    assert _spread([-5] * 5).median_hours == 0


def test_months_are_of_utc() -> None:
    assert month_of(datetime.fromisoformat("2027-01-01T00:30:00+01:00")) == "2026-12"
