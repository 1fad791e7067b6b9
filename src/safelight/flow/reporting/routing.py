"""Routing: which destination a case would go to, and why."""

from dataclasses import dataclass

from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.reporting.desk import ReportDesk
from safelight.flow.reporting.gathering import incident_of
from safelight.flow.review.acting import present
from safelight.reporting.route import Asked, Route, choose
from safelight.reporting.setup import Setup
from safelight.reporting.setup_queries import list_routes, list_setups
from safelight.roles import Permission, require_permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Where a case would go: the line that decides and its destination, None where no line fits.

    `passed` are the lines before it, each with the sentence why it is not for this.
    """

    asked: Asked
    route: Route | None
    setup: Setup | None
    passed: tuple[tuple[Route, str], ...]

    @property
    def destination(self) -> str:
        """The name of the destination. Raises `NotFound` where no line of the table fits."""
        if self.route is None:
            raise NotFound(
                "No line of the routing table is for this, and none is for anything, as a default. Nothing was done. "
                "Name a destination, or set the table: safelight destination route set"
            )
        return self.route.destination


def route_case(desk: ReportDesk, case_id: int, *, jurisdiction: str = "", service: str = "") -> Routed:
    """Return where a report of a case would go, by the gravest that is confirmed in it.

    Raises `NotAllowed` without `report:read`, `NotFound`, `UsageError` for a case in which nothing is confirmed.
    """
    with read(desk.engine) as tx:
        require_permission(present(tx, desk.actor), Permission.REPORT_READ)
        asked = Asked(jurisdiction=jurisdiction, service=service, incident_type=incident_of(tx, case_id))
        routes, setups = list_routes(tx), {each.name: each for each in list_setups(tx)}
    found = choose(routes, asked)
    passed = tuple((each, each.why_not(asked)) for each in routes if found is None or each.place < found.place)
    setup = None if found is None else setups[found.destination]
    return Routed(asked=asked, route=found, setup=setup, passed=passed)
