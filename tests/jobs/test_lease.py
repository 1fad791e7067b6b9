"""The times of leases fit each other."""

from datetime import timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.jobs.lease import USUAL_TIMES, LeaseTimes


def test_a_usual_lease_is_a_minute_and_outlasts_two_lost_beats() -> None:
    assert USUAL_TIMES.lease >= timedelta(seconds=60)
    assert USUAL_TIMES.beat * 3 <= USUAL_TIMES.lease


@pytest.mark.parametrize("wrong", [{"beat": 31}, {"look": 3}, {"beat": 0}, {"look": 0}])
def test_times_that_would_lose_jobs_of_workers_that_live_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidValue, match="at least two beats"):
        LeaseTimes(**{name: timedelta(seconds=seconds) for name, seconds in wrong.items()})
