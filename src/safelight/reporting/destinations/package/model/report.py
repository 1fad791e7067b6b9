"""Reports: all that one says, in the order in which an investigator reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from safelight.reporting.destinations.package.model.account import Account, OtherAccount, Victim
from safelight.reporting.destinations.package.model.incident import Incident
from safelight.reporting.destinations.package.model.kinds import EMAIL, LONG, MOMENT, NAME, PHONE
from safelight.reporting.destinations.package.model.place import Place
from safelight.reporting.destinations.package.words import ActionKind
from safelight.reporting.form.plain_kinds import Choice, Flag
from safelight.reporting.form.slot import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEnforcement:
    """An authority that has to do with it already, or that asked for something."""

    agency: Annotated[str, Element(NAME)]
    case_number: Annotated[str | None, Element(NAME)] = None
    officer: Annotated[str | None, Element(NAME)] = None
    email: Annotated[str | None, Element(EMAIL)] = None
    phone: Annotated[str | None, Element(PHONE)] = None
    has_been_told: Annotated[bool | None, Element(Flag())] = None
    legal_process: Annotated[str | None, Element(LONG)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintTold:
    """What somebody complained of, in their own words."""

    complained_at: Annotated[datetime, Element(MOMENT)]
    category: Annotated[str | None, Element(NAME)] = None
    place: Annotated[str | None, Element(LONG)] = None
    content_id: Annotated[str | None, Element(NAME)] = None
    words: Annotated[str | None, Element(LONG)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken:
    """What the platform did."""

    kind: Annotated[ActionKind, Element(Choice(ActionKind))]
    done_at: Annotated[datetime | None, Element(MOMENT)] = None
    remarks: Annotated[str | None, Element(LONG)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTold:
    """A report about the same account that an authority has, by that authority's reference."""

    authority: Annotated[str, Element(NAME)]
    reference: Annotated[str, Element(NAME)]
    filed_at: Annotated[datetime | None, Element(MOMENT)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageReport:
    """A report. Its type, its time and what that time is are compulsory; of everything else the want is told."""

    summary: Annotated[str | None, Element(LONG)] = None
    incident: Annotated[Incident, Element()]
    places: Annotated[tuple[Place, ...], Element()] = ()
    account: Annotated[Account | None, Element()] = None
    other_accounts: Annotated[tuple[OtherAccount, ...], Element()] = ()
    victims: Annotated[tuple[Victim, ...], Element()] = ()
    recipients: Annotated[tuple[Account, ...], Element()] = ()
    law_enforcement: Annotated[LawEnforcement | None, Element()] = None
    complaints: Annotated[tuple[ComplaintTold, ...], Element()] = ()
    actions: Annotated[tuple[ActionTaken, ...], Element()] = ()
    earlier: Annotated[tuple[EarlierTold, ...], Element()] = ()
    remarks: Annotated[str | None, Element(LONG)] = None
