"""Health: how this process is and what it stands on, read when somebody looks."""

from starlette.responses import Response

from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.visit import Visit


def add_health(door: Door) -> None:
    """Add the page."""

    @door.page("GET", "/health", Permission.METRICS_READ)
    def show_health(visit: Visit) -> Response:
        figures = visit.console.condition()
        return visit.see("health.html", figures=figures, now=visit.clock.now())
