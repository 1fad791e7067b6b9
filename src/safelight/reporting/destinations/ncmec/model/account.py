"""What may be said of an account, whosesoever it is: that it was disabled, and where it seems to be used."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.codes import COUNTRY
from safelight.reporting.form.plain_kinds import Flag, Moment
from safelight.reporting.form.slot import Attribute, Body, Element
from safelight.reporting.form.text_kinds import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporarilyDisabled:
    """Whether an account was disabled for a time; when, whether its user was told, and when it was enabled again."""

    is_disabled: Annotated[bool, Body(Flag())]
    disabled_date: Annotated[datetime | None, Attribute(Moment())] = None
    user_notified: Annotated[bool | None, Attribute(Flag())] = None
    user_notified_date: Annotated[datetime | None, Attribute(Moment())] = None
    reenabled_date: Annotated[datetime | None, Attribute(Moment())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermanentlyDisabled:
    """Whether an account was disabled for good; when, and whether its user was told."""

    is_disabled: Annotated[bool, Body(Flag())]
    disabled_date: Annotated[datetime | None, Attribute(Moment())] = None
    user_notified: Annotated[bool | None, Attribute(Flag())] = None
    user_notified_date: Annotated[datetime | None, Attribute(Moment())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedLocation:
    """Where the service reckons that an account is used, when, and whether that was verified."""

    city: Annotated[str | None, Element(Text(255))] = None
    region: Annotated[str | None, Element(Text(255))] = None
    country_code: Annotated[str | None, Element(COUNTRY)] = None
    verified: Annotated[bool | None, Attribute(Flag())] = None
    timestamp: Annotated[datetime | None, Attribute(Moment())] = None
