"""Incidents: what happened, when, what that time is, and how it came to light."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from safelight.reporting.destinations.package.model.kinds import LONG, MOMENT, NAME
from safelight.reporting.destinations.package.words import Detection, TimeMeaning
from safelight.reporting.form.plain_kinds import Choice, Flag
from safelight.reporting.form.slot import Element
from safelight.review.decision import IncidentType


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happened. `escalation` says why a child may be in danger at this moment, and what makes one think so."""

    type: Annotated[IncidentType, Element(Choice(IncidentType))]
    happened_at: Annotated[datetime, Element(MOMENT)]
    time_meaning: Annotated[TimeMeaning, Element(Choice(TimeMeaning))]
    time_remarks: Annotated[str | None, Element(LONG)] = None
    is_imminent: Annotated[bool | None, Element(Flag())] = None
    escalation: Annotated[str | None, Element(LONG)] = None
    service: Annotated[str | None, Element(NAME)] = None
    detection: Annotated[Detection | None, Element(Choice(Detection))] = None
    detected_at: Annotated[datetime | None, Element(MOMENT)] = None
    decided_at: Annotated[datetime | None, Element(MOMENT)] = None
