"""The account that a report is about, and who is behind it as far as the service knows."""

from dataclasses import dataclass
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.account import (
    EstimatedLocation,
    PermanentlyDisabled,
    TemporarilyDisabled,
)
from safelight.reporting.destinations.ncmec.model.associated_account import AssociatedAccount
from safelight.reporting.destinations.ncmec.model.capture import DeviceId, IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.person import Person
from safelight.reporting.form.plain_kinds import Flag, Number
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import Text, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOrUserReported:
    """The reported account. `prior_reports` are the authority's ids of earlier reports about it."""

    person: Annotated[Person | None, Element(name="personOrUserReportedPerson")] = None
    vehicle_description: Annotated[str | None, Element(Text(300))] = None
    esp_identifier: Annotated[str | None, Element(Text(255))] = None
    esp_service: Annotated[str | None, Element(Text(100))] = None
    compromised_account: Annotated[bool | None, Element(Flag())] = None
    screen_name: Annotated[str | None, Element(Text(256))] = None
    display_names: Annotated[tuple[str, ...], Element(Text(255), name="displayName")] = ()
    profile_urls: Annotated[tuple[str, ...], Element(Url(), name="profileUrl")] = ()
    profile_bio: Annotated[str | None, Element(Text())] = None
    ip_capture_events: Annotated[tuple[IpCaptureEvent, ...], Element(name="ipCaptureEvent")] = ()
    device_ids: Annotated[tuple[DeviceId, ...], Element(name="deviceId")] = ()
    third_party_user_reported: Annotated[bool | None, Element(Flag())] = None
    prior_reports: Annotated[tuple[int, ...], Element(Number(1), name="priorCTReports")] = ()
    group_identifier: Annotated[str | None, Element(Text(255))] = None
    account_temporarily_disabled: Annotated[TemporarilyDisabled | None, Element()] = None
    account_permanently_disabled: Annotated[PermanentlyDisabled | None, Element()] = None
    estimated_location: Annotated[EstimatedLocation | None, Element()] = None
    all_emails_reported: Annotated[bool | None, Element(Flag())] = None
    associated_accounts: Annotated[tuple[AssociatedAccount, ...], Element(name="associatedAccount")] = ()
    additional_info: Annotated[str | None, Element(Text())] = None
