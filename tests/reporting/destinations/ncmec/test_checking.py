"""What is wrong is told with its path. Made-up reports, valid ones and broken ones: test_both_readings.py."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safelight.errors import InvalidValue
from safelight.reporting.destinations.ncmec.checking import check_file, check_report, check_submission
from safelight.reporting.destinations.ncmec.model.file import Details, DetailType, FileDetails
from safelight.reporting.destinations.ncmec.model.internet import InternetDetails, WebPageIncident
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.victim import Victim
from safelight.reporting.form.fault import Fault, refuse_faults

MakeReport = Callable[..., Report]
MakeDetails = Callable[..., FileDetails]


def test_what_is_compulsory_and_missing_is_named(report: MakeReport, now: datetime) -> None:
    bare = report(incident_summary=None, reporter=None)
    assert [fault.path for fault in check_report(bare, now)] == ["report/incidentSummary", "report/reporter"]
    summary = replace(report().incident_summary, incident_date_time=None, incident_type=None)
    assert [fault.path for fault in check_report(report(incident_summary=summary), now)] == [
        "report/incidentSummary/incidentType",
        "report/incidentSummary/incidentDateTime",
    ]


def test_a_victim_needs_a_person_and_details_need_a_pair(
    report: MakeReport, details: MakeDetails, now: datetime
) -> None:
    nobody = report(victims=(Victim(person=Person()), replace(Victim(person=Person()), person=None)))
    assert [fault.path for fault in check_report(nobody, now)] == ["report/victim[2]/victimPerson"]
    empty = details(details=(Details(type=DetailType.EXIF, pairs=()),))
    assert [fault.path for fault in check_file(empty, now)] == ["fileDetails/details[1]/nameValuePair"]


def test_what_is_none_of_the_eight_forms_is_refused(report: MakeReport, now: datetime) -> None:
    odd = replace(InternetDetails(incident=WebPageIncident()), incident=Person())
    faults = check_report(report(internet_details=(odd,)), now)
    assert [fault.path for fault in faults] == ["report/internetDetails[1]"]


def test_what_is_no_report_at_all_is_refused(now: datetime) -> None:
    assert [fault.path for fault in check_report(Person(), now)] == ["report"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("seconds", "is_late"), [(0, True), (4.999, True), (5, False)])
def test_an_incident_lies_five_seconds_back(report: MakeReport, now: datetime, seconds: float, is_late: bool) -> None:
    at = now - timedelta(seconds=seconds)
    faults = check_report(report(incident_summary=replace(report().incident_summary, incident_date_time=at)), now)
    assert [fault.path for fault in faults] == (["report/incidentSummary/incidentDateTime"] if is_late else [])


def test_faults_of_a_submission_name_the_file(report: MakeReport, details: MakeDetails, now: datetime) -> None:
    faults = check_submission(report(), [details(), details(report_id=0)], now)
    assert [fault.path for fault in faults] == ["fileDetails[2]/reportId"]


def test_refusing_tells_the_faults_and_counts_the_rest() -> None:
    refuse_faults([])
    faults = [Fault(path=f"report/victim[{place}]", sentence="This is blank.") for place in range(1, 24)]
    with pytest.raises(InvalidValue, match=r"nothing was sent. report/victim\[1\]: This is blank.*And 3 more"):
        refuse_faults(faults)


def test_no_sentence_holds_what_the_field_holds(report: MakeReport) -> None:
    secret = "tell-tale"
    person = Person(first_name=secret * 20, date_of_birth=secret, phones=(secret,))  # type: ignore[arg-type]
    faults = check_report(report(victims=(Victim(person=person),)), datetime(2026, 11, 23, tzinfo=UTC))
    assert len(faults) == 3
    assert secret not in " ".join(map(str, faults))
