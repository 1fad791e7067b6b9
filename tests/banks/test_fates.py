"""What became of an entry is told, and since when, whatever it was."""

import pytest

from safelight.banks import steps
from safelight.banks.fates import find_fate
from safelight.errors import NotFound


def test_an_entry_that_a_bank_holds_has_met_with_nothing(bank) -> None:
    entry_id = bank.add_one(1)
    fate = bank.ask(find_fate, entry_id)
    assert (fate.entry_id, fate.bank_id, fate.bank_name) == (entry_id, bank.id, "Alpha")
    assert (fate.bank_deleted_at, fate.withdrawn_at, fate.replaced_at, fate.replaced_by) == (None,) * 4


def test_an_entry_that_was_taken_out_says_when(bank, clock) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.remove_entry, entry_id=entry_id)
    assert bank.ask(find_fate, entry_id).withdrawn_at == clock.now()


def test_an_entry_that_was_replaced_names_its_heir(bank, clock) -> None:
    old = bank.add_one(1, "old")
    new = bank.add_one(1, "new")
    fate = bank.ask(find_fate, old)
    assert (fate.replaced_at, fate.replaced_by, fate.is_held) == (clock.now(), new, False)
    assert bank.ask(find_fate, new).is_held


def test_an_import_that_is_not_published_replaces_nothing(bank) -> None:
    old = bank.add_one(1, "old")
    bank.stage(bank.entry(1, "new"))
    assert bank.ask(find_fate, old).is_held


def test_an_entry_of_a_bank_that_was_deleted_says_when(bank, clock) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.delete_bank, bank_id=bank.id)
    fate = bank.ask(find_fate, entry_id)
    assert (fate.bank_name, fate.bank_deleted_at, fate.is_held) == ("Alpha", clock.now(), False)


@pytest.mark.parametrize("entry_id", [0, -1, 77, 2**63, 2**70])
def test_an_entry_that_never_was_is_not_found(bank, entry_id: int) -> None:
    with pytest.raises(NotFound, match=str(entry_id)):
        bank.ask(find_fate, entry_id)


def test_an_entry_that_was_only_staged_never_was(bank) -> None:
    held = bank.add_one(1)
    bank.stage(bank.entry(2))
    with pytest.raises(NotFound):
        bank.ask(find_fate, held + 1)
