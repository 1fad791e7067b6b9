"""Danger and deadlines: each function is one act of a person, in one transaction."""

from datetime import datetime

from safelight.flow.review.desk import ReviewDesk
from safelight.flow.review.following import tell_imminent
from safelight.review import steps
from safelight.review.claim import require_person
from safelight.roles import Permission


def mark_imminent(desk: ReviewDesk, case_id: int, *, reason: str) -> None:
    """Say that somebody may be in danger at this moment: the case comes before all others, and the leads are alarmed.

    Any reviewer may, whoever has the case. Raises `NotAllowed`, `InvalidValue` without a reason, `NotFound`.
    """
    with desk.acting(Permission.CASE_DECIDE) as (tx, actor):
        require_person(actor)
        steps.mark_imminent(tx, desk.clock, actor, case_id, reason=reason)
        tell_imminent(tx, desk.clock, case_id)


def set_deadline(desk: ReviewDesk, case_id: int, deadline_at: datetime | None, *, reason: str = "") -> None:
    """Say by when a case is to be decided; None: by no time. Raises `NotAllowed`, `InvalidValue`, `NotFound`."""
    with desk.acting(Permission.CASE_WRITE) as (tx, actor):
        steps.set_deadline(tx, desk.clock, actor, case_id, deadline_at, reason=reason)
