"""The receipt: what follows in the same transaction, once an authority has a report."""

from collections.abc import Sequence

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event
from safelight.reporting.report import Report, ReportState, report_target
from safelight.review import steps as review
from safelight.review.case import CaseState
from safelight.review.queries import find_case
from safelight.roles import Actor
from safelight.vault.holding import keep_from_opening, start_report_hold
from safelight.vault.queries import find_evidence

RECEIPT_DOUBTED = "receipt_doubted"
"""The verdict of a report that is filed, and whose receipt was not what it should be."""

DOUBTED = (
    "is filed, and the receipt that came for it was of other files than were sent, or of something else. Compare what "
    "its authority has with what was sent (safelight report show … --calls), and draft a report that follows if "
    "something of it lacks."
)
"""What is told of such a report: nothing of it can be taken back."""


def follow_receipt(
    tx: Tx, clock: Clock, actor: Actor, report: Report, evidence_ids: Sequence[str], *, is_doubted: bool = False
) -> None:
    """Begin the hold of each file, let the case be reported, and tell of it. What a test host has counts as nothing.

    A case that was begun anew meanwhile stays so: what is found then goes into a report that follows. Case and files
    are locked before anybody looks at them, in this order: nobody begins the one anew or destroys the others meanwhile.
    `is_doubted`: the authority said once that it is finished, and named other things than were sent.
    """
    facts: dict[str, int | str] = {"case_id": report.case_id, "report_id": report.id}
    if report.state is ReportState.HAND_OVER_DUE:
        tell_event(tx, clock, EventKind.HAND_OVER_DUE, facts)
    if report.state is not ReportState.FILED or report.filed_at is None:
        return
    review.lock_cases(tx, [report.case_id])
    keep_from_opening(tx, evidence_ids)
    if find_case(tx, report.case_id).state is CaseState.DECIDED:
        review.mark_reported(tx, clock, actor, report.case_id, report=str(report.id))
    for evidence_id in sorted(evidence_ids):
        if find_evidence(tx, evidence_id).destroyed_at is not None:  # the receipt stands all the same
            continue
        reference = f"{report_target(report.id)} {report.destination} {report.receipt}"
        start_report_hold(tx, clock, actor, evidence_id, receipt_at=report.filed_at, reference=reference)
    doubt = {"verdict": RECEIPT_DOUBTED} if is_doubted else {}
    tell_event(tx, clock, EventKind.REPORT_FILED, facts | doubt)
