"""Questions that measure reports. What a test host has counts as nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.reporting.measured import FiledReport
from safelight.reporting.store import measure_rows


def each_filed(tx: Tx, since: datetime, until: datetime | None = None) -> Iterator[FiledReport]:
    """Give the reports that were filed in a time, or since a moment, by the numbers of their cases."""
    return measure_rows.each_filed(tx, since, until)


def find_filed(tx: Tx, report_ids: Sequence[int]) -> dict[int, FiledReport]:
    """Return those of these reports that are filed, by their numbers."""
    found: dict[int, FiledReport] = {}
    for part in in_parts(report_ids):
        found |= {each.report_id: each for each in measure_rows.find_filed(tx, list(part))}
    return found
