"""Answers are read into records."""

from safelight.client.answers import Hashed, Scan


def test_a_repeat_has_no_matches_and_says_so() -> None:
    told = {"scan": "a", "verdict": "exact", "kept": "evidence", "case": 1, "evidence": "e", "job": None, "fault": None}
    scan = Scan.read(told | {"is_repeat": True})
    assert (scan.is_repeat, scan.matches, scan.is_match) == (True, (), True)


def test_a_type_that_has_a_value_in_one_frame_is_not_missing() -> None:
    signals = [{"type": "pdq", "reason": "low_quality"}, {"type": "pdq", "value": "00"}, {"type": "pdq", "value": "01"}]
    hashed = Hashed.read({"signals": signals})
    assert (dict(hashed.signals), dict(hashed.missing)) == ({"pdq": "00"}, {})
