"""Reports: what each is about, where it goes, and where it stands. Every rule is a function of this page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from safelight.audit.entry import MAX_DETAIL_LENGTH
from safelight.errors import InvalidValue, UsageError

LONGEST_REASON = 1000
LONGEST_RECEIPT = MAX_DETAIL_LENGTH
"""An authority's reference is a detail in the audit log, word for word."""

LARGEST_REPORT_ID = 2**63 - 1


class ReportState(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    """It is being written."""
    APPROVAL_DUE = "approval_due"
    """It is complete, as somebody says, and waits for a person's approval."""
    APPROVED = "approved"
    """It waits to be filed."""
    FILING = "filing"
    """It is on its way: the authority may have a part of it."""
    HAND_OVER_DUE = "hand_over_due"
    """It is made, and a person must hand it over: its authority has no wire."""
    FILED = "filed"
    """The authority has it."""
    TRIED = "tried"
    """A test host has it. That counts as nothing."""
    FAILED = "failed"
    """It was refused, or nobody here knows whether it is filed, and a person must see to it."""
    WITHDRAWN = "withdrawn"
    """It was given up before it was finished at the authority."""


class Move(StrEnum):
    """What happens to a report."""

    EDIT = "edit"
    COMPLETE = "complete"
    APPROVE = "approve"
    RETURN = "return"
    """Whoever was to approve it gives it back."""
    BEGIN = "begin"
    """A worker begins to file it, once or again."""
    MAKE = "make"
    """It is whole, and lies ready to be handed over."""
    FILE = "file"
    TRY = "try"
    FAIL = "fail"
    DOUBT = "doubt"
    """A backup was restored in which it is not filed, and it may have been filed since."""
    LEARN = "learn"
    """It failed, and a person learnt that its authority has it all the same."""
    RETRY = "retry"
    """It failed for reasons outside of what it says, and is to be filed as it is."""
    WITHDRAW = "withdraw"


_DRAFT, _DUE, _APPROVED = ReportState.DRAFT, ReportState.APPROVAL_DUE, ReportState.APPROVED
_FILING, _MADE, _FAILED = ReportState.FILING, ReportState.HAND_OVER_DUE, ReportState.FAILED

MOVES: Mapping[Move, Mapping[ReportState, ReportState]] = MappingProxyType(
    {
        Move.EDIT: dict.fromkeys((_DRAFT, _DUE, _FAILED), _DRAFT),
        Move.COMPLETE: {_DRAFT: _DUE},
        Move.APPROVE: {_DUE: _APPROVED},
        Move.RETURN: {_DUE: _DRAFT},
        Move.BEGIN: dict.fromkeys((_APPROVED, _FILING), _FILING),
        Move.MAKE: {_FILING: _MADE},
        Move.FILE: dict.fromkeys((_FILING, _MADE), ReportState.FILED),
        Move.TRY: {_FILING: ReportState.TRIED},
        Move.FAIL: {_FILING: _FAILED},
        Move.DOUBT: dict.fromkeys((_APPROVED, _FILING, _FAILED), _FAILED),
        Move.LEARN: {_FAILED: ReportState.FILED},
        Move.RETRY: {_FAILED: _APPROVED},
        Move.WITHDRAW: dict.fromkeys((_DRAFT, _DUE, _APPROVED, _FILING, _MADE, _FAILED), ReportState.WITHDRAWN),
    }
)
"""From which states each move is allowed, and where it leads. What is not here cannot happen."""

ENDED = frozenset({ReportState.FILED, ReportState.TRIED, ReportState.WITHDRAWN})
"""The states from which nothing leads on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. `mark` is our own name for it, which its authority is told too.

    `destination` is a channel's name; `is_test`: what it is filed with counts as nothing. `follows_id` is the report
    that it adds to. `tries` counts how often it was begun to be filed. `receipt` is the authority's name for it once it
    is filed; `failure` says why it failed, of a draft why it was given back. `withdrawal`: somebody wants it given up.
    """

    id: int
    mark: str
    case_id: int
    destination: str
    is_test: bool
    state: ReportState
    follows_id: int | None
    drafted_at: datetime
    completed_by: str
    approved_by: str
    approved_at: datetime | None
    filed_at: datetime | None
    tries: int
    receipt: str
    failure: str
    withdrawal: bool


def state_after(move: Move, report: Report) -> ReportState:
    """Return the state that a move leads to. Raises `UsageError` where it is not allowed."""
    found = MOVES[move].get(report.state)
    if found is None:
        allowed = ", ".join(sorted(MOVES[move]))
        raise UsageError(
            f"Report {report.id} is {report.state.value}, and there is no way to {move.value} it. Nothing was changed. "
            f"That can be done to a report that is: {allowed}."
        )
    return found


def report_target(report_id: int) -> str:
    """Return how the audit log names a report."""
    return f"report:{report_id}"


def check_report_id(report_id: int) -> None:
    """Raise `InvalidValue` for a number that no report can have."""
    if not 1 <= report_id <= LARGEST_REPORT_ID:
        raise InvalidValue(f"{report_id} is no number of a report: they are counted from 1.")


def check_receipt(receipt: str) -> None:
    """Raise `InvalidValue` for what can be no authority's reference, or is longer than the audit log keeps."""
    if not receipt.strip() or len(receipt) > LONGEST_RECEIPT or not receipt.isprintable():
        raise InvalidValue(
            f"Say the authority's reference for the report, in up to {LONGEST_RECEIPT} characters. Nothing was changed."
        )


def check_reason(reason: str) -> None:
    """Raise `InvalidValue` unless somebody says why."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidValue(f"That takes a reason of up to {LONGEST_REASON} characters. Nothing was changed.")
