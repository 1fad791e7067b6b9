"""What became of media is told to the operator's addresses in the transaction of what happened."""

from safelight.database.transaction import write
from safelight.flow.scans.answer import ScanAnswer
from safelight.flow.scans.telling import tell_answers
from safelight.matching.match import Verdict


def test_evidence_and_new_cases_are_told_of_by_their_ids(engine, clock, told_events) -> None:
    tell = tell_answers(clock)
    with write(engine) as tx:
        tell(tx, ScanAnswer(id="a", verdict=Verdict.EXACT, evidence_id="e", case_id=1, is_new_case=True))
        tell(tx, ScanAnswer(id="b", verdict=Verdict.NEAR, evidence_id="f", case_id=1))
        tell(tx, ScanAnswer(id="c", verdict=Verdict.NOT_SCANNED, fault="timed_out"))
    assert told_events() == [
        ("evidence_sealed", {"evidence_id": "e"}),
        ("case_opened", {"case_id": 1, "verdict": "exact"}),
        ("evidence_sealed", {"evidence_id": "f"}),
    ]
