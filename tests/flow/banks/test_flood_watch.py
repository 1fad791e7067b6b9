"""What is matched is counted for the flood guard, apart from the scan and never in its way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.banks import queries
from safelight.banks.entry import NewEntry
from safelight.banks.flood import FloodRule
from safelight.database.transaction import read
from safelight.errors import DatabaseUnusable
from safelight.flow.banks import edits as banks
from safelight.flow.banks import flood_watch
from safelight.flow.banks.flood_watch import FloodWatch
from safelight.flow.chain import ScanResult
from safelight.hashing.signal import SignalType
from safelight.matching.judgement import Control
from safelight.matching.match import Match, Verdict, Withheld
from safelight.testing.matches import exact_match

NOW = datetime(2026, 11, 23, 12, 45, tzinfo=UTC)


@pytest.fixture
def entry_id(engine, clock, actor) -> int:
    """The number of the one entry of the bank `alpha`."""
    banks.create_bank(engine, clock, actor, name="alpha")
    banks.add_entries(engine, clock, actor, bank="alpha", entries=[NewEntry(signal_type="md5", value=bytes(16))])
    with read(engine) as tx:
        (entry,) = queries.page_entries(tx, queries.find_bank(tx, "alpha").id)
    return entry.id


@pytest.fixture
def told() -> list[str]:
    """What was told."""
    return []


@pytest.fixture
def watch(engine, clock, actor, told) -> FloodWatch:
    """A watch that quarantines at three media, and whose thread does not come in between."""
    return FloodWatch(engine, clock, actor, rule=FloodRule(minimum=3), tell=told.append, every_s=3600)


def _match(entry_id: int, clock) -> Match:
    return exact_match(signal_type=SignalType.MD5, entry_id=entry_id, bank_name="alpha", entry_added_at=clock.now())


def _result(clock, *matches: Match, withheld: tuple[Withheld, ...] = ()) -> ScanResult:
    return ScanResult(
        name=b"file",
        stamp=None,
        media=None,
        verdict=Verdict.EXACT,
        answers=(),
        picture=None,
        matches=matches,
        matches_omitted=0,
        withheld=withheld,
        withheld_omitted=0,
        compared={},
        against="",
        scanned_at=clock.now(),
    )


def test_an_entry_that_floods_is_told_at_once_with_what_to_do(watch, told, entry_id, clock) -> None:
    for _ in range(2):
        watch.count(_result(clock, _match(entry_id, clock)))
    watch.hand_over()
    assert told == []
    watch.count(_result(clock, _match(entry_id, clock)))
    watch.hand_over()
    (sentence,) = told
    assert f"Entry {entry_id} of bank alpha went into quarantine: it matched 3 media" in sentence
    assert f"safelight bank release alpha --entry {entry_id}" in sentence
    assert [(each.bank_name, each.entry_id) for each in watch.quarantined] == [("alpha", entry_id)]


def test_what_the_flood_guard_withholds_still_counts_and_what_others_withhold_does_not(
    watch, told, entry_id, clock
) -> None:
    match = _match(entry_id, clock)
    for control in (Control.ALLOW_LIST, Control.DECONFIRMED, Control.ROLLOUT, Control.FLOOD_GUARD):
        watch.count(_result(clock, withheld=(Withheld(match=match, control=control),)))
    watch.count(_result(clock, match))
    watch.hand_over()
    assert told == []  # two, not five
    watch.count(_result(clock, match))
    watch.hand_over()
    assert len(told) == 1


def test_media_counts_once_for_an_entry(watch, told, entry_id, clock) -> None:
    match = _match(entry_id, clock)
    watch.count(_result(clock, match, replace(match, signal_type=SignalType.SHA1), match))
    watch.hand_over()
    assert told == []


def test_what_is_left_is_counted_at_the_end(watch, told, entry_id, clock) -> None:
    for _ in range(3):
        watch.count(_result(clock, _match(entry_id, clock)))
    watch.close()
    assert len(told) == 1


def test_a_scan_that_matches_nothing_starts_no_thread(watch, clock, monkeypatch) -> None:
    monkeypatch.setattr(flood_watch, "count_matches", None)
    watch.count(_result(clock))
    watch.close()


def test_a_fault_is_told_once_and_nothing_is_lost_by_it(watch, told, entry_id, clock, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> list[int]:
        raise DatabaseUnusable("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(flood_watch, "count_matches", fail)
        for _ in range(3):
            watch.count(_result(clock, _match(entry_id, clock)))
            watch.hand_over()
    assert len(told) == 1
    assert "The disk is full." in told[0]
    watch.close()
    assert "went into quarantine" in told[1]


def test_what_cannot_be_counted_at_the_end_is_told(watch, told, entry_id, clock, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> list[int]:
        raise DatabaseUnusable("The disk is full.")

    monkeypatch.setattr(flood_watch, "count_matches", fail)
    watch.count(_result(clock, _match(entry_id, clock)))
    watch.close()
    assert "1 matches of 1 entries stay uncounted" in told[-1]
