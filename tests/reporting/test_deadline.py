"""How loud it is that something is not reported yet."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.reporting.alarm import Matter, matter_of
from safelight.reporting.attempt import Attempt, AttemptState
from safelight.reporting.deadline import (
    LASTING,
    DeadlineRules,
    Level,
    Loud,
    deadline_of,
    expires_at,
    is_left_open,
    is_to_be_told,
)
from safelight.reporting.report import ReportState

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
RULES = DeadlineRules()


def attempt(state: AttemptState = AttemptState.OPEN, changed_at: datetime = NOON) -> Attempt:
    return Attempt(id=1, report_id=1, state=state, authority_id="7", begun_at=NOON, changed_at=changed_at)


@pytest.mark.parametrize(
    ("after", "level"),
    [
        (-DAY, Level.NONE),
        (timedelta(0), Level.NONE),
        (12 * HOUR - MINUTE, Level.NONE),
        (12 * HOUR, Level.SOON),
        (18 * HOUR - MINUTE, Level.SOON),
        (18 * HOUR, Level.DUE),
        (24 * HOUR - MINUTE, Level.DUE),
        (24 * HOUR, Level.OVERDUE),
        (1000 * DAY, Level.OVERDUE),
    ],
)
def test_it_grows_louder_as_the_time_runs_out(after: timedelta, level: Level) -> None:
    assert deadline_of(NOON, None, RULES).level_at(NOON + after) is level


def test_danger_shortens_the_time_and_never_lengthens_it() -> None:
    urgent = deadline_of(NOON, NOON + HOUR, RULES)
    assert (urgent.since_at, urgent.due_at) == (NOON + HOUR, NOON + 2 * HOUR)
    late = deadline_of(NOON, NOON + 30 * HOUR, RULES)
    assert late.due_at == NOON + 24 * HOUR


def test_what_is_open_at_an_authority_is_louder_than_all_else() -> None:
    assert max(Level) is Level.OPEN_AT_AUTHORITY
    assert sorted(LASTING) == [Level.HAND_OVER_DUE, Level.FAILED, Level.OVERDUE, Level.OPEN_AT_AUTHORITY]


def test_an_unfinished_report_expires_a_day_after_it_was_opened_or_an_hour_after_it_was_changed() -> None:
    assert expires_at(attempt()) == NOON + 24 * HOUR
    assert expires_at(attempt(changed_at=NOON + 30 * HOUR)) == NOON + 31 * HOUR


@pytest.mark.parametrize("state", list(AttemptState))
def test_only_what_may_still_be_open_is_left_open(state: AttemptState) -> None:
    may_be = state in {AttemptState.OPENING, AttemptState.OPEN, AttemptState.FINISHING}
    assert is_left_open(attempt(state), NOON + 16 * MINUTE, RULES) is may_be
    assert not is_left_open(attempt(state), NOON + 15 * MINUTE, RULES)


@pytest.mark.parametrize(
    ("level", "was", "told_at", "is_told"),
    [
        (Level.NONE, Level.NONE, None, False),
        (Level.SOON, Level.NONE, None, True),
        (Level.SOON, Level.SOON, NOON - 2 * DAY, False),
        (Level.DUE, Level.SOON, NOON, True),
        (Level.OVERDUE, Level.OVERDUE, NOON - DAY + MINUTE, False),
        (Level.OVERDUE, Level.OVERDUE, NOON - DAY, True),
        (Level.OVERDUE, Level.OVERDUE, NOON + MINUTE, False),  # clocks of several machines differ
        (Level.OVERDUE, Level.OVERDUE, NOON + HOUR, True),  # the clock was set back
        (Level.DUE, Level.OVERDUE, NOON - 2 * DAY, False),
    ],
)
def test_a_rise_is_told_once_and_what_lasts_daily(
    level: Level, was: Level, told_at: datetime | None, is_told: bool
) -> None:
    assert is_to_be_told(level, was, told_at, NOON) is is_told


def test_what_is_loud_says_by_numbers_and_times_what_it_is_and_what_to_do() -> None:
    case = Loud(level=Level.DUE, case_id=3, since_at=NOON, due_at=NOON + DAY)
    assert case.sentence == (
        "Case 3 is to be reported by 2026-11-30 12:00 UTC: no report of it is begun. Report it now."
    )
    begun = {"report_id": 5, "state": ReportState.FILING, "since_at": NOON}
    late = Loud(level=Level.OVERDUE, case_id=3, due_at=NOON, **begun)
    assert late.sentence.startswith("Case 3 was to be reported by 2026-11-29 12:00 UTC: report 5 is filing.")
    left = Loud(level=Level.OPEN_AT_AUTHORITY, case_id=3, is_of_report=True, due_at=NOON + DAY, **begun)
    assert "expires on 2026-11-30 12:00 UTC" in left.sentence
    failed = Loud(level=Level.FAILED, case_id=3, is_of_report=True, **begun)
    assert failed.sentence.startswith("Report 5 of case 3 failed.")
    assert sorted([case, late, failed, left], key=lambda each: each.loudness) == [left, late, failed, case]
    assert [matter_of(each) for each in (case, late, left)] == [
        Matter(case_id=3),
        Matter(case_id=3),
        Matter(case_id=3, report_id=5),
    ]
