"""What the tests of the CyberTipline's sender need: the moment at which it is, and small reports to change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from safelight.intake.media import Answer, Origin
from safelight.reporting.destinations.ncmec.model.contact import Email
from safelight.reporting.destinations.ncmec.model.file import FileDetails
from safelight.reporting.destinations.ncmec.model.incident import IncidentSummary, IncidentType
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.setup import Profile
from safelight.reporting.facts import CaseFacts, FileFacts
from safelight.review import decision as review
from safelight.review.exposure.viewing import Viewed


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


@pytest.fixture
def profile() -> Profile:
    """What a company says of itself."""
    reporter = Reporter(reporting_person=Person(emails=(Email(text="safety@example.org"),)))
    return Profile(reporter=reporter, esp_service="Example Pictures", platform="Example")


@pytest.fixture
def file_facts(now: datetime) -> Callable[..., FileFacts]:
    """Make what is known of a file, with some of it changed."""
    plain = FileFacts(
        evidence_id="e1",
        item_id=1,
        media_type="image/png",
        size_bytes=1,
        md5="a" * 32,
        sha1="b" * 40,
        sha256="c" * 64,
        arrived_at=now - timedelta(hours=1),
        origin=Origin(),
        viewed=Viewed(answer=Answer.UNKNOWN, sentence="Nobody knows."),
    )

    def make(**changes: Any) -> FileFacts:
        return replace(plain, **changes)

    return make


@pytest.fixture
def facts(now: datetime) -> Callable[..., CaseFacts]:
    """Make what is known of a case, with some of it changed."""
    plain = CaseFacts(
        case_id=1,
        subject_id="account 7",
        opened_at=now - timedelta(hours=1),
        detected_at=now - timedelta(hours=1),
        decided_at=now - timedelta(minutes=1),
        incident_type=review.IncidentType.CSAM,
    )

    def make(**changes: Any) -> CaseFacts:
        return replace(plain, **changes)

    return make
