"""Waiting doubles, has an end, and is forgotten."""

from datetime import UTC, datetime, timedelta

from safelight.access.signing_in.tries import Tries, TryRule, try_key

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RULE = TryRule(
    free=2, first_wait=timedelta(seconds=10), longest=timedelta(seconds=60), forgotten_after=timedelta(hours=1), most=50
)


def _wait(failures: int, since_s: float = 0) -> float | None:
    return Tries(failures=failures, failed_at=NOW - timedelta(seconds=since_s)).wait_s(RULE, NOW)


def test_it_doubles_up_to_its_longest() -> None:
    assert [_wait(failures) for failures in range(8)] == [0, 0, 10, 20, 40, 60, 60, 60]
    assert _wait(49) == 60


def test_it_passes_and_is_forgotten() -> None:
    assert _wait(3, 15) == 5
    assert _wait(3, 20) == 0
    assert _wait(50, 3599) is None
    assert _wait(50, 3600) == 0


def test_a_clock_that_stands_before_the_last_try_waits_no_less() -> None:
    assert _wait(3, -60) == 80


def test_keys_tell_kinds_and_texts_apart() -> None:
    assert len({try_key("name", "a"), try_key("address", "a"), try_key("name", "b"), try_key("name", "\ud800")}) == 4
