"""Answer: what whoever sent media is told."""

from dataclasses import dataclass
from enum import StrEnum

from safelight.flow.chain import ScanResult
from safelight.flow.scans.unscanned import Treatment
from safelight.intake.request import Outcome, Request
from safelight.matching.match import Verdict


class Kept(StrEnum):
    """What of media was kept."""

    EVIDENCE = "evidence"
    SPOOL = "spool"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanAnswer:
    """What became of media that arrived.

    `id` names the request: under it one can ask later, if it was queued or came under an idempotency key. `verdict` is
    None while it waits to be scanned. `fault` and `treatment` say why it could not be and what was done about that.
    `result` is what the scan found out in full: None for what waits, and for a repeat, of which only verdict and ids
    are kept (`review.queries.find_item` has the matches of evidence).
    """

    id: str
    verdict: Verdict | None = None
    fault: str = ""
    treatment: Treatment | None = None
    evidence_id: str | None = None
    case_id: int | None = None
    is_new_case: bool = False
    spool_id: str | None = None
    job_id: int | None = None
    result: ScanResult | None = None
    is_repeat: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether a job is to scan it."""
        return self.verdict is None

    @property
    def kept(self) -> Kept:
        """What of it was kept."""
        if self.evidence_id is not None:
            return Kept.EVIDENCE
        is_in_spool = self.is_waiting or self.treatment in {Treatment.HOLD, Treatment.PASS_AND_REQUEUE}
        return Kept.SPOOL if is_in_spool else Kept.NOTHING

    @property
    def outcome(self) -> Outcome:
        """What is kept of it for a repeat."""
        return Outcome(
            verdict=self.verdict.value if self.verdict else "",
            fault=self.fault,
            treatment=self.treatment.value if self.treatment else "",
            evidence_id=self.evidence_id,
            case_id=self.case_id,
            spool_id=self.spool_id,
            job_id=self.job_id,
        )


def answer_again(request: Request) -> ScanAnswer:
    """Return the answer that a request got, and every repeat of it gets, whatever became of the media since."""
    return _answer(request, request.outcome)


def present_answer(request: Request) -> ScanAnswer:
    """Return how a request stands now: of media that waited, what its scan found."""
    return _answer(request, request.later or request.outcome)


def _answer(request: Request, told: Outcome) -> ScanAnswer:
    return ScanAnswer(
        id=request.id,
        verdict=Verdict(told.verdict) if told.verdict else None,
        fault=told.fault,
        treatment=Treatment(told.treatment) if told.treatment else None,
        evidence_id=told.evidence_id,
        case_id=told.case_id,
        spool_id=told.spool_id,
        job_id=told.job_id,
        is_repeat=True,
    )
