"""What arrived is counted by the hour and by its result."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from safelight.clock import FixedClock
from safelight.database.transaction import read
from safelight.intake.counted import Counted
from safelight.intake.counting import count_media
from safelight.intake.queries import counts_between

HOUR = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _counted(media: int, verdict: str = "no_known_match", fault: str = "", treatment: str = "") -> Counted:
    return Counted(verdict=verdict, fault=fault, treatment=treatment, media=media)


def test_results_add_up_within_their_hour(engine, clock) -> None:
    held = _counted(2, "not_scanned", "timed_out", "hold")
    count_media(engine, clock, [_counted(3), held])
    count_media(engine, clock, [_counted(4)])
    count_media(engine, FixedClock(at=clock.at + timedelta(hours=1)), [_counted(5)])
    with read(engine) as tx:
        told = counts_between(tx, HOUR, HOUR + timedelta(hours=2))
        assert told == [(HOUR, _counted(7)), (HOUR, held), (HOUR + timedelta(hours=1), _counted(5))]
        assert counts_between(tx, HOUR + timedelta(hours=1), HOUR + timedelta(hours=2)) == told[2:]


def test_those_who_count_at_once_lose_nothing_and_do_not_block_each_other(engine, clock) -> None:
    batch = [_counted(1), _counted(1, "exact"), _counted(1, "not_scanned", "crashed", "hold")]
    batches = [batch, batch[::-1]] * 10
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: count_media(engine, clock, each), batches))
    with read(engine) as tx:
        assert [each.media for _, each in counts_between(tx, HOUR, HOUR + timedelta(hours=1))] == [20, 20, 20]
