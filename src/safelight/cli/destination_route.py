"""`safelight destination route …`: which destination a report goes to. The table is set as a whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from safelight.app import Workspace as House
from safelight.cli.bank_entry import Reason
from safelight.cli.given_file import read_text
from safelight.cli.options import Workspace
from safelight.cli.voice import Voice, warn
from safelight.cli.workspace import open_named
from safelight.database.transaction import read
from safelight.errors import InvalidValue
from safelight.flow.reporting.routing import Routed, route_case
from safelight.flow.reporting.setting_up import set_routes
from safelight.reporting.route import Route
from safelight.reporting.setup_queries import list_routes
from safelight.review.decision import IncidentType

ANY = "*"
_HEAD = "# jurisdiction  service  incident  destination   (* is for any; the first line that fits decides)"

Jurisdiction = Annotated[
    str | None, Parameter(help="Whose law the service answers to; else as `report_jurisdiction` says.")
]
Service = Annotated[str | None, Parameter(help="Which service it is of; else as `report_service` says.")]


def set_table(file: Path, /, *, reason: Reason = "", workspace: Workspace = None) -> int:
    """Set the routing table as a whole.

    Parameters
    ----------
    file
        Lines of text, as `route show` prints them; `-` is standard input.

    """
    routes = list(_routes(read_text(file)))
    set_routes(open_named(workspace).setup_desk(), routes, reason=reason)
    Voice().say(f"The routing table has {len(routes)} lines.")
    if not any(each.is_default for each in routes):
        warn("No line is for anything: where none fits, whoever drafts a report names its destination.")
    return 0


def show(*, workspace: Workspace = None) -> int:
    """Print the routing table, as `route set` takes it."""
    with read(open_named(workspace).engine) as tx:
        routes = list_routes(tx)
    voice = Voice()
    voice.say(_HEAD)
    for each in routes:
        voice.say(line_of(each))
    return 0


def explain(
    case: int, /, *, jurisdiction: Jurisdiction = None, service: Service = None, workspace: Workspace = None
) -> int:
    """Say which destination a case would go to, and why."""
    tell_routed(find_routed(open_named(workspace), case, jurisdiction, service))
    return 0


def find_routed(house: House, case: int, jurisdiction: str | None, service: str | None) -> Routed:
    """Return where a case would go; what is not named is as the settings say."""
    told = house.settings
    where = told.report_jurisdiction if jurisdiction is None else jurisdiction
    which = told.report_service if service is None else service
    return route_case(house.report_desk(), case, jurisdiction=where, service=which)


def tell_routed(found: Routed) -> None:
    """Say where a case would go, and why each line before was passed over."""
    voice, asked = Voice(), found.asked
    incident = ANY if asked.incident_type is None else asked.incident_type.value
    voice.say(
        f"Asked: jurisdiction {asked.jurisdiction or 'none'}, service {asked.service or 'none'}, incident {incident}."
    )
    for route, why in found.passed:
        voice.say(f"  line {route.place} ({line_of(route)}): no. {why}")
    if found.route is None or found.setup is None:
        voice.say("No line is for this. Name the destination: safelight report draft CASE --to NAME")
        return
    kind = "what it takes counts as nothing" if found.setup.is_test else "reports to it count"
    voice.say(f"  line {found.route.place} ({line_of(found.route)}): yes. It goes to {found.destination}; {kind}.")
    if found.setup.is_off:
        warn(f"{found.destination} is switched off.")


def line_of(route: Route) -> str:
    """Return a line of the table as text."""
    incident = ANY if route.incident_type is None else route.incident_type.value
    return "  ".join((route.jurisdiction or ANY, route.service or ANY, incident, route.destination))


def _routes(text: str) -> Iterator[Route]:
    lines = (line.split("#")[0].split() for line in text.splitlines())
    for place, words in enumerate(filter(None, lines), 1):
        if len(words) != 4:
            raise InvalidValue(
                f"Line {place} has {len(words)} words: it takes jurisdiction, service, incident and destination, with "
                f"{ANY} for any. Nothing was changed."
            )
        jurisdiction, service, incident, destination = words
        yield Route(
            place=place,
            jurisdiction=_word(jurisdiction),
            service=_word(service),
            incident_type=_incident(place, incident),
            destination=destination,
        )


def _word(word: str) -> str:
    return "" if word == ANY else word


def _incident(place: int, word: str) -> IncidentType | None:
    if word == ANY:
        return None
    if word not in set(IncidentType):
        raise InvalidValue(
            f"Line {place} is for {word[:40]!r}, which is no incident. Nothing was changed. There are: {ANY}, "
            f"{', '.join(IncidentType)}."
        )
    return IncidentType(word)
