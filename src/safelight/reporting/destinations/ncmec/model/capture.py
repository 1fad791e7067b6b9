"""Captures: IP addresses and devices, each with the event at which the service recorded it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from safelight.reporting.form.plain_kinds import Choice, Flag, Moment, Number
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import IpText, Text


class EventName(StrEnum):
    """At which event something was recorded."""

    LOGIN = "Login"
    REGISTRATION = "Registration"
    PURCHASE = "Purchase"
    UPLOAD = "Upload"
    OTHER = "Other"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class IpCaptureEvent:
    """An IP address, when it was used and for what."""

    ip_address: Annotated[str, Element(IpText())]
    event_name: Annotated[EventName | None, Element(Choice(EventName))] = None
    date_time: Annotated[datetime | None, Element(Moment())] = None
    possible_proxy: Annotated[bool | None, Element(Flag())] = None
    port: Annotated[int | None, Element(Number(1, 65_535))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceId:
    """An identifier of a device, of a kind such as IMEI, when it was seen and at what."""

    id_type: Annotated[str, Element(Text(255))]
    id_value: Annotated[str, Element(Text(2083))]
    event_name: Annotated[EventName | None, Element(Choice(EventName))] = None
    date_time: Annotated[datetime | None, Element(Moment())] = None
