"""Mending: reports that were made up by chance, so that no two of their fields contradict each other."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from safelight.reporting.destinations.ncmec.model.account import PermanentlyDisabled, TemporarilyDisabled
from safelight.reporting.destinations.ncmec.model.associated_account import AssociatedAccount
from safelight.reporting.destinations.ncmec.model.contact import Address, Email
from safelight.reporting.destinations.ncmec.model.file import FileAnnotation, FileDetails, FileRelevance
from safelight.reporting.destinations.ncmec.model.internet import EmailIncident, NewsgroupIncident
from safelight.reporting.destinations.ncmec.model.report import Report
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.form.plain_kinds import instant


def mended(record: Any) -> Any:
    """Return a record, all below which is mended, so that its own fields do not contradict each other."""
    return _MENDING.get(type(record), _as_it_is)(record)


def _as_it_is(record: Any) -> Any:
    return record


def _mended_address(address: Address) -> Address:
    return replace(address, state=None) if address.non_usa_state is not None else address


def _mended_account(account: AssociatedAccount) -> AssociatedAccount:
    return replace(account, date_of_birth=None) if account.approximate_age is not None else account


def _mended_state(state: Any) -> Any:
    done = state.disabled_date
    if done is not None and state.user_notified_date is not None:
        state = replace(state, user_notified_date=max(done, state.user_notified_date))
    reenabled = getattr(state, "reenabled_date", None)
    if done is not None and reenabled is not None and instant(reenabled) <= instant(done):
        state = replace(state, reenabled_date=None)
    return state


def _mended_reporter(reporter: Reporter) -> Reporter:
    person = reporter.reporting_person
    emails = person.emails or (Email(text="safety@example.org"),)
    return replace(reporter, reporting_person=replace(person, emails=emails))


def _mended_file(details: FileDetails) -> FileDetails:
    if details.exif_viewed_by_esp:
        details = replace(details, file_viewed_by_esp=True)
    if details.potential_meme is not None:
        details = replace(details, file_annotations=frozenset())
    if details.file_relevance is not FileRelevance.SUPPLEMENTAL:
        return details
    annotations = details.file_annotations - {FileAnnotation.POTENTIAL_MEME}
    return replace(details, potential_meme=None, industry_classification=None, file_annotations=annotations)


def mended_report(report: Report) -> Report:
    """Return a whole report that is not batched, of which no part contradicts another."""
    report = replace(report, batched_report=None, reported=report.reported[:1])
    people = [
        *(each.person for each in report.reported),
        *(each.person for each in report.recipients),
        *(each.person for each in report.victims),
    ]
    known = tuple(email for person in people if person is not None for email in person.emails)[:3]
    details = tuple(
        replace(each, incident=replace(each.incident, email_addresses=known))
        if isinstance(each.incident, EmailIncident | NewsgroupIncident)
        else each
        for each in report.internet_details
    )
    return replace(report, internet_details=details)


_MENDING: dict[type, Callable[[Any], Any]] = {
    Address: _mended_address,
    AssociatedAccount: _mended_account,
    TemporarilyDisabled: _mended_state,
    PermanentlyDisabled: _mended_state,
    Reporter: _mended_reporter,
    FileDetails: _mended_file,
}
