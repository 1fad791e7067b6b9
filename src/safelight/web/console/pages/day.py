"""Parts of the day on home: one's own queue and dose, what a lead looks after, what of the installation is unwell."""

from collections.abc import Mapping
from datetime import timedelta

from safelight.database.transaction import read
from safelight.flow.review import dose
from safelight.flow.review.working import find_of_nobody, page_waiting
from safelight.review.exposure.figures import OwnFigures
from safelight.review.exposure.guard import Refused
from safelight.review.exposure.queries import waiting_lifts
from safelight.review.queue_queries import claims_of, count_waiting, imminent_cases
from safelight.roles import Permission
from safelight.web.console.condition import Wellness
from safelight.web.console.pages.budget_lines import budget_lines, until_break
from safelight.web.console.visit import Visit

MANY = 50
"""More cases than this are not counted for anybody: how long a queue is, is nobody's own task."""

_DECIDES = frozenset({Permission.CASE_DECIDE, Permission.CASE_LEAD})


def own_queue(visit: Visit) -> Mapping[str, object] | None:
    """Tell whoever decides on cases what waits for them and what they have, or why their queue pauses."""
    if not _DECIDES & visit.actor.permissions:
        return None
    own = own_figures(visit)
    waiting = page_waiting(visit.review, limit=MANY + 1)
    with read(visit.engine) as tx:
        claims = claims_of(tx, visit.actor, visit.clock.now())
    mine = {each.case_id for each in claims}
    free = [each for each in waiting if each.standing.case_id not in mine]
    told: dict[str, object] = {"pause": pause_of(own), "claims": claims, "waiting": len(free), "many": MANY}
    return told | {"minutes_more": _minutes_more(visit, own), "until_break": until_break(own)}


def own_dose(visit: Visit) -> Mapping[str, object] | None:
    """Tell whoever is shown pictures how much of their day is spent and left."""
    if Permission.EVIDENCE_REVIEW not in visit.actor.permissions:
        return None
    own = own_figures(visit)
    return {"own": own, "lines": budget_lines(own, visit.clock.now())}


def lead_day(visit: Visit) -> Mapping[str, object] | None:
    """Tell a lead what waits for whom, what waits for nobody, where somebody may be in danger, and lifts that wait."""
    if Permission.CASE_LEAD not in visit.actor.permissions:
        return None
    of_nobody = find_of_nobody(visit.review)
    grants = Permission.EXPOSURE_WRITE in visit.actor.permissions
    with read(visit.engine) as tx:
        return {
            "seats": count_waiting(tx),
            "of_nobody": sorted(case_id for case_ids in of_nobody.values() for case_id in case_ids),
            "imminent": imminent_cases(tx),
            "lifts": len(waiting_lifts(tx, visit.clock, visit.actor)) if grants else 0,
        }


def unwell(visit: Visit) -> Mapping[str, object] | None:
    """Tell whoever reads figures which are not as they should be; nothing where all are."""
    if Permission.METRICS_READ not in visit.actor.permissions:
        return None
    found = [figure for figure in visit.console.condition() if figure.wellness is Wellness.UNWELL]
    return {"figures": found} if found else None


def own_figures(visit: Visit) -> OwnFigures:
    """Return the figures of whoever is here."""
    return dose.own_figures(visit.engine, visit.clock, visit.actor, visit.review.limits)


def pause_of(own: OwnFigures) -> Refused | None:
    """Return why a queue pauses; None where it goes on."""
    return own.standing if isinstance(own.standing, Refused) else None


def pause_now(visit: Visit) -> Refused | None:
    """Return why the queue of whoever is here pauses; None where it goes on."""
    return pause_of(own_figures(visit))


def _minutes_more(visit: Visit, own: OwnFigures) -> int:
    """Return for how many minutes a queue pauses, rounded up; 0 where time alone does not help."""
    pause = pause_of(own)
    if pause is None or pause.until is None:
        return 0
    return max(-((visit.clock.now() - pause.until) // timedelta(minutes=1)), 0)
