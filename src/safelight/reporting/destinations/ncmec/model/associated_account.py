"""Accounts that belong to an account of the report: of the same user, or of somebody close to them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.account import PermanentlyDisabled, TemporarilyDisabled
from safelight.reporting.destinations.ncmec.model.capture import DeviceId, IpCaptureEvent
from safelight.reporting.destinations.ncmec.model.contact import Address, Email, Phone
from safelight.reporting.destinations.ncmec.model.person import OLDEST
from safelight.reporting.form.plain_kinds import Choice, Day, Flag, Number
from safelight.reporting.form.slot import Attribute, Body, Element
from safelight.reporting.form.text_kinds import Text, Url


class AssociatedAccountType(StrEnum):
    """How an account belongs to another."""

    BILLING = "Billing"
    LINKED = "Linked"
    BUSINESS = "Business"
    CREATOR = "Creator"
    PARENT_OR_GUARDIAN = "Parent/Guardian"
    OTHER = "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The service that an associated account is on, and whether that is somebody else's."""

    text: Annotated[str, Body(Text(256))]
    third_party_user: Annotated[bool | None, Attribute(Flag())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociatedAccount:
    """An associated account. It has an approximate age or a date of birth, not both."""

    type: Annotated[AssociatedAccountType, Attribute(Choice(AssociatedAccountType))]
    platform: Annotated[Platform | None, Element()] = None
    first_name: Annotated[str | None, Element(Text(100))] = None
    middle_name: Annotated[str | None, Element(Text(100))] = None
    last_name: Annotated[str | None, Element(Text(100))] = None
    approximate_age: Annotated[int | None, Element(Number(0, OLDEST))] = None
    date_of_birth: Annotated[date | None, Element(Day())] = None
    phones: Annotated[tuple[Phone, ...], Element(name="phone")] = ()
    emails: Annotated[tuple[Email, ...], Element(name="email")] = ()
    all_emails_reported: Annotated[bool | None, Element(Flag())] = None
    addresses: Annotated[tuple[Address, ...], Element(name="address")] = ()
    esp_service: Annotated[str | None, Element(Text(100))] = None
    esp_identifier: Annotated[str | None, Element(Text(255))] = None
    profile_urls: Annotated[tuple[str, ...], Element(Url(), name="profileUrl")] = ()
    screen_name: Annotated[str | None, Element(Text(256))] = None
    display_names: Annotated[tuple[str, ...], Element(Text(255), name="displayName")] = ()
    profile_bio: Annotated[str | None, Element(Text())] = None
    group_identifier: Annotated[str | None, Element(Text(255))] = None
    compromised_account: Annotated[bool | None, Element(Flag())] = None
    account_temporarily_disabled: Annotated[TemporarilyDisabled | None, Element()] = None
    account_permanently_disabled: Annotated[PermanentlyDisabled | None, Element()] = None
    ip_capture_events: Annotated[tuple[IpCaptureEvent, ...], Element(name="ipCaptureEvent")] = ()
    device_ids: Annotated[tuple[DeviceId, ...], Element(name="deviceId")] = ()
    prior_reports: Annotated[tuple[int, ...], Element(Number(1), name="priorCTReport")] = ()
    additional_info: Annotated[str | None, Element(Text())] = None
