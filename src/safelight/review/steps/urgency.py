"""What moves a case in the queue beside what comes to belong to it: danger, a deadline, and its coming near."""

from dataclasses import replace
from datetime import UTC, datetime

from safelight.audit import log
from safelight.clock import Clock
from safelight.database.clock_mark import see
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue
from safelight.review.case import check_reason
from safelight.review.queries import case_target
from safelight.review.steps.cases import locked
from safelight.review.store import queue_rows
from safelight.roles import Actor

EARLIEST_DEADLINE, LATEST_DEADLINE = datetime(2000, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Between these every step towards a deadline is a moment too."""

_AT_ONCE = 500


def put_imminent(tx: Tx, case_id: int, now: datetime) -> None:
    """Let a case that is locked come before all others."""
    _, standing = locked(tx, case_id)
    queue_rows.put_facts(tx, case_id, replace(standing.facts, is_imminent=True), now)


def mark_imminent(tx: Tx, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> None:
    """Say that somebody may be in danger at this moment. Raises `InvalidValue` without a reason, `NotFound`."""
    check_reason(reason)
    put_imminent(tx, case_id, see(tx, clock))
    log.write(tx, clock=clock, actor=actor, verb="mark_imminent", target=case_target(case_id), reason=reason)


def set_deadline(
    tx: Tx, clock: Clock, actor: Actor, case_id: int, deadline_at: datetime | None, *, reason: str = ""
) -> None:
    """Say by when a case is to be decided; None: by no time. Raises `InvalidValue`, `NotFound`."""
    if deadline_at is not None and deadline_at.utcoffset() is None:
        raise InvalidValue("A deadline needs its zone, such as 2027-01-31T00:00:00Z. Nothing was changed.")
    if deadline_at is not None and not EARLIEST_DEADLINE <= deadline_at <= LATEST_DEADLINE:
        raise InvalidValue("A deadline is in the years 2000 to 9998. Nothing was changed.")
    now = see(tx, clock)
    _, standing = locked(tx, case_id)
    queue_rows.put_facts(tx, case_id, replace(standing.facts, deadline_at=deadline_at), now)
    told = "none" if deadline_at is None else deadline_at.isoformat(timespec="minutes")
    target = case_target(case_id)
    log.write(
        tx, clock=clock, actor=actor, verb="set_deadline", target=target, reason=reason, details={"deadline": told}
    )


def raise_deadlines(tx: Tx, clock: Clock) -> int:
    """Let cases whose deadline came nearer stand where that puts them; return of how many, 500 at most."""
    now = clock.now()
    due = queue_rows.due_steps(tx, now, _AT_ONCE)
    for standing in due:
        queue_rows.put_facts(tx, standing.case_id, standing.facts, now)
    return len(due)
