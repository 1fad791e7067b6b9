"""Places: where it happened, in a network or outside of one."""

from dataclasses import dataclass
from typing import Annotated

from safelight.reporting.destinations.package.model.kinds import LONG, NAME, URL
from safelight.reporting.destinations.package.words import PlaceKind
from safelight.reporting.form.plain_kinds import Choice
from safelight.reporting.form.slot import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place. `room` is a chat, channel or group; `location` one outside of a network, as somebody wrote it."""

    kind: Annotated[PlaceKind, Element(Choice(PlaceKind))]
    url: Annotated[str | None, Element(URL)] = None
    service: Annotated[str | None, Element(NAME)] = None
    room: Annotated[str | None, Element(NAME)] = None
    location: Annotated[str | None, Element(LONG)] = None
    remarks: Annotated[str | None, Element(LONG)] = None
