"""Law enforcement that already knows of the incident."""

from dataclasses import dataclass
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.codes import COUNTRY
from safelight.reporting.destinations.ncmec.model.person import ContactPerson
from safelight.reporting.form.plain_kinds import Flag
from safelight.reporting.form.slot import Attribute, Body, Element
from safelight.reporting.form.text_kinds import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedInternationally:
    """Whether law enforcement outside of the US has served legal process, and in which country it is."""

    is_served: Annotated[bool, Body(Flag())]
    flea_country: Annotated[str | None, Attribute(COUNTRY)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawEnforcement:
    """An agency, its case, and what it was told or has served."""

    agency_name: Annotated[str, Element(Text(255))]
    case_number: Annotated[str | None, Element(Text(100))] = None
    officer_contact: Annotated[ContactPerson | None, Element()] = None
    reported_to_le: Annotated[bool | None, Element(Flag())] = None
    served_legal_process_domestic: Annotated[bool | None, Element(Flag())] = None
    served_legal_process_international: Annotated[ServedInternationally | None, Element()] = None
