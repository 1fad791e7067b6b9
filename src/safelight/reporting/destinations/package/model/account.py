"""Accounts: who is reported, who was harmed, who was meant to get it; as far as the platform knows them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from safelight.reporting.destinations.package.model.address_seen import AddressSeen
from safelight.reporting.destinations.package.model.kinds import EMAIL, LONG, NAME, PHONE, URL
from safelight.reporting.destinations.package.words import Relation
from safelight.reporting.form.plain_kinds import Choice, Day, Number
from safelight.reporting.form.slot import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account and the person behind it. `id` is the platform's own. Nothing of it is guessed."""

    service: Annotated[str | None, Element(NAME)] = None
    id: Annotated[str | None, Element(NAME)] = None
    screen_name: Annotated[str | None, Element(NAME)] = None
    display_names: Annotated[tuple[str, ...], Element(NAME)] = ()
    profile_urls: Annotated[tuple[str, ...], Element(URL)] = ()
    profile_text: Annotated[str | None, Element(LONG)] = None
    emails: Annotated[tuple[str, ...], Element(EMAIL)] = ()
    phones: Annotated[tuple[str, ...], Element(PHONE)] = ()
    addresses_seen: Annotated[tuple[AddressSeen, ...], Element()] = ()
    devices: Annotated[tuple[str, ...], Element(NAME)] = ()
    person_name: Annotated[str | None, Element(NAME)] = None
    date_of_birth: Annotated[date | None, Element(Day())] = None
    age_years: Annotated[int | None, Element(Number(0, 150))] = None
    postal_addresses: Annotated[tuple[str, ...], Element(LONG)] = ()
    remarks: Annotated[str | None, Element(LONG)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A child who was harmed, or may be. `school` is where they may be found and protected."""

    account: Annotated[Account | None, Element()] = None
    school: Annotated[str | None, Element(NAME)] = None
    remarks: Annotated[str | None, Element(LONG)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAccount:
    """Another account, and what it has to do with the one that is reported."""

    relation: Annotated[Relation, Element(Choice(Relation))]
    account: Annotated[Account, Element()]
