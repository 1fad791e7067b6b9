"""Reports go their way by the table, and nothing leads on from their end."""

from datetime import UTC, datetime

import pytest

from safelight.audit.entry import check_details
from safelight.errors import InvalidValue, UsageError
from safelight.reporting.report import (
    ENDED,
    MOVES,
    Move,
    Report,
    ReportState,
    check_reason,
    check_receipt,
    check_report_id,
    state_after,
)


def report(state: ReportState) -> Report:
    return Report(
        id=3,
        mark="m",
        case_id=1,
        destination="authority",
        is_test=False,
        state=state,
        follows_id=None,
        drafted_at=datetime(2026, 11, 29, tzinfo=UTC),
        completed_by="",
        approved_by="",
        approved_at=None,
        filed_at=None,
        tries=0,
        receipt="",
        failure="",
        withdrawal=False,
    )


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", ReportState)
def test_what_is_not_in_the_table_cannot_happen(move: Move, state: ReportState) -> None:
    if state in MOVES[move]:
        assert state_after(move, report(state)) is MOVES[move][state]
    else:
        with pytest.raises(UsageError, match="Nothing was changed"):
            state_after(move, report(state))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_leads_on_from_an_end(state: ReportState) -> None:
    assert not any(state in moves for moves in MOVES.values())


def test_only_what_was_approved_is_ever_begun() -> None:
    assert set(MOVES[Move.BEGIN]) == {ReportState.APPROVED, ReportState.FILING}
    assert {state for move in MOVES.values() for state, after in move.items() if after is ReportState.APPROVED} == {
        ReportState.APPROVAL_DUE,
        ReportState.FAILED,  # it was approved as it is, and nobody changed it since
    }
    assert MOVES[Move.EDIT][ReportState.FAILED] is ReportState.DRAFT


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_reason_is_said_and_no_essay(reason: str) -> None:
    with pytest.raises(InvalidValue):
        check_reason(reason)


def test_a_reference_is_no_longer_than_the_audit_log_keeps() -> None:
    check_receipt("D" * 100)
    check_details({"receipt": "D" * 100})
    for wrong in ("D" * 101, " ", "D\n7"):
        with pytest.raises(InvalidValue, match="up to 100 characters"):
            check_receipt(wrong)


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_a_number_that_no_report_can_have_is_refused(number: int) -> None:
    with pytest.raises(InvalidValue):
        check_report_id(number)
