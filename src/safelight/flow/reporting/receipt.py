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
from safelight.vault.holding import start_report_hold
from safelight.vault.queries import find_evidence


def follow_receipt(tx: Tx, clock: Clock, actor: Actor, report: Report, evidence_ids: Sequence[str]) -> None:
    """Begin the hold of each file, let the case be reported, and tell of it. What a test host has counts as nothing.

    A case that was begun anew meanwhile stays so: what is found then goes into a report that follows.
    """
    facts = {"case_id": report.case_id, "report_id": report.id}
    if report.state is ReportState.HAND_OVER_DUE:
        tell_event(tx, clock, EventKind.HAND_OVER_DUE, facts)
    if report.state is not ReportState.FILED or report.filed_at is None:
        return
    if find_case(tx, report.case_id).state is CaseState.DECIDED:
        review.mark_reported(tx, clock, actor, report.case_id, report=str(report.id))
    for evidence_id in sorted(evidence_ids):
        if find_evidence(tx, evidence_id).destroyed_at is not None:  # the receipt stands all the same
            continue
        reference = f"{report_target(report.id)} {report.destination} {report.receipt}"
        start_report_hold(tx, clock, actor, evidence_id, receipt_at=report.filed_at, reference=reference)
    tell_event(tx, clock, EventKind.REPORT_FILED, facts)
