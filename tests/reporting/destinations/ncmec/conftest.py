"""What the tests of the CyberTipline's sender need: the moment at which it is, and small reports to change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from safelight.reporting.destinations.ncmec.model.contact import Email
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.incident import IncidentSummary, IncidentType
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reporter import Reporter


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)


@pytest.fixture
def report(now: datetime) -> Callable[..., Report]:
    """Make the smallest report there is, with some fields changed."""
    summary = IncidentSummary(incident_type=IncidentType.CSAM, incident_date_time=now - timedelta(days=1))
    reporter = Reporter(reporting_person=Person(emails=(Email(text="safety@example.org"),)))

    def make(**changes: Any) -> Report:
        return replace(Report(incident_summary=summary, reporter=reporter), **changes)

    return make


@pytest.fixture
def details() -> Callable[..., FileDetails]:
    """Make the smallest details of a file, with some fields changed."""

    def make(**changes: Any) -> FileDetails:
        return replace(FileDetails(report_id=4711, file_id="0123abcd"), **changes)

    return make
