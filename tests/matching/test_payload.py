"""A payload names a bank and an entry, within stated limits, and radii name banks by their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.errors import DatabaseUnusable
from safelight.matching.payload import (
    LEFT_OUT,
    MOST_BANK_ID,
    MOST_ENTRY_ID,
    bank_of,
    entry_of,
    payload_of,
    payloads_of_bank,
    radii_of,
)

BANKS = st.integers(1, MOST_BANK_ID)
ENTRIES = st.integers(1, MOST_ENTRY_ID)


@given(bank_id=BANKS, entry_id=ENTRIES, other_id=BANKS)
def test_a_payload_gives_back_its_bank_and_entry_and_lies_in_the_range_of_that_bank_alone(
    bank_id: int, entry_id: int, other_id: int
) -> None:
    payload = payload_of(bank_id, entry_id)
    assert (bank_of(payload), entry_of(payload)) == (bank_id, entry_id)
    assert 0 < payload < 1 << 64
    first, last = payloads_of_bank(other_id)
    assert (first <= payload <= last) == (other_id == bank_id)


@pytest.mark.parametrize(
    ("bank_id", "entry_id"),
    [(0, 1), (1, 0), (-1, 1), (1, -1), (MOST_BANK_ID + 1, 1), (1, MOST_ENTRY_ID + 1)],
)
def test_numbers_that_would_run_into_each_other_are_refused(bank_id: int, entry_id: int) -> None:
    with pytest.raises(DatabaseUnusable, match="beyond what can be searched"):
        payload_of(bank_id, entry_id)


@given(thresholds=st.dictionaries(st.integers(1, 300), st.integers(0, LEFT_OUT - 1)))
def test_radii_say_for_each_bank_how_far_and_leave_all_others_out(thresholds: dict[int, int]) -> None:
    radii = radii_of(thresholds)
    assert len(radii) == max(thresholds, default=-1) + 1
    assert all(radii[bank_id] == thresholds.get(bank_id, LEFT_OUT) for bank_id in range(len(radii)))
