"""What is measured of reports."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from safelight.database.transaction import Tx
from safelight.reporting.measured import FiledReport
from safelight.reporting.report import ReportState
from safelight.reporting.store.tables import reports


def each_filed(tx: Tx, since: datetime, until: datetime | None) -> Iterator[FiledReport]:
    """Give the reports that were filed in a time, by the numbers of their cases and then their own."""
    asked = select(reports.c.id, reports.c.case_id, reports.c.destination, reports.c.filed_at)
    asked = asked.where(reports.c.state == ReportState.FILED.value, reports.c.is_test.is_(False))
    asked = asked.where(reports.c.filed_at >= since).order_by(reports.c.case_id, reports.c.id)
    if until is not None:
        asked = asked.where(reports.c.filed_at < until)
    for number, case_id, destination, filed_at in tx.execute(asked):
        yield FiledReport(report_id=number, case_id=case_id, destination=destination, filed_at=filed_at)


def find_filed(tx: Tx, report_ids: list[int]) -> list[FiledReport]:
    """Return these reports, of those that are filed."""
    asked = select(reports.c.id, reports.c.case_id, reports.c.destination, reports.c.filed_at)
    asked = asked.where(reports.c.state == ReportState.FILED.value, reports.c.is_test.is_(False))
    return [
        FiledReport(report_id=row.id, case_id=row.case_id, destination=row.destination, filed_at=row.filed_at)
        for row in tx.execute(asked.where(reports.c.id.in_(report_ids)))
    ]
