"""What can come of a report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue, UsageError
from safelight.outcomes.outcome import NewOutcome, OutcomeKind, check_outcome
from safelight.reporting.report import Report, ReportState

_NOW = datetime(2026, 11, 10, tzinfo=UTC)
_FILED = _NOW - timedelta(days=5)
_REPORT = Report(
    id=1,
    mark="m",
    case_id=1,
    destination="ncmec",
    is_test=False,
    state=ReportState.FILED,
    follows_id=None,
    drafted_at=_FILED,
    completed_by="",
    approved_by="",
    approved_at=None,
    filed_at=_FILED,
    tries=1,
    receipt="77",
    failure="",
    withdrawal=False,
)
_NEW = NewOutcome(report_id=1, kind=OutcomeKind.RECEIVED, learnt_at=_NOW)


@pytest.mark.parametrize("state", [each for each in ReportState if each is not ReportState.FILED])
def test_only_what_an_authority_has_comes_to_something(state) -> None:
    with pytest.raises(UsageError, match=state.value):
        check_outcome(_NEW, replace(_REPORT, state=state), _NOW)


def test_it_is_learnt_after_the_report_was_filed_and_not_in_the_time_to_come() -> None:
    for at in (_FILED - timedelta(hours=20), _FILED, _NOW + timedelta(hours=20)):
        check_outcome(replace(_NEW, learnt_at=at), _REPORT, _NOW)
    for at in (_FILED - timedelta(hours=25), _NOW + timedelta(hours=25), _NOW.replace(tzinfo=None)):
        with pytest.raises(InvalidValue):
            check_outcome(replace(_NEW, learnt_at=at), _REPORT, _NOW)


def test_remarks_that_are_too_long_are_not_told() -> None:
    with pytest.raises(InvalidValue) as refused:
        check_outcome(replace(_NEW, remarks="secret" * 1000), _REPORT, _NOW)
    assert "secret" not in str(refused.value)
    assert "secret" not in repr(replace(_NEW, remarks="secret"))
