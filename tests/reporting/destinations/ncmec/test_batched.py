"""A batched report holds accounts, one shared file and little else; each thing more is refused at its path."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from safelight.reporting.destinations.ncmec.checking import check_submission
from safelight.reporting.destinations.ncmec.model.capture import DeviceId, IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.file import (
    Details,
    DetailType,
    FileAnnotation,
    FileDetails,
    FileRelevance,
    IndustryClassification,
    NameValuePair,
    OriginalFileHash,
)
from safelight.reporting.destinations.ncmec.model.internet import InternetDetails, WebPageIncident
from safelight.reporting.destinations.ncmec.model.law_enforcement import LawEnforcement
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.recipient import IntendedRecipient
from safelight.reporting.destinations.ncmec.model.report import BatchedReport, BatchReason, Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.destinations.ncmec.model.victim import Victim

Paths = Callable[..., list[str]]
VIRAL = frozenset({FileAnnotation.VIRAL})
PEOPLE = (PersonOrUserReported(esp_identifier="17"), PersonOrUserReported(esp_identifier="18"))


@pytest.fixture
def paths(report: Callable[..., Report], details: Callable[..., FileDetails], now: datetime) -> Paths:
    """Return the paths of the faults of a batched report with some changes to it and to its file."""

    def check(file: dict[str, Any] | None = None, files: int = 1, **changes: Any) -> list[str]:
        batch = BatchedReport(reason=BatchReason.VIRAL_POTENTIAL_MEME)
        whole = report(**{"batched_report": batch, "reported": PEOPLE, **changes})
        one = details(**{"file_annotations": VIRAL, **(file or {})})
        return [fault.path for fault in check_submission(whole, [one] * files, now)]

    return check


def test_many_accounts_and_one_viral_file_are_a_batched_report(paths: Paths) -> None:
    assert paths() == []
    assert paths(file={"file_annotations": frozenset({FileAnnotation.POTENTIAL_MEME, FileAnnotation.VIRAL})}) == []
    assert paths(file={"industry_classification": IndustryClassification.A1}) == []
    assert paths(file={"file_relevance": FileRelevance.REPORTED}) == []


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("internet_details", (InternetDetails(incident=WebPageIncident()),), "internetDetails[1]"),
        ("law_enforcement", LawEnforcement(agency_name="Harbour Police"), "lawEnforcement"),
        ("recipients", (IntendedRecipient(),), "intendedRecipient[1]"),
        ("victims", (Victim(person=Person()),), "victim[1]"),
        ("additional_info", "more", "additionalInfo"),
    ],
)
def test_what_an_ordinary_report_may_have_is_refused(paths: Paths, field: str, value: Any, path: str) -> None:
    assert paths(**{field: value}) == [f"report/{path}"]


def test_it_is_not_escalated(paths: Paths, report: Callable[..., Report]) -> None:
    summary = replace(report().incident_summary, escalate_to_high_priority="A child is in danger.")
    assert paths(incident_summary=summary) == ["report/incidentSummary/escalateToHighPriority"]


def test_accounts_are_told_by_their_identifiers_alone(paths: Paths) -> None:
    assert paths(reported=()) == ["report/personOrUserReported"]
    assert paths(reported=(*PEOPLE, PersonOrUserReported(esp_identifier="19", screen_name="nineteen"))) == [
        "report/personOrUserReported[3]/screenName"
    ]
    assert paths(reported=(PersonOrUserReported(),)) == ["report/personOrUserReported[1]/espIdentifier"]


@pytest.mark.parametrize("count", [0, 2])
def test_it_has_exactly_one_file(paths: Paths, count: int) -> None:
    assert paths(files=count) == ["fileDetails"]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("file_name", "a.jpg", "fileName"),
        ("original_file_name", "a.jpg", "originalFileName"),
        ("location_of_file", "https://media.example/a", "locationOfFile"),
        ("original_file_hashes", (OriginalFileHash(text="00", hash_type="MD5"),), "originalFileHash[1]"),
        ("ip_capture_event", IpCaptureEvent(ip_address="192.0.2.1"), "ipCaptureEvent"),
        ("device_ids", (DeviceId(id_type="IMEI", id_value="1"),), "deviceId[1]"),
        (
            "details",
            (Details(type=DetailType.EXIF, pairs=(NameValuePair(name="Make", value="x"),)),),
            "details[1]",
        ),
        ("file_relevance", FileRelevance.SUPPLEMENTAL, "fileRelevance"),
        ("file_annotations", frozenset(), "fileAnnotations"),
        ("file_annotations", frozenset({FileAnnotation.VIRAL, FileAnnotation.INFANT}), "fileAnnotations"),
    ],
)
def test_its_file_has_little_said_of_it(paths: Paths, field: str, value: Any, path: str) -> None:
    assert paths(file={field: value}) == [f"fileDetails[1]/{path}"]


def test_an_ordinary_report_is_left_alone(
    report: Callable[..., Report], details: Callable[..., FileDetails], now: datetime
) -> None:
    assert check_submission(report(), [details(), details()], now) == []
    assert check_submission(report(), [], now) == []
