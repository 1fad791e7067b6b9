"""Closing cases and opening them again: what keeps their evidence ends, or lasts again, in the same transaction."""

from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.errors import UsageError
from safelight.flow.review.acting import present
from safelight.flow.review.endings import end_reviews, renew_reviews
from safelight.review import steps
from safelight.review.case import Case
from safelight.review.decision import Finding
from safelight.review.decision_queries import has_undecided, holding_on
from safelight.roles import Actor, Permission, require_permission
from safelight.vault.hold import APPEAL_DAYS


def close_case(
    engine: Engine, clock: Clock, actor: Actor, case_id: int, *, reason: str, appeal_days: int = APPEAL_DAYS
) -> Case:
    """Close a case without a report: its evidence is kept for an appeal, and then goes unless another hold keeps it.

    It may be closed if (1) who asks has `case:write`, (2) all that belongs to it was decided on, for closing is no way
    round a decision and its second reader, and (3) where something was confirmed, who asks has `case:lead`. What comes
    about the same subject later opens another case. Raises `NotAllowed`, `InvalidValue` without a reason, `NotFound`,
    `UsageError` where it has ended already or something is not decided, `ClockWrong`.
    """
    with write(engine) as tx:
        actor = present(tx, actor)
        require_permission(actor, Permission.CASE_WRITE)
        case = steps.close_case(tx, clock, actor, case_id, reason=reason)
        _require_decided(tx, actor, case_id)
        end_reviews(tx, clock, actor, case, appeal_days=appeal_days)
        return case


def reopen_case(engine: Engine, clock: Clock, actor: Actor, case_id: int, *, reason: str) -> Case:
    """Begin a case anew, for an appeal or a correction: no decision on it holds then, and all of them stay on record.

    Its evidence is kept, as far as it lives, until the case is closed once more. Raises as `close_case`, and
    `AlreadyExists` where another case about the same is open.
    """
    with write(engine) as tx:
        actor = present(tx, actor)
        require_permission(actor, Permission.CASE_WRITE)
        case = steps.reopen_case(tx, clock, actor, case_id, reason=reason)
        renew_reviews(tx, clock, actor, case)
        return case


def _require_decided(tx: Tx, actor: Actor, case_id: int) -> None:
    if has_undecided(tx, case_id):
        raise UsageError(
            f"Not all that belongs to case {case_id} was decided on. Closing is no way round that: decide on it, with "
            "`safelight case decide`. A case in which nothing is confirmed closes by itself. Nothing was changed."
        )
    if any(each.finding is Finding.CONFIRMED for each in holding_on(tx, case_id).values()):
        require_permission(actor, Permission.CASE_LEAD)
