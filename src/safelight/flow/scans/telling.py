"""Telling the operator's own addresses what became of media: ids and a verdict, in the transaction of what happened."""

from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.settling import Also
from safelight.notices.event import EventKind
from safelight.notices.steps import tell_event


def tell_answers(clock: Clock) -> Also:
    """Return what tells of evidence that is sealed and of cases that are opened."""

    def tell(tx: Tx, answer: ScanAnswer) -> None:
        verdict = answer.verdict.value if answer.verdict else ""
        if answer.evidence_id is not None:
            tell_event(tx, clock, EventKind.EVIDENCE_SEALED, {"evidence_id": answer.evidence_id})
        if answer.case_id is not None and answer.is_new_case:
            tell_event(tx, clock, EventKind.CASE_OPENED, {"case_id": answer.case_id, "verdict": verdict})

    return tell
