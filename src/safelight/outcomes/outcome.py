"""Outcomes: what came of a report, as somebody learnt it. A later one deletes no earlier one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.errors import InvalidValue, UsageError
from safelight.outcomes.action import SLIP, check_moment
from safelight.reporting.report import Report, ReportState

LONGEST_REMARKS = 4000


class OutcomeKind(StrEnum):
    """What came of a report."""

    RECEIVED = "received"
    """Somebody there has it, and says so."""
    MORE_INFORMATION_ASKED = "more_information_asked"
    REFERRED = "referred"
    """It went on to another agency."""
    ACTED_ON = "acted_on"
    CLOSED_WITHOUT_ACTION = "closed_without_action"
    UNKNOWN = "unknown"
    """It was asked for, and nobody could say."""


class Part(StrEnum):
    """From whom it was learnt, by the part that they have; never by name."""

    AUTHORITY = "authority"
    POLICE = "police"
    COURT = "court"
    PLATFORM = "platform"
    OTHER = "other"


class CameBy(StrEnum):
    """How it came to be written down."""

    PERSON = "person"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutcome:
    """What somebody learnt of a report. `remarks` are kept sealed."""

    report_id: int
    kind: OutcomeKind
    learnt_at: datetime
    part: Part = Part.AUTHORITY
    remarks: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One outcome. `text_id` names the sealed remarks, None where there are none, or none any more."""

    id: int
    report_id: int
    kind: OutcomeKind
    part: Part
    came_by: CameBy
    learnt_at: datetime
    recorded_at: datetime
    text_id: str | None


def check_outcome(new: NewOutcome, report: Report, now: datetime) -> None:
    """Raise `InvalidValue` or `UsageError` for what cannot be an outcome of a report.

    It may be if (1) the report is filed: what a test host has counts as nothing, and (2) it was learnt after that, a
    day of slack for dates without a time, and not in the time to come.
    """
    if report.state is not ReportState.FILED or report.filed_at is None:
        raise UsageError(
            f"Report {report.id} is {report.state.value}: only what an authority has can come to something. Nothing "
            "was written down."
        )
    check_moment(new.learnt_at, now, "An outcome")
    if new.learnt_at < report.filed_at - SLIP:
        raise InvalidValue(f"Report {report.id} was filed only later than that. Nothing was written down.")
    check_remarks(new.remarks)


def check_remarks(remarks: str) -> None:
    """Raise `InvalidValue` for remarks that are too long. What they say is not told."""
    if len(remarks) > LONGEST_REMARKS:
        raise InvalidValue(f"Remarks have up to {LONGEST_REMARKS} characters. Nothing was written down.")


def outcome_target(outcome_id: int) -> str:
    """Return how the audit log names an outcome."""
    return f"outcome:{outcome_id}"
