"""Snapshots follow the banks, and what was found once is told from memory."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import safelight
from safelight.banks.entry import NewEntry
from safelight.errors import NotFound, UsageError
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks
from safelight.flow.chain import match_signal
from safelight.hashing.signal import Signal, SignalType
from safelight.matching import live_banks
from safelight.matching.live_banks import EntriesNeeded, LiveBanks, Question

VALUES = [bytes([number]) * 16 for number in range(6)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[safelight.Workspace]:
    safelight.create_workspace(tmp_path / "workspace")
    with safelight.open_workspace(tmp_path / "workspace") as house:
        for name in ("one", "two"):
            banks.create_bank(house.engine, house.clock, house.actor, name=name)
        yield house


@pytest.fixture
def follower(house):
    follower = house.open_follower()
    yield follower
    follower.close()


@pytest.fixture
def asked() -> list[list[int]]:
    return []


@pytest.fixture
def live(house, follower, asked) -> LiveBanks:
    def find(entry_ids):
        asked.append(list(entry_ids))
        return house.find_entries(entry_ids)

    return LiveBanks(follower, find)


def _add(house, bank: str, *values: bytes) -> None:
    entries = [NewEntry(signal_type="md5", value=value) for value in values]
    banks.add_entries(house.engine, house.clock, house.actor, bank=bank, entries=entries)


def _about(*names: str) -> Question:
    return Question(bank_names=frozenset(names) or None)


def _match(live: LiveBanks, value: bytes, *names: str, waits: bool = True):
    snapshot = live.snapshot(_about(*names), waits=waits)
    return match_signal(snapshot, Signal(type=SignalType.MD5, value=value)).matches


def test_only_the_banks_asked_are_searched_and_changes_are_followed(house, follower, live) -> None:
    _add(house, "one", VALUES[0])
    follower.catch_up()
    assert [match.bank_name for match in _match(live, VALUES[0])] == ["one"]
    assert _match(live, VALUES[0], "two") == ()
    _add(house, "two", VALUES[0])
    follower.catch_up()
    assert [match.bank_name for match in _match(live, VALUES[0], "two")] == ["two"]
    with pytest.raises(NotFound):
        live.snapshot(_about("three"))


def test_a_question_may_pass_over_names_that_no_bank_has_and_banks_that_are_not_searched(house, follower, live) -> None:
    banks.disable_bank(house.engine, house.clock, house.actor, bank="two")
    follower.catch_up()
    with pytest.raises(UsageError, match="Disabled"):
        live.snapshot(_about("one", "two"))
    lenient = live.snapshot(Question(bank_names=frozenset({"ONE", "two", "three"}), passes_over=True))
    assert [lenient.banks[bank_id].name for bank_id in lenient.asked] == ["one"]


def test_a_question_may_look_behind_a_roll_out(house, follower, live) -> None:
    _add(house, "one", VALUES[0])
    controls.set_rollout(house.engine, house.clock, house.actor, bank="one", share=1)
    follower.catch_up()
    assert _match(live, VALUES[0]) == ()
    whole = live.snapshot(Question(ignores_rollout=True))
    assert len(match_signal(whole, Signal(type=SignalType.MD5, value=VALUES[0])).matches) == 1


def test_a_snapshot_is_taken_once_while_nothing_changes(live) -> None:
    assert live.snapshot() is live.snapshot()
    assert live.snapshot(waits=False) is not live.snapshot()


def test_an_entry_is_asked_of_the_database_once(house, follower, live, asked) -> None:
    _add(house, "one", VALUES[0])
    follower.catch_up()
    first = _match(live, VALUES[0])
    assert _match(live, VALUES[0]) == first
    assert len(asked) == 1


def test_without_waiting_what_is_not_remembered_is_told_and_what_is_not_found_is_answered(
    house, follower, live, asked
) -> None:
    _add(house, "one", VALUES[0])
    follower.catch_up()
    assert _match(live, VALUES[1], waits=False) == ()
    with pytest.raises(EntriesNeeded):
        _match(live, VALUES[0], waits=False)
    assert asked == []
    found = _match(live, VALUES[0])
    assert _match(live, VALUES[0], waits=False) == found


def test_memory_is_bounded(house, follower, live, asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_banks, "MOST_ENTRIES", 2)
    monkeypatch.setattr(live_banks, "MOST_QUESTIONS", 2)
    _add(house, "one", *VALUES)
    follower.catch_up()
    for value in VALUES:
        assert len(_match(live, value)) == 1
    for names in (["one"], ["two"], ["one", "two"]):
        live.snapshot(_about(*names))
    assert len(live._entries) == 2
    assert len(live._taken) == 2
    with pytest.raises(EntriesNeeded):
        _match(live, VALUES[0], waits=False)


def test_many_threads_may_ask_at_once(house, follower, live) -> None:
    _add(house, "one", *VALUES)
    follower.catch_up()
    found: list[int] = []

    def ask() -> None:
        found.extend(len(_match(live, value)) for _ in range(20) for value in VALUES)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 4 * 20 * len(VALUES)


def test_how_fresh_it_is_and_how_much_is_told_though_following_fails(house, live, follower, monkeypatch) -> None:
    _add(house, "one", *VALUES[:2])
    follower.catch_up()
    fresh = live.freshness
    assert fresh.position == live.holdings.position
    assert {key: count for key, count in fresh.entries.items() if count} == {("one", SignalType.MD5): 2}
    assert fresh.entries["two", SignalType.MD5] == 0
    later = time.monotonic() + 1000
    monkeypatch.setattr("safelight.matching.follower.time.monotonic", lambda: later)
    assert live.freshness.silent_s > 900
