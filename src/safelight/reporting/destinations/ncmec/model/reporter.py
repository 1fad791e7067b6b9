"""Who reports: the company, who signs for it, who can be asked."""

from dataclasses import dataclass
from typing import Annotated

from safelight.reporting.destinations.ncmec.model.person import ContactPerson, Person
from safelight.reporting.form.slot import Element
from safelight.reporting.form.text_kinds import Text, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports. The reporting person has at least one e-mail address; a role's is best, for it lasts."""

    reporting_person: Annotated[Person, Element()]
    contact_person: Annotated[ContactPerson | None, Element()] = None
    company_template: Annotated[str | None, Element(Text())] = None
    terms_of_service: Annotated[str | None, Element(Text(3000))] = None
    legal_url: Annotated[str | None, Element(Url(), name="legalURL")] = None
