from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from safelight.banks.control import EntryControl, Opinion
from safelight.banks.flood import FloodRule, Past, hour_of, hours_between, judge_flood, kept_since

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
RULE = FloodRule()
PLAIN = EntryControl(entry_id=1, bank_id=1)
QUIET = Past(media=0, hours=720)


def test_the_rule_is_a_hundred_media_and_ten_times_the_mean_of_thirty_days_unless_set() -> None:
    assert FloodRule(minimum=100, factor=10, days=30) == RULE


@pytest.mark.parametrize(
    ("count", "past", "floods"),
    [
        (99, QUIET, False),
        (100, QUIET, True),
        (100, Past(media=720 * 10, hours=720), True),  # a mean of 10 an hour: ten times that is 100
        (100, Past(media=720 * 10 + 72, hours=720), False),
        (119, Past(media=12 * 48, hours=48), False),  # a mean of 12, of an entry that is two days old
        (120, Past(media=12 * 48, hours=48), True),
    ],
)
def test_an_entry_floods_at_the_minimum_and_at_the_factor_of_its_mean_hour(
    count: int, past: Past, *, floods: bool
) -> None:
    assert bool(judge_flood(RULE, count, past, PLAIN, NOW)) is floods


def test_of_an_entry_without_a_past_the_minimum_alone_decides_and_the_reason_says_so() -> None:
    nothing = Past(media=0, hours=0)
    assert judge_flood(RULE, 99, nothing, PLAIN, NOW) is None
    assert "no past" in str(judge_flood(RULE, 100, nothing, PLAIN, NOW))


def test_the_reason_gives_the_figures() -> None:
    assert judge_flood(RULE, 250, Past(media=36, hours=720), PLAIN, NOW) == (
        "matched 250 media in an hour, against 36 in the 720 hours before"
    )


def test_an_entry_that_our_reviewers_confirmed_is_never_taken_for_a_flood() -> None:
    assert judge_flood(RULE, 10_000, QUIET, replace(PLAIN, opinion=Opinion.CONFIRMED), NOW) is None
    assert judge_flood(RULE, 10_000, QUIET, replace(PLAIN, opinion=Opinion.DECONFIRMED), NOW)


def test_an_entry_in_quarantine_is_not_put_there_again() -> None:
    assert judge_flood(RULE, 10_000, QUIET, replace(PLAIN, quarantined_at=NOW), NOW) is None


def test_an_entry_that_was_released_needs_twice_what_it_was_released_with() -> None:
    released = replace(PLAIN, released_at=NOW - timedelta(days=29), released_count=150)
    assert judge_flood(RULE, 299, QUIET, released, NOW) is None
    assert judge_flood(RULE, 300, QUIET, released, NOW)


def test_a_release_that_lies_further_back_than_the_rule_looks_counts_no_more() -> None:
    released = replace(PLAIN, released_at=NOW - timedelta(days=31), released_count=150)
    assert judge_flood(RULE, 100, QUIET, released, NOW)


def test_hours_begin_in_utc_wherever_the_clock_stands() -> None:
    elsewhere = timezone(timedelta(hours=5, minutes=30))
    assert hour_of(NOW.astimezone(elsewhere)) == datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "hours"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=29), 0),
        (timedelta(minutes=31), 1),
        (timedelta(days=2), 48),
        (timedelta(days=400), 720),
    ],
)
def test_an_entry_has_as_much_past_as_it_was_there_and_the_rule_looks_back(age: timedelta, hours: int) -> None:
    assert hours_between(NOW - age, NOW, RULE) == hours


def test_counts_are_kept_as_long_as_the_rule_looks_back() -> None:
    assert kept_since(FloodRule(days=2), NOW) == datetime(2026, 11, 21, 12, tzinfo=UTC)
