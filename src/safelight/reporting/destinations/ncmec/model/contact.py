"""Ways to reach somebody: e-mail addresses, phone numbers, postal addresses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.codes import COUNTRY, STATE
from safelight.reporting.form.plain_kinds import Choice, Flag, Moment
from safelight.reporting.form.slot import Attribute, Body, Element
from safelight.reporting.form.text_kinds import EmailText, Form, Text


class EmailType(StrEnum):
    """What an e-mail address is for."""

    HOME = "Home"
    WORK = "Work"
    BUSINESS = "Business"
    RECOVERY = "Recovery"


class PhoneType(StrEnum):
    """What a phone number is for."""

    MOBILE = "Mobile"
    HOME = "Home"
    BUSINESS = "Business"
    WORK = "Work"
    FAX = "Fax"
    INTERNET = "Internet"
    RECOVERY = "Recovery"


class AddressType(StrEnum):
    """What a postal address is for."""

    HOME = "Home"
    BUSINESS = "Business"
    BILLING = "Billing"
    SHIPPING = "Shipping"
    TECHNICAL = "Technical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail address, and when the service verified that it is its user's."""

    text: Annotated[str, Body(EmailText())]
    type: Annotated[EmailType | None, Attribute(Choice(EmailType))] = None
    verified: Annotated[bool | None, Attribute(Flag())] = None
    verification_date: Annotated[datetime | None, Attribute(Moment())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone number, and when the service verified that it is its user's."""

    text: Annotated[str, Body(Text(50))]
    type: Annotated[PhoneType | None, Attribute(Choice(PhoneType))] = None
    verified: Annotated[bool | None, Attribute(Flag())] = None
    verification_date: Annotated[datetime | None, Attribute(Moment())] = None
    country_calling_code: Annotated[
        str | None, Attribute(Form(pattern=r"\+[0-9]{1,3}", says="a calling code such as +1 or +372"))
    ] = None
    extension: Annotated[str | None, Attribute(Form(pattern="[0-9]{1,10}", says="an extension of 1 to 10 digits"))] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address. `state` is for the US alone, `non_usa_state` for everywhere else."""

    type: Annotated[AddressType | None, Attribute(Choice(AddressType))] = None
    address: Annotated[str | None, Element(Text(255))] = None
    city: Annotated[str | None, Element(Text(100))] = None
    zip_code: Annotated[str | None, Element(Text(20))] = None
    state: Annotated[str | None, Element(STATE)] = None
    non_usa_state: Annotated[str | None, Element(Text(100))] = None
    country: Annotated[str | None, Element(COUNTRY)] = None
