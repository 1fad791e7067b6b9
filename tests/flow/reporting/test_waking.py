"""What waits to be filed is tried, whatever became of its job."""

from datetime import timedelta

import pytest

from safelight.database.transaction import read, write
from safelight.errors import UsageError
from safelight.flow.reporting import drafting
from safelight.flow.reporting.deadlines import RAISE_REPORT_ALARMS, Alarming
from safelight.flow.reporting.filing import filing_key
from safelight.jobs import store
from safelight.jobs.job import JobState
from safelight.jobs.queries import find_open_job
from safelight.jobs.queue import enqueue
from safelight.jobs.worker import Worker
from safelight.reporting.deadline import DeadlineRules
from safelight.reporting.report import Report, ReportState


def look(office) -> None:
    """Let the clock job that tells of deadlines look once."""
    handlers = Alarming(rules=DeadlineRules(), tell=office.told.append).handlers()
    with write(office.place.engine) as tx:
        enqueue(tx, office.clock, kind=RAISE_REPORT_ALARMS)
    Worker(office.place.engine, office.clock, handlers, name="clock").run_due()


def job_of(office, report: Report):
    with read(office.place.engine) as tx:
        return find_open_job(tx, filing_key(report.id))


def bury(office, report: Report) -> None:
    with write(office.place.engine) as tx:
        store.end(tx, job_of(office, report).id, state=JobState.DEAD, reason="unforeseen", now=office.clock.now())


def test_a_report_whose_job_is_dead_is_given_another_by_the_clock(office) -> None:
    report = office.approved()
    bury(office, report)
    look(office)
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILED
    look(office)
    assert job_of(office, report) is None  # what is filed is given none


def test_a_report_that_waits_for_a_day_that_a_wrong_clock_named_is_tried_now(office) -> None:
    report = office.approved()
    with write(office.place.engine) as tx:
        at = office.clock.now() + timedelta(days=10)
        store.wait(tx, job_of(office, report).id, due_at=at, reason="", begins_anew=True)
    look(office)
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILED


def test_a_report_that_waits_for_its_turn_waits_on(office) -> None:
    report = office.approved()
    office.worker(office.line(fault=lambda _kind: "later")).run_due()
    due_at = job_of(office, report).due_at
    look(office)
    assert job_of(office, report).due_at == due_at


def test_a_person_lets_a_report_be_tried_whose_job_is_dead(office) -> None:
    report = office.approved()
    bury(office, report)
    drafting.retry_report(office.desk(), report.id, reason="nothing happens to it")
    office.worker().run_due()
    assert office.find(report.id).state is ReportState.FILED
    with pytest.raises(UsageError, match="no way to retry"):
        drafting.retry_report(office.desk(), report.id, reason="once more")
    assert job_of(office, report) is None
