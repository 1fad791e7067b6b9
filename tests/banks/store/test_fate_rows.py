"""The row of an entry's fate: the heir in its own bank, and no other."""

from safelight.banks import steps
from safelight.banks.store.fate_rows import find_fate


def test_the_heir_is_the_entry_of_the_same_identity_in_the_same_batch(bank) -> None:
    first, second = bank.add_one(1, "old"), bank.add_one(2, "old")
    bank.add(bank.entry(2, "new"), bank.entry(1, "new"))
    heirs = {entry.value: entry.id for entry in bank.entries()}
    assert bank.ask(find_fate, first).replaced_by == heirs[bank.entry(1).value]
    assert bank.ask(find_fate, second).replaced_by == heirs[bank.entry(2).value]


def test_there_is_no_row_for_an_entry_that_was_given_up(bank) -> None:
    batch_id = bank.stage(bank.entry(1))
    assert bank.ask(find_fate, 1) is None
    bank.publish(batch_id)
    assert bank.ask(find_fate, 1).entry_id == 1
    bank.do(steps.delete_bank, bank_id=bank.id)
    assert bank.ask(find_fate, 1).bank_deleted_at is not None
