"""What is loud: reports that are open at their authority and not finished. Every page says so, to whom they concern."""

from dataclasses import dataclass

from safelight.database.transaction import read
from safelight.reporting.queries import count_open
from safelight.roles import Actor, Permission
from safelight.web.console.console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class Loud:
    """How many reports are open there, and the page that lists them."""

    count: int
    path: str = "/reports?state=filing"


def loud_now(console: Console, actor: Actor | None) -> Loud | None:
    """Return what every page says first, to whoever may read reports; None where nothing is loud."""
    if actor is None or Permission.REPORT_READ not in actor.permissions:
        return None
    with read(console.engine) as tx:
        count = count_open(tx)
    return Loud(count=count) if count else None
