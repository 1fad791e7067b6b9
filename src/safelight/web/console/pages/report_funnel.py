"""The funnel: of what matched, how much was decided, reported and acted on, and how long each step took."""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response

from safelight.errors import InvalidValue
from safelight.flow.outcomes.funnel import funnel_of
from safelight.outcomes.measures import By, Stage, Step
from safelight.roles import Permission
from safelight.web.console.door import Door
from safelight.web.console.moments import read_day
from safelight.web.console.visit import Visit

_USUAL = timedelta(days=365)


def add_report_funnel(door: Door) -> None:
    """Add the page."""

    @door.page("GET", "/reports/funnel", Permission.OUTCOME_READ)
    def show_funnel(visit: Visit) -> Response:
        since, until, by = _asked(visit)
        rows = funnel_of(visit.outcomes, since=since, until=until, by=() if by is None else (by,))
        told: dict[str, Any] = {"rows": rows, "since": since, "until": until - timedelta(days=1), "by": by}
        bys = [each for each in By if each is not By.SOURCE or Permission.CASE_LEAD in visit.actor.permissions]
        return visit.see("report_funnel.html", **told, bys=bys, stages=tuple(Stage), steps=tuple(Step))


def _asked(visit: Visit) -> tuple[datetime, datetime, By | None]:
    """Return from which day on, until the end of which, and by what. Raises `InvalidValue`."""
    params = visit.request.query_params
    today = visit.clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    last = read_day(params.get("until", "")) or today
    by = params.get("by", "")
    if by and by not in set(By):
        raise InvalidValue("The funnel is broken down by source, destination or month.")
    try:
        since = read_day(params.get("since", "")) or last - _USUAL
        return since, last + timedelta(days=1), By(by) if by else None
    except OverflowError:
        raise InvalidValue("There is no such day.") from None
