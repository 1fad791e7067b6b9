"""People: whoever a report speaks of, or is to be asked about it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.contact import Address, Email, Phone
from safelight.reporting.form.plain_kinds import Day, Number
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import Text

OLDEST = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as the service knows them: what they gave as theirs, not what anybody guessed."""

    first_name: Annotated[str | None, Element(Text(100))] = None
    last_name: Annotated[str | None, Element(Text(100))] = None
    phones: Annotated[tuple[Phone, ...], Element(name="phone")] = ()
    emails: Annotated[tuple[Email, ...], Element(name="email")] = ()
    addresses: Annotated[tuple[Address, ...], Element(name="address")] = ()
    age: Annotated[int | None, Element(Number(0, OLDEST))] = None
    date_of_birth: Annotated[date | None, Element(Day())] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPerson:
    """Somebody who can be asked."""

    first_name: Annotated[str | None, Element(Text(100))] = None
    last_name: Annotated[str | None, Element(Text(100))] = None
    phones: Annotated[tuple[Phone, ...], Element(name="phone")] = ()
    emails: Annotated[tuple[Email, ...], Element(name="email")] = ()
    addresses: Annotated[tuple[Address, ...], Element(name="address")] = ()
