"""What contradicts itself is mended, and what does not is left as it is."""

from datetime import UTC, datetime

from safelight.reporting.destinations.ncmec.model.account import TemporarilyDisabled
from safelight.reporting.destinations.ncmec.model.contact import Address, Email
from safelight.reporting.destinations.ncmec.model.file import FileAnnotation, FileDetails, FileRelevance
from safelight.reporting.destinations.ncmec.model.incident import IncidentSummary, IncidentType
from safelight.reporting.destinations.ncmec.model.internet import EmailIncident, InternetDetails
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.testing.ncmec_mending import mended, mended_report

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def test_what_is_right_is_left() -> None:
    person = Person(first_name="x")
    assert mended(person) is person
    assert mended(Address(state="CA")) == Address(state="CA")


def test_of_two_that_exclude_each_other_one_goes() -> None:
    assert mended(Address(state="CA", non_usa_state="Kent")) == Address(non_usa_state="Kent")
    state = TemporarilyDisabled(is_disabled=True, disabled_date=LATE, user_notified_date=EARLY, reenabled_date=EARLY)
    assert mended(state) == TemporarilyDisabled(is_disabled=True, disabled_date=LATE, user_notified_date=LATE)
    file = FileDetails(
        report_id=1,
        file_id="f",
        exif_viewed_by_esp=True,
        file_relevance=FileRelevance.SUPPLEMENTAL,
        file_annotations=frozenset({FileAnnotation.POTENTIAL_MEME}),
    )
    told = mended(file)
    assert (told.file_viewed_by_esp, told.file_annotations) == (True, frozenset())


def test_addresses_of_nobody_go_and_who_reports_has_one() -> None:
    nobody, somebody = Email(text="a@example.org"), Email(text="b@example.org")
    report = Report(
        incident_summary=IncidentSummary(incident_type=IncidentType.CSAM, incident_date_time=EARLY),
        internet_details=(InternetDetails(incident=EmailIncident(email_addresses=(nobody,))),),
        reporter=mended(Reporter(reporting_person=Person())),
        reported=(PersonOrUserReported(person=Person(emails=(somebody,))), PersonOrUserReported()),
    )
    told = mended_report(report)
    assert told.internet_details[0].incident == EmailIncident(email_addresses=(somebody,))
    assert len(told.reported) == 1
    assert told.reporter.reporting_person.emails
