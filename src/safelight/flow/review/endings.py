"""What keeps the evidence of a case ends with its review, and lasts again when that is begun anew."""

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.review.case import Case
from safelight.review.queries import evidence_of
from safelight.roles import Actor
from safelight.vault import holding
from safelight.vault.queries import living_among


def end_reviews(tx: Tx, clock: Clock, actor: Actor, case: Case, *, appeal_days: int) -> None:
    """Keep the evidence of a case that was closed for an appeal; then it goes unless another hold keeps it."""
    closed_at = case.last_activity_at
    for evidence_id in living_among(tx, evidence_of(tx, case.id)):
        holding.close_review(tx, clock, actor, evidence_id, closed_at=closed_at, appeal_days=appeal_days)


def renew_reviews(tx: Tx, clock: Clock, actor: Actor, case: Case) -> None:
    """Keep the evidence of a case that is open again, as far as it lives."""
    for evidence_id in living_among(tx, evidence_of(tx, case.id)):
        holding.reopen_review(tx, clock, actor, evidence_id)
