import pytest
from sqlalchemy import event

from safelight.banks import steps
from safelight.banks.control import EntryControl
from safelight.banks.store import control_rows
from safelight.database.parts import MOST_AT_ONCE
from safelight.database.transaction import read, write


def test_more_controls_than_a_statement_takes_are_found_and_handed_down(bank) -> None:
    count = MOST_AT_ONCE + 200
    old = bank.stage(*(bank.entry(number, label="A1") for number in range(count)))
    bank.publish(old, added=count)
    with write(bank.engine) as tx:
        for entry_id in range(1, count + 1):
            control_rows.put_control(tx, EntryControl(entry_id=entry_id, bank_id=bank.id, threshold=entry_id % 60))
        assert len(control_rows.find_controls(tx, range(1, 9_999))) == count
    bank.publish(bank.stage(*(bank.entry(number, label="B2") for number in range(count))), added=0, replaced=count)
    with read(bank.engine) as tx:
        found = control_rows.all_controls(tx)
    assert list(found) == list(range(count + 1, 2 * count + 1))
    assert {control.threshold for control in found.values()} == set(range(60))


def test_an_entry_that_nothing_is_set_for_any_more_has_no_row(bank) -> None:
    entry_id = bank.add_one(1)
    with write(bank.engine) as tx:
        control_rows.put_control(tx, EntryControl(entry_id=entry_id, bank_id=bank.id, threshold=3))
        control_rows.put_control(tx, EntryControl(entry_id=entry_id, bank_id=bank.id))
        assert control_rows.find_controls(tx, [entry_id]) == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_question_about_controls_begins_with_the_entries(bank) -> None:
    """Controls are few, entries and the batches that bring them are millions: SQLite tells beforehand how it goes."""
    bank.do(steps.set_entry_threshold, entry_id=bank.add_one(1), distance=3)
    asked: list[tuple[str, object]] = []
    with write(bank.engine) as tx:
        event.listen(tx, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        control_rows.all_controls(tx)
        control_rows.hand_down(tx, 1)
        about_entries = [question for question in asked if "bank_entries" in question[0]]
        assert len(about_entries) == 3
        for statement, values in about_entries:
            plan = " ".join(str(row) for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
            assert "SEARCH bank_entries USING INTEGER PRIMARY KEY" in plan
            assert "SCAN bank_entries" not in plan
            assert "ix_bank_entries_batch_id" not in plan
            assert "ix_bank_entries_superseded_by" not in plan
