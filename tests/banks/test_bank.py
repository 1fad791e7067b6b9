from datetime import UTC, datetime

import pytest

from safelight.banks.bank import Bank, check_bank_name, check_threshold, default_threshold, name_key
from safelight.errors import InvalidValue


@pytest.mark.parametrize("name", ["a", "NCMEC_SAMPLE", "_x", "9lives", "iwf.2026-01", "x" * 100])
def test_usual_names_are_taken(name: str) -> None:
    check_bank_name(name)


@pytest.mark.parametrize("name", ["", " a", "a b", "-a", ".a", "a/b", "ä", "a\n", "x" * 101, "a,b"])
def test_names_that_would_need_quoting_somewhere_are_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        check_bank_name(name)


def test_names_that_differ_in_case_alone_are_the_same_name() -> None:
    assert name_key("Alpha") == name_key("ALPHA")


def test_pdq_matches_at_31_and_everything_else_by_equality_unless_set() -> None:
    assert default_threshold("pdq") == 31
    assert default_threshold("md5") == default_threshold("photodna") == 0


def test_a_bank_uses_what_was_set_for_it() -> None:
    bank = Bank(
        id=1, name="a", is_enabled=True, version=1, created_at=datetime(2026, 1, 1, tzinfo=UTC), thresholds={"pdq": 12}
    )
    assert (bank.threshold("pdq"), bank.threshold("md5")) == (12, 0)


@pytest.mark.parametrize("distance", [0, 31, 64])
def test_a_pdq_threshold_may_be_anything_sensible(distance: int) -> None:
    check_threshold("pdq", distance)


@pytest.mark.parametrize(("signal_type", "distance"), [("pdq", -1), ("pdq", 65), ("md5", 0), ("photodna", 3)])
def test_thresholds_that_match_everything_or_mean_nothing_are_refused(signal_type: str, distance: int) -> None:
    with pytest.raises(InvalidValue):
        check_threshold(signal_type, distance)
