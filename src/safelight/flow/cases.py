"""Closing cases and opening them again: what keeps their evidence ends, or lasts again, in the same transaction."""

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.review import steps
from safelight.review.case import Case
from safelight.review.queries import evidence_of
from safelight.roles import Actor, Permission, require_permission
from safelight.vault import holding
from safelight.vault.hold import APPEAL_DAYS
from safelight.vault.queries import living_among


def close_case(
    engine: Engine, clock: Clock, actor: Actor, case_id: int, *, reason: str, appeal_days: int = APPEAL_DAYS
) -> Case:
    """Close a case without a report: its evidence is kept for an appeal, and then goes unless another hold keeps it.

    What comes about the same subject later opens another case. Raises `NotAllowed` without the permission `case:write`,
    `InvalidValue` without a reason, `NotFound`, `UsageError` where it is closed already, `ClockWrong`.
    """
    require_permission(actor, Permission.CASE_WRITE)
    with write(engine) as tx:
        case = steps.close_case(tx, clock, actor, case_id, reason=reason)
        closed_at = case.last_activity_at
        for evidence_id in _living(tx, case_id):
            holding.close_review(tx, clock, actor, evidence_id, closed_at=closed_at, appeal_days=appeal_days)
        return case


def reopen_case(engine: Engine, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Open a case again: its evidence is kept, as far as it lives, until the case is closed once more.

    Raises as `close_case`, and `AlreadyExists` where another case about the same is open.
    """
    require_permission(actor, Permission.CASE_WRITE)
    with write(engine) as tx:
        case = steps.reopen_case(tx, clock, actor, case_id, reason=reason)
        for evidence_id in _living(tx, case_id):
            holding.reopen_review(tx, clock, actor, evidence_id)
        return case


def _living(tx: Tx, case_id: int) -> list[str]:
    return living_among(tx, evidence_of(tx, case_id))
