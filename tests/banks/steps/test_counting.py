from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries, steps
from safelight.banks.control import Opinion
from safelight.banks.entry import NewEntry
from safelight.banks.flood import FloodRule
from safelight.clock import FixedClock
from safelight.database.transaction import read

RULE = FloodRule(minimum=100, factor=10, days=2)
LOW = FloodRule(minimum=10, factor=10, days=2)


def _count(bank, counts: dict[int, int], rule: FloodRule = RULE) -> list[int]:
    return list(bank.do(steps.count_matches, counts=counts, rule=rule))


def _wait(bank, **time: int) -> None:
    bank.clock = FixedClock(at=bank.clock.now() + timedelta(**time))


def _rows(bank) -> list[tuple[int, int]]:
    """Return each count that is kept as (entry, media), by hour."""
    with read(bank.engine) as tx:
        rows = tx.execute(text("SELECT entry_id, media FROM entry_counts ORDER BY hour, entry_id"))
        return [tuple(row) for row in rows]


def test_counts_of_one_hour_add_up_and_each_hour_has_its_own(bank) -> None:
    one, other = bank.add_one(1), bank.add_one(2)
    _count(bank, {one: 3, other: 1})
    _count(bank, {one: 4})
    _wait(bank, hours=1)
    _count(bank, {one: 5})
    assert _rows(bank) == [(one, 7), (other, 1), (one, 5)]


def test_an_entry_that_reaches_the_minimum_goes_into_quarantine_once(bank) -> None:
    entry_id = bank.add_one(1)
    assert _count(bank, {entry_id: 99}) == []
    assert bank.control() is None
    assert _count(bank, {entry_id: 1}) == [entry_id]
    assert bank.control().quarantined_at == bank.clock.at
    assert "no past" in bank.control().quarantine_reason
    assert _count(bank, {entry_id: 500}) == []
    assert _rows(bank) == [(entry_id, 600)]


def test_a_quarantine_is_audited_and_makes_the_version_grow(bank) -> None:
    entry_id = bank.add_one(1)
    version = bank.version()
    _count(bank, {entry_id: 100})
    assert bank.version() == version + 1
    (entry,) = [entry for entry in bank.ask(page_audit) if entry.verb == "quarantine_entry"]
    assert (entry.target, entry.details) == (f"bank:{bank.id}", {"entry": entry_id})
    assert entry.reason == bank.control().quarantine_reason


def test_an_entry_that_always_matched_much_is_held_against_its_own_past(bank) -> None:
    entry_id = bank.add_one(1)
    for _ in range(5):
        assert _count(bank, {entry_id: 20}) == []
        _wait(bank, hours=1)
    assert _count(bank, {entry_id: 199}) == []
    assert _count(bank, {entry_id: 1}) == [entry_id]
    assert bank.control().quarantine_reason == "matched 200 media in an hour, against 100 in the 5 hours before"


def test_hours_that_the_rule_does_not_look_at_any_more_are_forgotten(bank) -> None:
    entry_id = bank.add_one(1)
    _count(bank, {entry_id: 90})
    _wait(bank, hours=47)
    _count(bank, {entry_id: 2})
    _wait(bank, hours=1)
    _count(bank, {entry_id: 4})
    assert _rows(bank) == [(entry_id, 90), (entry_id, 2), (entry_id, 4)]
    _wait(bank, hours=1)
    _count(bank, {})
    assert _rows(bank) == [(entry_id, 2), (entry_id, 4)]


def test_a_released_entry_is_left_alone_until_it_matches_twice_as_much(bank) -> None:
    entry_id = bank.add_one(1)
    _count(bank, {entry_id: 120})
    bank.do(steps.release_entry, entry_id=entry_id, reason="seen")
    assert _count(bank, {entry_id: 119}) == []
    assert _count(bank, {entry_id: 1}) == [entry_id]


def test_what_was_counted_in_quarantine_is_what_a_release_goes_by(bank) -> None:
    """It went on for hours before a person looked; the busiest of them is what that person judged."""
    entry_id = bank.add_one(1)
    for media in (100, 300, 5):
        _count(bank, {entry_id: media})
        _wait(bank, hours=1)
    bank.do(steps.release_entry, entry_id=entry_id, reason="seen")
    assert bank.control().released_count == 300


def test_a_confirmed_entry_never_goes_into_quarantine(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.set_opinion, entry_id=entry_id, opinion=Opinion.CONFIRMED)
    assert _count(bank, {entry_id: 100_000}) == []


def test_an_entry_keeps_its_other_controls_in_quarantine(bank) -> None:
    entry_id = bank.add_one(1)
    bank.do(steps.set_entry_threshold, entry_id=entry_id, distance=5)
    _count(bank, {entry_id: 100})
    assert (bank.control().threshold, bank.control().is_quarantined) == (5, True)


def test_what_no_bank_holds_is_not_counted(bank) -> None:
    removed, kept = bank.add_one(1), bank.add_one(2)
    bank.do(steps.remove_entry, entry_id=removed)
    other = bank.do(steps.create_bank, name="Beta")
    bank.do(steps.add_entries, bank_id=other, entries=[bank.entry(3)])
    bank.do(steps.delete_bank, bank_id=other)
    assert _count(bank, {removed: 500, 3: 500, 999: 500, kept: 0}) == []
    assert _rows(bank) == []


def test_an_entry_that_was_replaced_by_an_equal_one_hands_its_past_down(bank) -> None:
    """Otherwise every list that comes with a new label would make its busy entries look new."""
    first = bank.add_one(1, label="A1")
    for _ in range(4):
        _count(bank, {first: 50})
        _wait(bank, hours=1)
    second = bank.add_one(1, label="B2")
    assert second != first
    assert _count(bank, {second: 400}) == []
    assert _count(bank, {second: 100}) == [second]
    assert bank.control().quarantine_reason == "matched 500 media in an hour, against 200 in the 4 hours before"


def test_what_was_matched_under_the_replaced_entry_counts_for_its_heir(bank) -> None:
    first = bank.add_one(1, label="A1")
    second = bank.add_one(1, label="B2")
    assert _count(bank, {first: 60, second: 40}) == [second]
    assert _rows(bank) == [(second, 100)]


def test_another_value_under_the_same_key_has_no_past(bank) -> None:
    first = bank.add_one(1, entry_id="a")
    _count(bank, {first: 50})
    _wait(bank, hours=3)
    second = bank.add_one(2, entry_id="a")
    assert _count(bank, {first: 500, second: 100}) == [second]
    assert "no past" in bank.control().quarantine_reason


def test_several_entries_of_several_banks_trip_at_once(bank) -> None:
    other = bank.do(steps.create_bank, name="Beta")
    bank.do(steps.add_entries, bank_id=other, entries=[bank.entry(3)])
    one, two = bank.add_one(1), bank.add_one(2)
    assert sorted(_count(bank, {1: 100, one: 100, two: 100})) == [1, one, two]
    assert [control.entry_id for control in bank.ask(queries.quarantined_entries)] == [1, one, two]
    assert {change.entry_id for change in bank.changes()[-3:]} == {1, one, two}


def test_more_entries_than_a_statement_takes_are_counted(bank) -> None:
    bank.add(*(NewEntry(signal_type="md5", value=number.to_bytes(16, "big")) for number in range(2_500)))
    counts = dict.fromkeys(range(1, 2_501), 2)
    _count(bank, counts)
    assert sum(media for _, media in _rows(bank)) == 5_000


def test_processes_that_count_at_the_same_time_lose_nothing(bank) -> None:
    ids = [bank.add_one(number) for number in range(1, 9)]

    def count(_: int) -> list[int]:
        tripped = []
        for turn in range(10):
            order = ids if turn % 2 else ids[::-1]
            tripped += _count(bank, dict.fromkeys(order, 1), FloodRule(minimum=20))
        return tripped

    with ThreadPoolExecutor(4) as executor:
        tripped = [entry_id for found in executor.map(count, range(4)) for entry_id in found]
    assert _rows(bank) == [(entry_id, 40) for entry_id in ids]
    assert sorted(tripped) == ids


@pytest.mark.parametrize("media", [0, -5])
def test_a_count_of_nothing_is_none(bank, media: int) -> None:
    assert _count(bank, {bank.add_one(1): media}) == []
    assert _rows(bank) == []


def test_a_release_and_a_count_at_the_same_time_do_not_undo_each_other(bank) -> None:
    entry_id = bank.add_one(1)
    with ThreadPoolExecutor(2) as executor:
        for turn in range(8):
            assert _count(bank, {entry_id: 10 * 2**turn}, LOW) == [entry_id]
            counting = executor.submit(_count, bank, {entry_id: 1}, LOW)
            releasing = executor.submit(bank.do, steps.release_entry, entry_id=entry_id, reason="seen")
            counting.result()
            releasing.result()
            assert not bank.control().is_quarantined
