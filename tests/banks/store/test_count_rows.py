from datetime import timedelta

import pytest

from safelight.banks import steps
from safelight.banks.flood import hour_of
from safelight.banks.store import count_rows
from safelight.banks.store.count_rows import PastRow
from safelight.database.transaction import read, write


def test_the_past_of_an_entry_is_that_of_all_equal_ones_before_it(bank) -> None:
    this = hour_of(bank.clock.at)
    ids = [bank.add_one(1, label=label) for label in ("A1", "B2", "C3")]
    with write(bank.engine) as tx:
        for entry_id, hours, media in [(ids[0], 3, 5), (ids[1], 3, 6), (ids[1], 1, 7), (ids[2], 0, 100)]:
            count_rows.add_counts(tx, this - timedelta(hours=hours), {entry_id: media})
    with read(bank.engine) as tx:
        for since, total in ((4, 18), (2, 7), (1, 7), (0, 0)):
            found = count_rows.past_of(tx, [ids[2]], since=this - timedelta(hours=since), until=this)
            assert found == {ids[2]: PastRow(media=total, since=bank.clock.at)}
        assert count_rows.busiest_hour(tx, ids[2], this - timedelta(hours=3)) == 100
        assert count_rows.busiest_hour(tx, ids[2], this + timedelta(hours=1)) == 0


def test_every_replaced_entry_stands_for_the_one_that_is_held_now(bank) -> None:
    ids = [bank.add_one(1, label=label) for label in ("A1", "B2", "C3")]
    other = bank.add_one(2)
    removed = bank.add_one(3)
    bank.do(steps.remove_entry, entry_id=removed)
    with read(bank.engine) as tx:
        found = count_rows.current_heirs(tx, [*ids, other, removed, 999])
    assert found == {**dict.fromkeys(ids, (ids[2], bank.id)), other: (other, bank.id)}


def test_old_counts_are_forgotten_little_by_little(bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_rows, "_MOST_FORGOTTEN", 2)
    this = hour_of(bank.clock.at)
    entry_id = bank.add_one(1)
    with write(bank.engine) as tx:
        for hours in range(6):
            count_rows.add_counts(tx, this - timedelta(hours=hours), {entry_id: hours + 1})
        totals = []
        for _ in range(3):
            count_rows.forget_before(tx, this - timedelta(hours=2))
            found = count_rows.past_of(tx, [entry_id], since=this - timedelta(days=1), until=this + timedelta(days=1))
            totals.append(found[entry_id].media)
    assert totals == [1 + 2 + 3 + 4, 6, 6]
