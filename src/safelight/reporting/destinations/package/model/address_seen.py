"""Network addresses: what was seen, when, and doing what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from safelight.reporting.destinations.package.model.kinds import IP, MOMENT
from safelight.reporting.destinations.package.words import AddressUse
from safelight.reporting.form.plain_kinds import Choice, Flag, Number
from safelight.reporting.form.slot import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSeen:
    """One address. A provider finds its customer by the address, the port and the time together."""

    address: Annotated[str, Element(IP)]
    port: Annotated[int | None, Element(Number(0, 65535))] = None
    seen_at: Annotated[datetime | None, Element(MOMENT)] = None
    use: Annotated[AddressUse | None, Element(Choice(AddressUse))] = None
    is_shared: Annotated[bool | None, Element(Flag())] = None
