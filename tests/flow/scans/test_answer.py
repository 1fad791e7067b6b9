"""What is told of media says what was kept of it, and a repeat is told the same."""

from datetime import UTC, datetime

import pytest

from safelight.flow.scans.answer import Kept, ScanAnswer, answer_again, present_answer
from safelight.flow.scans.unscanned import Treatment
from safelight.intake.request import Outcome, Request
from safelight.matching.match import Verdict

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (ScanAnswer(id="a", verdict=Verdict.NEAR, evidence_id="e"), Kept.EVIDENCE),
        (ScanAnswer(id="a", verdict=Verdict.NO_KNOWN_MATCH), Kept.NOTHING),
        (ScanAnswer(id="a", verdict=Verdict.NOT_SCANNED, fault="crashed", treatment=Treatment.HOLD), Kept.SPOOL),
        (ScanAnswer(id="a", verdict=Verdict.NOT_SCANNED, fault="crashed", treatment=Treatment.REJECT), Kept.NOTHING),
        (ScanAnswer(id="a", verdict=Verdict.NOT_SCANNED, treatment=Treatment.PASS_AND_REQUEUE), Kept.SPOOL),
        (ScanAnswer(id="a", spool_id="s", job_id=3), Kept.SPOOL),
    ],
)
def test_an_answer_says_what_was_kept_and_is_the_same_when_it_is_given_again(answer: ScanAnswer, kept: Kept) -> None:
    assert answer.kept is kept
    again = answer_again(_request(answer.outcome))
    assert again.is_repeat
    assert (again.outcome, again.kept, again.is_waiting) == (answer.outcome, kept, answer.is_waiting)


def test_of_what_waited_a_repeat_is_told_that_it_waits_and_who_asks_is_told_what_was_found() -> None:
    first = ScanAnswer(id="a", spool_id="s", job_id=3).outcome
    request = _request(first, Outcome(verdict="exact", case_id=5, evidence_id="e", spool_id="s", job_id=3))
    assert answer_again(request).verdict is None
    assert (present_answer(request).verdict, present_answer(request).case_id) == (Verdict.EXACT, 5)


def _request(outcome: Outcome, later: Outcome | None = None) -> Request:
    return Request(
        id="a", body_digest=b"", started_at=AT, lease_until=None, answered_at=AT, outcome=outcome, later=later
    )
