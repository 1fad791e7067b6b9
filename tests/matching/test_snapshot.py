"""A snapshot holds the chosen banks as they stood, and says so."""

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta

from safelight.banks import queries
from safelight.banks.entry import Entry, NewEntry
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.clock import FixedClock
from safelight.database.transaction import read
from safelight.flow import banks, hash_lists
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.match import Found
from safelight.matching.snapshot import Snapshot, take_snapshot
from safelight.matching.steps import find_matches

MD5 = b"\5" * 16
PDQ = b"\xaa" * 32


def _snapshot(engine, clock, *names: str, threshold: int | None = None) -> Snapshot:
    def find(ids: Sequence[int]) -> Mapping[int, Entry]:
        with read(engine) as tx:
            return queries.published_entries(tx, ids)

    with read(engine) as tx:
        chosen = [queries.find_bank(tx, name) for name in names]
        return take_snapshot(tx, chosen, find, now=clock.now(), flavour=Flavour.AUTO, threshold=threshold)


def test_only_the_chosen_banks_are_loaded(engine, clock, actor) -> None:
    for name, count in (("one", 1), ("two", 2)):
        banks.create_bank(engine, clock, actor, name=name)
        entries = [NewEntry(signal_type="pdq", value=bytes([number]) * 32) for number in range(count)]
        entries.append(NewEntry(signal_type="md5", value=MD5))
        banks.add_entries(engine, clock, actor, bank=name, entries=entries)
    one, both = _snapshot(engine, clock, "one"), _snapshot(engine, clock, "one", "two")
    assert (len(one.indexes[SignalType.PDQ]), len(both.indexes[SignalType.PDQ])) == (1, 3)
    assert (len(one.indexes[SignalType.MD5]), len(both.indexes[SignalType.MD5])) == (1, 2)
    assert one.indexes[SignalType.MD5].search(Signal(type=SignalType.MD5, value=MD5), 0)


def test_the_stamp_names_banks_versions_and_an_overriding_threshold(engine, clock, actor) -> None:
    for name in ("beta", "alpha"):
        banks.create_bank(engine, clock, actor, name=name)
    first = _snapshot(engine, clock, "beta", "alpha").stamp
    assert first.startswith("alpha@")
    banks.add_entries(engine, clock, actor, bank="beta", entries=[NewEntry(signal_type="pdq", value=PDQ)])
    assert _snapshot(engine, clock, "beta", "alpha").stamp != first
    assert _snapshot(engine, clock, "beta", threshold=5).stamp.endswith(", threshold 5")


def test_an_entry_that_comes_back_by_itself_alters_the_stamp(engine, clock, actor) -> None:
    banks.create_bank(engine, clock, actor, name="one")
    until = clock.now() + timedelta(hours=1)
    entry = NewEntry(signal_type="pdq", value=PDQ, is_disabled=True, disabled_until=until)
    banks.add_entries(engine, clock, actor, bank="one", entries=[entry])
    assert _snapshot(engine, clock, "one").stamp != _snapshot(engine, FixedClock(at=until), "one").stamp


def test_the_radius_is_the_widest_threshold_of_any_bank(engine, clock, actor) -> None:
    for name in ("wide", "narrow"):
        banks.create_bank(engine, clock, actor, name=name)
    banks.set_threshold(engine, clock, actor, bank="wide", signal_type="pdq", distance=40)
    banks.set_threshold(engine, clock, actor, bank="narrow", signal_type="pdq", distance=3)
    snapshot = _snapshot(engine, clock, "wide", "narrow")
    assert (snapshot.radius(SignalType.PDQ), snapshot.radius(SignalType.MD5)) == (40, 0)
    assert _snapshot(engine, clock).radius(SignalType.PDQ) == 0
    assert _snapshot(engine, clock, "wide", threshold=7).radius(SignalType.PDQ) == 7
    assert _snapshot(engine, clock, "wide", threshold=7).radius(SignalType.MD5) == 0


def test_a_running_scan_matches_whatever_happens_to_entries_and_banks_meanwhile(engine, clock, actor) -> None:
    """An import replaces one entry, one is removed, one disabled, and the bank of another deleted."""
    values = [bytes([number]) * 16 for number in range(4)]
    for name, held in (("one", values[:3]), ("two", values[3:])):
        banks.create_bank(engine, clock, actor, name=name)
        entries = [NewEntry(signal_type="md5", value=value, label="A1") for value in held]
        banks.add_entries(engine, clock, actor, bank=name, entries=entries)
    snapshot = _snapshot(engine, clock, "one", "two")
    signals = [Signal(type=SignalType.MD5, value=value) for value in values]
    before = find_matches(snapshot, signals)
    assert len(before.matches) == 4

    ids = [match.entry_id for match in before.matches]
    hash_lists.import_list(
        engine,
        clock,
        actor,
        bank="one",
        file=io.BytesIO(f"md5 {values[0].hex()}\n".encode()),
        name="list",
        reader=TypedLines(label="B2"),
        on_progress=lambda _: _assert_same(snapshot, signals, before),
    )
    banks.remove_entry(engine, clock, actor, entry_id=ids[1])
    banks.disable_entry(engine, clock, actor, entry_id=ids[2])
    banks.delete_bank(engine, clock, actor, bank="two")
    _assert_same(snapshot, signals, before)
    (now,) = find_matches(_snapshot(engine, clock, "one"), signals).matches
    assert now.label == "B2"


def _assert_same(snapshot: Snapshot, signals: Sequence[Signal], before: Found) -> None:
    assert find_matches(snapshot, signals) == before
