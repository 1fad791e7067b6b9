"""Which entries a round is about: those that came to count, and of allow-lists those that ceased to suppress."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from safelight.banks import queries, steps
from safelight.banks.entry import Entry, NewEntry
from safelight.banks.flood import FloodRule
from safelight.database.transaction import read, write
from safelight.hashing.pdq import Flavour
from safelight.matching.follower import Follower
from safelight.matching.saved import SavedIndexes
from safelight.matching.snapshot import take_snapshot
from safelight.recent.arrived_entries import ArrivedEntries, changed_banks, gather
from safelight.recent.mark import Mark, Stage


class _Lists:
    """Banks on a database, and what a round over their changes would be about."""

    def __init__(self, engine: Any, clock: Any, actor: Any, folder: Any) -> None:
        self.engine, self.clock, self.actor = engine, clock, actor
        saved = SavedIndexes(folder, Flavour.AUTO)
        self.follower = Follower(engine, clock, saved, flavour=Flavour.AUTO, save_above=1 << 40)

    def do(self, step: Any, **arguments: Any) -> Any:
        with write(self.engine) as tx:
            return step(tx, self.clock, self.actor, **arguments)

    def add(self, bank_id: int, *numbers: int) -> list[int]:
        entries = [NewEntry(signal_type="md5", value=bytes(15) + bytes([number])) for number in numbers]
        self.do(steps.add_entries, bank_id=bank_id, entries=entries)
        with read(self.engine) as tx:
            return [each.id for each in queries.page_entries(tx, bank_id)][-len(numbers) :]

    def position(self) -> int:
        with read(self.engine) as tx:
            return queries.last_position(tx).number

    def mark(self, since: int, **more: Any) -> Mark:
        at: datetime = self.clock.now()
        values: dict[str, Any] = {"last_id": 0, "checkpoint": since, "target": self.position(), "checked_at": at}
        values |= {"check_until": at, "stage": Stage.SEARCHING, "cursor": 0, "until_id": 0, "needs": 0}
        return Mark(**(values | {"policies": None, "widened": frozenset()} | more))

    def gather(self, since: int, *, most: int = 100, **more: Any) -> ArrivedEntries:
        self.follower.catch_up()
        holdings = self.follower.holdings
        snapshot = take_snapshot(holdings, holdings.banks.keys(), self.find)
        with read(self.engine) as tx:
            return gather(tx, snapshot, self.mark(since, **more), now=self.clock.now(), most=most)

    def find(self, ids: Sequence[int]) -> Mapping[int, Entry]:
        with read(self.engine) as tx:
            return queries.published_entries(tx, ids)


@pytest.fixture
def lists(engine, clock, actor, tmp_path):
    lists = _Lists(engine, clock, actor, tmp_path / "index")
    yield lists
    lists.follower.close()


def test_entries_of_batches_count_as_they_stand_and_changes_before_and_after_do_not(lists) -> None:
    bank_id = lists.do(steps.create_bank, name="alpha")
    lists.add(bank_id, 1)
    since = lists.position()
    first, second, third = lists.add(bank_id, 2, 3, 4)
    lists.do(steps.remove_entry, entry_id=second)
    lists.do(steps.disable_entry, entry_id=third)
    arrived = lists.gather(since)
    assert (dict(arrived.newcomers.by_bank), arrived.whole_banks, arrived.is_any) == ({bank_id: 1}, frozenset(), True)
    assert not lists.gather(lists.position()).is_any
    until = lists.position()
    lists.add(bank_id, 5, 6)
    assert len(lists.gather(since, target=until).newcomers) == 1
    assert first


def test_an_entry_counts_when_it_is_switched_on_or_its_time_ends(lists, clock) -> None:
    bank_id = lists.do(steps.create_bank, name="alpha")
    one, other = lists.add(bank_id, 1, 2)
    until = clock.now() - timedelta(minutes=5)
    lists.do(steps.disable_entry, entry_id=one)
    lists.do(steps.disable_entry, entry_id=other, until=clock.now() + timedelta(minutes=5))
    since = lists.position()
    assert len(lists.gather(since).newcomers) == 0
    lists.do(steps.enable_entry, entry_id=one)
    assert len(lists.gather(since).newcomers) == 1
    later = {"checked_at": until, "check_until": clock.now() + timedelta(minutes=5)}
    lists.clock = type(clock)(at=clock.now() + timedelta(minutes=6))
    assert len(lists.gather(lists.position(), **later).newcomers) == 1


def test_an_entry_in_quarantine_is_none_and_one_of_a_disabled_bank_neither(lists) -> None:
    bank_id = lists.do(steps.create_bank, name="alpha")
    since = lists.position()
    (entry,) = lists.add(bank_id, 1)
    rule = FloodRule(minimum=1, first_day_minimum=1)
    assert lists.do(steps.count_matches, counts={entry: 5}, rule=rule) == [entry]
    assert not lists.gather(since).is_any
    other = lists.do(steps.create_bank, name="beta")
    lists.add(other, 2)
    lists.do(steps.disable_bank, bank_id=other)
    assert not lists.gather(since).is_any


def test_of_an_allow_list_what_went_or_was_changed_counts_and_what_is_new_does_not(lists) -> None:
    bank_id = lists.do(steps.create_bank, name="harmless", is_allow_list=True)
    since = lists.position()
    one, other = lists.add(bank_id, 1, 2)
    assert not lists.gather(since).is_any
    lists.do(steps.remove_entry, entry_id=one)
    lists.do(steps.disable_entry, entry_id=other)
    assert dict(lists.gather(since).newcomers.by_bank) == {bank_id: 2}


def test_of_a_bank_that_brings_too_many_the_whole_is_looked_at(lists) -> None:
    few, many = lists.do(steps.create_bank, name="few"), lists.do(steps.create_bank, name="many")
    since = lists.position()
    lists.add(few, 1)
    lists.add(many, 2, 3, 4)
    arrived = lists.gather(since, most=3, widened=frozenset({77}))
    assert (dict(arrived.newcomers.by_bank), arrived.whole_banks) == ({few: 1}, {many, 77})


def test_the_banks_that_were_changed_as_a_whole_are_told(lists) -> None:
    one, other = lists.do(steps.create_bank, name="one"), lists.do(steps.create_bank, name="other")
    since = lists.position()
    lists.add(one, 1)
    lists.do(steps.disable_bank, bank_id=other)
    with read(lists.engine) as tx:
        assert changed_banks(tx, lists.mark(since), lists.position()) == {other}
        assert changed_banks(tx, lists.mark(since), since) == frozenset()
