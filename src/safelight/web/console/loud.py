"""What is loud: reports that are open at their authority and not finished. Every page says so, to whom they concern."""

from collections.abc import Sequence

from safelight.database.transaction import read
from safelight.reporting.deadline import Loud
from safelight.reporting.due_queries import left_open
from safelight.roles import Actor, Permission
from safelight.web.console.console import Console


def loud_now(console: Console, actor: Actor | None) -> Sequence[Loud]:
    """Return what every page says first, to whoever may read reports: what has been open for longer than filing takes.

    What else is loud is on the page of reports (`flow.reporting.deadlines.loudest`): that goes over every decided case.
    """
    if actor is None or Permission.REPORT_READ not in actor.permissions:
        return ()
    with read(console.engine) as tx:
        found = left_open(tx, console.clock.now(), console.deadlines)
    return sorted(found.values(), key=lambda each: each.loudness)
