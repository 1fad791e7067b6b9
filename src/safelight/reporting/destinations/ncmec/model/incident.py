"""What happened: the type of the incident, when, where, and what it is marked with."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from safelight.reporting.form.plain_kinds import Choice, Moment
from safelight.reporting.form.slot import Element, Tags
from safelight.reporting.form.text_kinds import Text


class IncidentType(StrEnum):
    """The types of incidents, in the authority's words, some of which are those of older statutes."""

    CSAM = "Child Pornography (possession, manufacture, and distribution)"
    TRAFFICKING = "Child Sex Trafficking"
    SEX_TOURISM = "Child Sex Tourism"
    MOLESTATION = "Child Sexual Molestation"
    MISLEADING_DOMAIN_NAME = "Misleading Domain Name"
    MISLEADING_WORDS_OR_IMAGES = "Misleading Words or Digital Images on the Internet"
    ENTICEMENT = "Online Enticement of Children for Sexual Acts"
    UNSOLICITED_OBSCENE_MATERIAL = "Unsolicited Obscene Material Sent to a Child"


class ReportAnnotation(StrEnum):
    """What a report is marked with."""

    SEXTORTION = "sextortion"
    CSAM_SOLICITATION = "csamSolicitation"
    MINOR_TO_MINOR_INTERACTION = "minorToMinorInteraction"
    SPAM = "spam"
    SADISTIC_ONLINE_EXPLOITATION = "sadisticOnlineExploitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSummary:
    """The incident. Any text in `escalate_to_high_priority` escalates it: it says why a child is in danger now."""

    incident_type: Annotated[IncidentType, Element(Choice(IncidentType))]
    platform: Annotated[str | None, Element(Text(256))] = None
    escalate_to_high_priority: Annotated[str | None, Element(Text(3000))] = None
    report_annotations: Annotated[frozenset[ReportAnnotation], Tags(ReportAnnotation)] = frozenset()
    incident_date_time: Annotated[datetime, Element(Moment())]
    incident_date_time_description: Annotated[str | None, Element(Text(3000))] = None
