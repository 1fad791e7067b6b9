"""Each rule between fields refuses what breaks it, at its path, and nothing that only comes near it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.reporting.destinations.ncmec.checking import check_file, check_report
from safelight.reporting.destinations.ncmec.model.account import PermanentlyDisabled, TemporarilyDisabled
from safelight.reporting.destinations.ncmec.model.associated_account import AssociatedAccount, AssociatedAccountType
from safelight.reporting.destinations.ncmec.model.contact import Address, Email
from safelight.reporting.destinations.ncmec.model.file import (
    FileAnnotation,
    FileDetails,
    FileRelevance,
    IndustryClassification,
)
from safelight.reporting.destinations.ncmec.model.internet import EmailIncident, InternetDetails, NewsgroupIncident
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.destinations.ncmec.model.recipient import IntendedRecipient
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.model.victim import Victim

MakeReport = Callable[..., Report]
MakeDetails = Callable[..., FileDetails]
Paths = Callable[[Report | FileDetails], list[str]]
ADDRESS = Email(text="one@example.org")
KNOWN = Person(emails=(ADDRESS,))
SUPPLEMENTAL = FileRelevance.SUPPLEMENTAL


@pytest.fixture
def paths(now: datetime) -> Paths:
    """Return the paths of the faults of a report or a file."""

    def check(record: Report | FileDetails) -> list[str]:
        faults = check_report(record, now) if isinstance(record, Report) else check_file(record, now)
        return [fault.path for fault in faults]

    return check


def test_a_report_is_about_one_account(report: MakeReport, paths: Paths) -> None:
    assert paths(report(reported=(PersonOrUserReported(),))) == []
    assert paths(report(reported=(PersonOrUserReported(),) * 2)) == ["report/personOrUserReported[2]"]


@pytest.mark.parametrize(
    "people",
    [
        {"reported": (PersonOrUserReported(person=KNOWN),)},
        {"recipients": (IntendedRecipient(person=KNOWN),)},
        {"victims": (Victim(person=KNOWN),)},
    ],
)
@pytest.mark.parametrize(("form", "name"), [(EmailIncident, "emailIncident"), (NewsgroupIncident, "newsgroupIncident")])
def test_an_incidents_addresses_are_with_a_person_too(
    report: MakeReport, paths: Paths, people: Any, form: Any, name: str
) -> None:
    details = (InternetDetails(incident=form(email_addresses=(ADDRESS,))),)
    assert paths(report(internet_details=details, **people)) == []
    assert paths(report(internet_details=details)) == [f"report/internetDetails[1]/{name}/emailAddress[1]"]


def test_an_address_of_the_reporter_is_none_of_the_incidents_persons(report: MakeReport, paths: Paths) -> None:
    incident = EmailIncident(email_addresses=(Email(text="safety@example.org"),))
    found = paths(report(internet_details=(InternetDetails(incident=incident),)))
    assert found == ["report/internetDetails[1]/emailIncident/emailAddress[1]"]


def test_the_reporting_person_can_be_written_to(report: MakeReport, paths: Paths) -> None:
    assert paths(report(reporter=Reporter(reporting_person=Person()))) == ["report/reporter/reportingPerson/email"]


def test_an_address_has_one_state(report: MakeReport, paths: Paths) -> None:
    both = Person(addresses=(Address(state="CA"), Address(state="CA", non_usa_state="Ontario")))
    found = paths(report(victims=(Victim(person=both),)))
    assert found == ["report/victim[1]/victimPerson/address[2]/nonUsaState"]


def test_an_associated_account_has_an_age_or_a_birthday(report: MakeReport, paths: Paths, now: datetime) -> None:
    born = (now - timedelta(days=9000)).date()
    account = AssociatedAccount(type=AssociatedAccountType.LINKED, approximate_age=24)
    assert paths(report(reported=(PersonOrUserReported(associated_accounts=(account,)),))) == []
    both = replace(account, date_of_birth=born)
    found = paths(report(reported=(PersonOrUserReported(associated_accounts=(both,)),)))
    assert found == ["report/personOrUserReported[1]/associatedAccount[1]/dateOfBirth"]


@pytest.mark.parametrize("kind", [TemporarilyDisabled, PermanentlyDisabled])
def test_a_user_is_told_when_it_is_done_or_later(report: MakeReport, paths: Paths, now: datetime, kind: Any) -> None:
    done = now - timedelta(days=2)
    field = "account_temporarily_disabled" if kind is TemporarilyDisabled else "account_permanently_disabled"
    name = "accountTemporarilyDisabled" if kind is TemporarilyDisabled else "accountPermanentlyDisabled"
    for early, expected in [(0, []), (1, [f"report/victim[1]/{name}/@userNotifiedDate"])]:
        state = kind(is_disabled=True, disabled_date=done, user_notified_date=done - timedelta(milliseconds=early))
        assert paths(report(victims=(Victim(person=Person(), **{field: state}),))) == expected


def test_an_account_is_enabled_after_it_was_disabled(report: MakeReport, paths: Paths, now: datetime) -> None:
    done = now - timedelta(days=2)
    for later, expected in [(1000, []), (999, ["report/victim[1]/accountTemporarilyDisabled/@reenabledDate"])]:
        undone = done + timedelta(microseconds=later)
        state = TemporarilyDisabled(is_disabled=False, disabled_date=done, reenabled_date=undone)
        assert paths(report(victims=(Victim(person=Person(), account_temporarily_disabled=state),))) == expected


@pytest.mark.parametrize(
    ("file_viewed", "exif_viewed", "is_refused"),
    [
        (True, True, False),
        (True, None, False),
        (None, False, False),
        (False, False, False),
        (None, None, False),
        (None, True, True),
        (False, True, True),
    ],
)
def test_exif_is_viewed_only_with_its_file(
    details: MakeDetails, paths: Paths, file_viewed: bool | None, exif_viewed: bool | None, is_refused: bool
) -> None:
    found = paths(details(file_viewed_by_esp=file_viewed, exif_viewed_by_esp=exif_viewed))
    assert found == (["fileDetails/exifViewedByEsp"] if is_refused else [])


def test_a_meme_has_one_form(details: MakeDetails, paths: Paths) -> None:
    assert paths(details(potential_meme=False)) == []
    both = details(potential_meme=True, file_annotations=frozenset({FileAnnotation.VIRAL}))
    assert paths(both) == ["fileDetails/fileAnnotations"]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("potential_meme", True, "potentialMeme"),
        ("file_annotations", frozenset({FileAnnotation.POTENTIAL_MEME}), "fileAnnotations/potentialMeme"),
        ("industry_classification", IndustryClassification.B2, "industryClassification"),
    ],
)
def test_a_supplement_is_not_judged(details: MakeDetails, paths: Paths, field: str, value: Any, path: str) -> None:
    assert paths(details(**{field: value})) == []
    assert paths(details(file_relevance=FileRelevance.REPORTED, **{field: value})) == []
    assert paths(details(file_relevance=SUPPLEMENTAL, **{field: value})) == [f"fileDetails/{path}"]


def test_a_supplement_may_have_other_annotations(details: MakeDetails, paths: Paths) -> None:
    assert paths(details(file_relevance=SUPPLEMENTAL, file_annotations=frozenset({FileAnnotation.INFANT}))) == []
