"""What a scan counted."""

from safelight.cli.tally import Tally


def test_verdicts_and_reasons_are_counted() -> None:
    tally = Tally()
    tally.count({"verdict": "near", "signals": [{"type": "pdq", "value": "00"}]})
    tally.count({"verdict": "not_scanned", "signals": [{"type": "pdq", "reason": "crashed"}] * 2})
    tally.count({"verdict": "no_known_match", "signals": [{"type": "pdq", "reason": "low_quality"}]})
    assert (tally.files, tally.matched, tally.not_scanned, tally.not_hashed) == (3, 1, 1, 1)
    assert tally.as_record(is_matched=True)["reasons"] == {"pdq:crashed": 1, "pdq:low_quality": 1}
    assert str(tally) == "0 exact, 1 near, 1 no_known_match, 1 not_scanned"


def test_records_of_hashing_have_no_verdict_to_count() -> None:
    tally = Tally()
    tally.count({"signals": [{"type": "md5", "reason": "refused"}]})
    assert (tally.files, tally.matched, tally.not_scanned, tally.not_hashed) == (1, 0, 0, 1)
    assert tally.as_record(is_matched=False) == {
        "files": 1,
        "resumed": 0,
        "not_hashed": 1,
        "reasons": {"md5:refused": 1},
    }


def test_files_of_which_a_control_withheld_something_are_counted_by_control() -> None:
    tally = Tally("bank@1")
    for controls in (["flood_guard", "flood_guard"], ["flood_guard", "allow_list"], []):
        withheld = [{"control": control} for control in controls]
        tally.count({"verdict": "no_known_match", "signals": [], "withheld": withheld, "against": "bank@2"})
    assert tally.as_record(is_matched=True)["withheld"] == {"flood_guard": 2, "allow_list": 1}
    assert str(tally).endswith("3 no_known_match, 0 not_scanned, 2 withheld by flood_guard, 1 withheld by allow_list")
    assert tally.against == "bank@2"
