"""Forgetting: what was recently seen is erased when its time is over, or when that is switched off, or asked for."""

from datetime import timedelta

from safelight.clock import Clock
from safelight.database.clock_mark import require_plausible
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.errors import InvalidValue
from safelight.jobs.run import Handler, Run
from safelight.recent.steps import forget_some
from safelight.roles import Actor, Permission, require_permission

FORGET_RECENT = "forget_recent"
"""The job that erases what was seen longer ago than is set, and everything where it is switched off."""

_AT_ONCE = 5_000
"""Media of one transaction, so that no other writer waits for long."""


def forgetting(actor: Actor, days: int, *, most_jump: timedelta) -> Handler:
    """Return the clock job. With 0 days all is erased, whatever the clock says: it is switched off then."""

    def forget(run: Run) -> None:
        count = _AT_ONCE
        while count == _AT_ONCE:
            with run.step() as tx:
                before = None
                if days:
                    before = require_plausible(tx, run.clock, most_jump) - timedelta(days=days)
                count = forget_some(tx, run.clock, actor, before=before, limit=_AT_ONCE)

    return forget


def forget_all(engine: Engine, clock: Clock, actor: Actor, *, reason: str) -> int:
    """Erase at once all that is kept, and return how many media those were.

    What matched already is in its case and stays. Raises `NotAllowed` without `spool:write`, `InvalidValue` without
    a reason.
    """
    require_permission(actor, Permission.SPOOL_WRITE)
    if not reason.strip():
        raise InvalidValue("To erase what was recently seen takes a reason, which the audit log keeps.")
    total, count = 0, _AT_ONCE
    while count == _AT_ONCE:
        with write(engine) as tx:
            count = forget_some(tx, clock, actor, before=None, limit=_AT_ONCE, reason=reason)
            total += count
    return total
