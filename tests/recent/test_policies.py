"""A change of a bank as a whole names the banks of which older entries may match by it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from safelight.banks.bank import Bank, DeconfirmedPolicy
from safelight.recent.policies import (
    ordinary,
    policies_of,
    read_policies,
    suspected_banks,
    widened_banks,
    write_policies,
)


def _bank(bank_id: int, **more: Any) -> Bank:
    values = {"name": f"b{bank_id}", "is_enabled": True, "version": 1, "created_at": datetime(2026, 1, 1, tzinfo=UTC)}
    return Bank(id=bank_id, **(values | more))


BANKS = {1: _bank(1), 2: _bank(2, thresholds={"pdq": 20}), 3: _bank(3, is_allow_list=True, suppresses=frozenset({2}))}


def test_policies_are_written_down_and_read_back() -> None:
    policies = policies_of(BANKS)
    assert read_policies(write_policies(policies)) == policies


def test_a_new_version_or_name_widens_nothing() -> None:
    named = {bank_id: replace(bank, version=9, name="other") for bank_id, bank in BANKS.items()}
    assert widened_banks(policies_of(BANKS), named) == frozenset()


@pytest.mark.parametrize(
    "change",
    [{"thresholds": {"pdq": 40}}, {"rollout": 5}, {"deconfirmed": DeconfirmedPolicy.DEMOTE}, {"suppresses": {1}}],
    ids=lambda change: next(iter(change)),
)
def test_a_bank_of_which_anything_else_was_changed_is_widened(change: dict[str, Any]) -> None:
    assert widened_banks(policies_of(BANKS), {**BANKS, 1: replace(BANKS[1], **change)}) == {1}


def test_a_bank_that_is_switched_off_is_not_looked_at_and_one_that_is_switched_on_is() -> None:
    off = {**BANKS, 1: replace(BANKS[1], is_enabled=False)}
    assert widened_banks(policies_of(BANKS), off) == frozenset()
    assert widened_banks(policies_of(off), BANKS) == {1}


def test_an_allow_list_that_is_changed_or_gone_widens_what_it_suppressed() -> None:
    old = policies_of(BANKS)
    assert widened_banks(old, {**BANKS, 3: replace(BANKS[3], suppresses=frozenset())}) == {2}
    assert widened_banks(old, {1: BANKS[1], 2: BANKS[2]}) == {2}


def test_a_new_bank_has_new_entries_and_widens_nothing() -> None:
    assert widened_banks(policies_of({1: BANKS[1]}), BANKS) == frozenset()


def test_without_old_policies_what_was_changed_is_suspected_and_after_an_allow_list_everything() -> None:
    assert suspected_banks({1}, BANKS) == {1}
    assert suspected_banks(set(), BANKS) == frozenset()
    assert suspected_banks({3}, BANKS) == suspected_banks({77}, BANKS) == {1, 2}


def test_only_enabled_banks_that_match_are_ordinary() -> None:
    assert ordinary({1, 2, 3, 77}, {**BANKS, 1: replace(BANKS[1], is_enabled=False)}) == {2}
