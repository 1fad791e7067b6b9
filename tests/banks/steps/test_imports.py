import pytest

from safelight.banks import queries, steps
from safelight.banks.batch import Counts, Origin, Runner
from safelight.banks.entry import staged_row
from safelight.database.transaction import write
from safelight.errors import ImportRunning, NotFound

ORIGIN = Origin(name="list.csv", format="csv")
RUNNER = Runner(place="elsewhere", pid=1, started="1")


def test_staged_entries_are_seen_by_nobody_until_they_are_published(bank) -> None:
    bank.add(bank.entry(1, label="A1"))
    stamp = bank.stamp()
    batch_id = bank.stage(bank.entry(1, label="B2"), bank.entry(2))
    assert bank.labels() == ["A1"]
    assert bank.matching() == [1]
    assert bank.ask(queries.count_entries, bank.id) == {"pdq": 1}
    assert bank.stamp() == stamp
    bank.publish(batch_id)
    assert sorted(bank.labels(), key=str) == ["B2", None]
    assert sorted(bank.matching()) == [1, 2]
    assert bank.stamp() != stamp


def test_only_one_import_holds_a_bank_and_nothing_is_added_by_hand_meanwhile(bank) -> None:
    batch_id = bank.stage(bank.entry(1))
    with pytest.raises(ImportRunning):
        bank.do(steps.begin_import, bank_id=bank.id, origin=ORIGIN, runner=RUNNER)
    with pytest.raises(ImportRunning):
        bank.add(bank.entry(2))
    other = bank.do(steps.create_bank, name="Other")
    bank.do(steps.begin_import, bank_id=other, origin=ORIGIN, runner=RUNNER)
    bank.publish(batch_id)
    bank.add(bank.entry(2))


def _give_up(bank, batch_id: int, limit: int) -> int:
    """Abandon an import and clear it; return in how many goes."""
    batch = bank.ask(queries.find_import, batch_id)
    assert bank.do(steps.abandon_import, batch=batch, reason="test")
    goes = 1
    while True:
        with write(bank.engine) as tx:
            if steps.clear_import(tx, batch_id=batch_id, limit=limit):
                return goes
        goes += 1


def test_an_abandoned_import_leaves_the_bank_as_it_was(bank) -> None:
    bank.add(bank.entry(1, label="A1"))
    batch_id = bank.stage(bank.entry(1, label="B2"), *(bank.entry(number) for number in range(2, 8)))
    assert _give_up(bank, batch_id, limit=2) == 5
    assert bank.labels() == ["A1"]
    assert bank.add(bank.entry(1, label="C3")) == Counts(replaced=1)
    assert bank.labels() == ["C3"]


def test_an_abandoned_import_can_neither_go_on_nor_be_published(bank) -> None:
    batch_id = bank.stage(bank.entry(1))
    _give_up(bank, batch_id, limit=100)
    with pytest.raises(ImportRunning):
        bank.publish(batch_id)
    comparison = bank.ask(queries.compare_rows, bank.id, [])
    with write(bank.engine) as tx, pytest.raises(ImportRunning):
        steps.stage_entries(tx, bank.clock, bank_id=bank.id, batch_id=batch_id, comparison=comparison)
    assert bank.matching() == []


def test_an_import_into_a_bank_that_was_deleted_meanwhile_is_not_published(bank) -> None:
    batch_id = bank.stage(bank.entry(1))
    bank.do(steps.delete_bank, bank_id=bank.id)
    with pytest.raises(NotFound):
        bank.publish(batch_id)


def test_an_entry_switched_off_while_its_successor_is_staged_stays_off(bank) -> None:
    bank.add(bank.entry(1, label="A1"))
    batch_id = bank.stage(bank.entry(1, label="B2"))
    bank.do(steps.disable_entry, entry_id=bank.entry_id())
    bank.publish(batch_id)
    assert bank.labels() == ["B2"]
    assert bank.matching() == []


def test_an_import_says_where_its_entries_come_from(bank) -> None:
    bank.publish(bank.stage(bank.entry(1)))
    (entry,) = bank.ask(queries.page_entries, bank.id)
    assert (entry.provenance.origin, entry.provenance.format) == ("list.csv", "csv")


def test_an_entry_removed_while_its_successor_is_staged_stays_out(bank) -> None:
    bank.add(bank.entry(1, label="A1"))
    batch_id = bank.stage(bank.entry(1, label="B2"))
    bank.do(steps.remove_entry, entry_id=bank.entry_id())
    bank.publish(batch_id)
    assert bank.matching() == []


def test_an_entry_removed_between_comparing_and_staging_stays_out(bank) -> None:
    bank.add(bank.entry(1, label="A1"))
    batch_id = bank.do(steps.begin_import, bank_id=bank.id, origin=ORIGIN, runner=RUNNER)
    comparison = bank.ask(queries.compare_rows, bank.id, [staged_row(bank.entry(1, label="B2"))])
    bank.do(steps.remove_entry, entry_id=bank.entry_id())
    with write(bank.engine) as tx:
        steps.stage_entries(tx, bank.clock, bank_id=bank.id, batch_id=batch_id, comparison=comparison)
    bank.publish(batch_id)
    assert bank.matching() == []
