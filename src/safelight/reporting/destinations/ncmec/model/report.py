"""The report: what `/submit` takes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.incident import IncidentSummary
from safelight.reporting.destinations.ncmec.model.internet import InternetDetails
from safelight.reporting.destinations.ncmec.model.law_enforcement import LawEnforcement
from safelight.reporting.destinations.ncmec.model.recipient import IntendedRecipient
from safelight.reporting.destinations.ncmec.model.reported import PersonOrUserReported
from safelight.reporting.destinations.ncmec.model.reporter import Reporter
from safelight.reporting.destinations.ncmec.model.victim import Victim
from safelight.reporting.form.plain_kinds import Choice
from safelight.reporting.form.slot import Attribute, Element
from safelight.reporting.form.text_kinds import Text


class BatchReason(StrEnum):
    """Why several reports are one."""

    VIRAL_POTENTIAL_MEME = "VIRAL_POTENTIAL_MEME"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedReport:
    """Says that a report is about many accounts that shared one file."""

    reason: Annotated[BatchReason, Attribute(Choice(BatchReason))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report. Only the incident's type and time, and who reports, are compulsory."""

    batched_report: Annotated[BatchedReport | None, Element()] = None
    incident_summary: Annotated[IncidentSummary, Element()]
    internet_details: Annotated[tuple[InternetDetails, ...], Element()] = ()
    law_enforcement: Annotated[LawEnforcement | None, Element()] = None
    reporter: Annotated[Reporter, Element()]
    reported: Annotated[tuple[PersonOrUserReported, ...], Element(name="personOrUserReported")] = ()
    recipients: Annotated[tuple[IntendedRecipient, ...], Element(name="intendedRecipient")] = ()
    victims: Annotated[tuple[Victim, ...], Element(name="victim")] = ()
    additional_info: Annotated[str | None, Element(Text())] = None
