"""Home: who is here, since when, and what they may do. Rooms that have something to say of a day add a part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from safelight.flow.signing_in import own_sessions
from safelight.web.console.door import Door, Who
from safelight.web.console.pages.day import lead_day, own_dose, own_queue, unwell
from safelight.web.console.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """A part of somebody's day: a template, which is included, and what it is given; None where it says nothing."""

    template: str
    read: Callable[[Visit], Mapping[str, object] | None]


PARTS: tuple[DayPart, ...] = (
    DayPart(template="day_queue.html", read=own_queue),
    DayPart(template="day_dose.html", read=own_dose),
    DayPart(template="day_lead.html", read=lead_day),
    DayPart(template="day_unwell.html", read=unwell),
)
"""The parts, in the order in which they are shown."""


def add_home(door: Door, parts: tuple[DayPart, ...] = PARTS) -> None:
    """Add the page."""

    @door.page("GET", "/", Who.SIGNED_IN)
    def show_home(visit: Visit) -> Response:
        told = [(part.template, facts) for part in parts if (facts := part.read(visit)) is not None]
        sessions = own_sessions.list_sessions(visit.desk, visit.token)
        idle = visit.desk.rules.idle
        return visit.see("home.html", parts=told, session=visit.here.session, sessions=sessions, idle=idle)
