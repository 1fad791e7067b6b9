"""What one case counts as in the funnel. Against made-up houses it is held in tests/flow/outcomes/test_funnel.py."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.outcomes.measures import By, Rows, Stage, Step, funnel
from safelight.outcomes.outcome import OutcomeKind
from safelight.reporting.measured import FiledReport
from safelight.review.case import CaseState
from safelight.review.measured import CaseTimes, Source, SourceKind

_OPENED = datetime(2026, 11, 1, tzinfo=UTC)


def _at(hours: float) -> datetime:
    return _OPENED + timedelta(hours=hours)


def _case(number: int = 1, state: CaseState = CaseState.REPORTED, **more) -> CaseTimes:
    times = {"opened_at": _OPENED, "first_item_at": _OPENED, "confirmed_at": None, "last_found_at": None}
    return CaseTimes(**{"case_id": number, "state": state, "items": 2, **times, **more})


def _report(number: int = 1, case_id: int = 1, destination: str = "ncmec", hours: float = 10) -> FiledReport:
    return FiledReport(report_id=number, case_id=case_id, destination=destination, filed_at=_at(hours))


def _one(cases, reports=(), outcomes=(), by=()):
    sources = [(each.case_id, Source(kind=SourceKind.BANK, bank_name="b")) for each in cases]
    return funnel(Rows(cases=cases, sources=sources, reports=reports, first_outcomes=outcomes), by)


def _reached(row) -> set[Stage]:
    return {stage for stage, count in row.counts.items() if count}


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.SECOND_DUE, CaseState.LEAD_DUE, CaseState.REOPENED])
def test_a_case_that_somebody_has_not_decided_is_not_decided(state) -> None:
    (row,) = _one([_case(state=state, last_found_at=_at(1))])
    assert _reached(row) == {Stage.MATCHED, Stage.CASE}


def test_a_case_in_which_one_thing_is_confirmed_is_confirmed() -> None:
    (row,) = _one([_case(state=CaseState.OPEN, confirmed_at=_at(1), last_found_at=_at(2))])
    assert _reached(row) == {Stage.MATCHED, Stage.CASE, Stage.DECIDED, Stage.CONFIRMED}


@pytest.mark.parametrize(
    ("kinds", "stages"),
    [
        ([], set()),
        ([OutcomeKind.UNKNOWN], set()),
        ([OutcomeKind.RECEIVED], {Stage.RECEIVED}),
        ([OutcomeKind.REFERRED, OutcomeKind.UNKNOWN], {Stage.RECEIVED, Stage.REFERRED}),
        ([OutcomeKind.ACTED_ON, OutcomeKind.CLOSED_WITHOUT_ACTION], {Stage.RECEIVED, Stage.ACTED_ON}),
        ([OutcomeKind.MORE_INFORMATION_ASKED], {Stage.RECEIVED, Stage.MORE_INFORMATION_ASKED}),
    ],
)
def test_whatever_is_known_of_a_report_it_was_received(kinds, stages) -> None:
    learnt = [(1, kind, _at(20)) for kind in kinds]
    (row,) = _one([_case(confirmed_at=_at(1))], [_report()], learnt)
    decided = {Stage.MATCHED, Stage.CASE, Stage.DECIDED, Stage.CONFIRMED, Stage.REPORTED}
    assert _reached(row) == decided | stages


def test_of_two_reports_the_first_is_when_a_case_was_reported() -> None:
    cases = [_case(number, confirmed_at=_at(1)) for number in range(1, 6)]
    reports = [_report(number * 2 + at, number, hours=30 - 10 * at) for number in range(1, 6) for at in (0, 1)]
    learnt = [(number * 2, OutcomeKind.ACTED_ON, _at(50)) for number in range(1, 6)]
    (row,) = _one(cases, reports, learnt)
    medians = {step: spread.median_hours for step, spread in row.times.items()}
    assert medians == {
        Step.CASE_TO_DECISION: 1,
        Step.DECISION_TO_REPORT: 19,
        Step.REPORT_TO_RECEIPT: 30,
        Step.RECEIPT_TO_END: 0,
        Step.MATCH_TO_REPORT: 20,
    }


def test_a_case_without_a_source_and_without_a_report_has_its_own_row() -> None:
    rows = Rows(cases=[_case(state=CaseState.OPEN)], sources=[], reports=[], first_outcomes=[])
    (row,) = funnel(rows, list(By))
    assert (row.month, row.source, row.destination) == ("2026-11", "none", "")
