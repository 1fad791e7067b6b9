"""Questions about reports. All are read-only, and tell nothing of what is sealed."""

from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, NotFound
from safelight.reporting.attempt import Attempt, SentFile
from safelight.reporting.call import Call
from safelight.reporting.report import LARGEST_REPORT_ID, Report, ReportState, check_report_id
from safelight.reporting.report_key import SealedCall, SealedContent
from safelight.reporting.store import attempt_rows, call_rows, report_rows

LONGEST_PAGE = 1000


def find_report(tx: Tx, report_id: int) -> Report:
    """Return a report. Raises `NotFound`, `InvalidValue` for what is no number of a report."""
    check_report_id(report_id)
    found = report_rows.find(tx, report_id)
    if found is None:
        raise missing_report(report_id)
    return found


def find_marked(tx: Tx, mark: str) -> Report | None:
    """Return the report of a mark; None where there is none."""
    return report_rows.find_marked(tx, mark)


def missing_report(report_id: int) -> NotFound:
    """Return the error that says that there is no such report."""
    return NotFound(f"There is no report {report_id}.")


def page_reports(
    tx: Tx,
    *,
    state: ReportState | None = None,
    case_id: int | None = None,
    destination: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> list[Report]:
    """Return up to `limit` reports whose number follows, the oldest first. Raises `InvalidValue` for no sense."""
    if not (1 <= limit <= LONGEST_PAGE and 0 <= after_id <= LARGEST_REPORT_ID):
        raise InvalidValue(f"A page has 1 to {LONGEST_PAGE} rows, and they are counted from 1.")
    asked = {"state": None if state is None else state.value, "case_id": case_id, "destination": destination}
    return report_rows.page(tx, asked, after_id=after_id, limit=limit)


def count_reports(tx: Tx) -> dict[ReportState, int]:
    """Return how many reports there are in each state; states without any are left out."""
    return report_rows.count_states(tx)


def count_open(tx: Tx) -> int:
    """Return how many reports are open at an authority and neither finished nor retracted, as far as is known here."""
    return attempt_rows.count_open(tx)


def latest_calls(tx: Tx, report_id: int, *, limit: int = 50) -> list[Call]:
    """Return up to `limit` calls of a report, the latest first."""
    return call_rows.latest(tx, report_id, limit)


def last_call(tx: Tx, report_id: int) -> Call | None:
    """Return the latest call of a report; None where none was made."""
    return call_rows.last(tx, report_id)


def receipt_was_doubted(tx: Tx, attempt_id: int) -> bool:
    """Say whether the authority answered that an attempt is finished, in a way that was not believed."""
    return call_rows.has_doubted_finish(tx, attempt_id)


def attempts_of(tx: Tx, report_id: int) -> list[Attempt]:
    """Return the attempts of a report, in their order."""
    return attempt_rows.of_report(tx, report_id)


def files_of(tx: Tx, attempt_id: int) -> list[SentFile]:
    """Return the files that an attempt sent."""
    return attempt_rows.files_of(tx, attempt_id)


def calls_of(tx: Tx, report_id: int, *, after_id: int = 0, limit: int = 100) -> list[Call]:
    """Return up to `limit` calls of a report, in their order."""
    return call_rows.of_report(tx, report_id, after_id=after_id, limit=limit)


def find_call(tx: Tx, report_id: int, call_id: int) -> Call:
    """Return a call of a report. Raises `NotFound` where the report has none of that number."""
    found = call_rows.find(tx, report_id, call_id) if 1 <= call_id <= LARGEST_REPORT_ID else None
    if found is None:
        raise NotFound(f"Report {report_id} has no call {call_id}.")
    return found


def sealed_content(tx: Tx, report_id: int) -> SealedContent:
    """Return what a report says, sealed. Raises `NotFound` where that was erased."""
    found = report_rows.find_sealed(tx, report_id)
    if found is None:
        raise NotFound(f"There is no content of report {report_id}: there is no such report, or it was erased.")
    mark, wrapped, sealed = found
    return SealedContent(mark=mark, wrapped=wrapped, sealed=sealed)


def sealed_call(tx: Tx, call_id: int) -> SealedCall:
    """Return what a call sent and what came, sealed. Raises `NotFound`."""
    found = call_rows.find_sealed(tx, call_id)
    if found is None:
        raise NotFound(f"There is no call {call_id}.")
    return SealedCall(name=found[0], sent=found[1], received=found[2])
