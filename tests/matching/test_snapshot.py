"""A snapshot holds the chosen banks as they stood, and says so."""

from datetime import timedelta

from safelight.banks import queries
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.transaction import read
from safelight.flow import banks
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.snapshot import Snapshot, take_snapshot

MD5 = b"\5" * 16
PDQ = b"\xaa" * 32


def _snapshot(engine, clock, *names: str, threshold: int | None = None) -> Snapshot:
    with read(engine) as tx:
        chosen = [queries.find_bank(tx, name) for name in names]
        return take_snapshot(tx, chosen, lambda ids: {}, now=clock.now(), flavour=Flavour.AUTO, threshold=threshold)


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
