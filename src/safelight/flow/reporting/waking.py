"""Waking: letting what waits to be filed be tried now, also where its job is gone."""

from datetime import timedelta

from safelight.clock import Clock
from safelight.database.transaction import Tx, read
from safelight.flow.reporting.filing import FILE_REPORT, PARKED_FOR, filing_key
from safelight.jobs.queries import find_open_job
from safelight.jobs.queue import enqueue
from safelight.jobs.run import Run
from safelight.reporting import queries
from safelight.reporting.report import ReportState

_PAGE = 1000
_LONGEST = PARKED_FOR + timedelta(hours=1)


def waiting_reports(tx: Tx, destination: str | None = None) -> list[int]:
    """Return the reports that wait to be filed, at a destination or at any, in the order of their jobs' keys."""
    waiting: list[int] = []
    for state in (ReportState.APPROVED, ReportState.FILING):
        after = 0
        while page := queries.page_reports(tx, state=state, destination=destination, after_id=after, limit=_PAGE):
            waiting += [each.id for each in page]
            after = page[-1].id
    return sorted(waiting)


def wake(tx: Tx, clock: Clock, report_id: int) -> None:
    """Let a report be tried now, if this transaction commits. Who wakes several does so in the order of their numbers.

    Who also changes the report wakes it first: a worker locks its job before the report, and nobody does it otherwise.
    """
    enqueue(tx, clock, kind=FILE_REPORT, args={"report": report_id}, key=filing_key(report_id))


def wake_forgotten(run: Run) -> None:
    """Wake what nothing else will in time: its job is dead, or waits for a day that a wrong clock named.

    A report that is due does not become less due because something unforeseen happened many times.
    """
    with read(run.engine) as tx:
        forgotten = [each for each in waiting_reports(tx) if _is_forgotten(tx, run.clock, each)]
    if forgotten:
        with run.step() as tx:
            for report_id in forgotten:
                wake(tx, run.clock, report_id)


def _is_forgotten(tx: Tx, clock: Clock, report_id: int) -> bool:
    job = find_open_job(tx, filing_key(report_id))
    return job is None or job.due_at > clock.now() + _LONGEST
