"""A snapshot says which banks are asked, how wide to look, and by its stamp what it stands for."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.banks import steps
from safelight.banks.exchanges.typed_lines import TypedLines
from safelight.flow.banks import hash_lists
from safelight.hashing.signal import Signal, SignalType
from safelight.matching.payload import LEFT_OUT
from safelight.matching.snapshot import Snapshot, ThresholdSource, is_asked, take_snapshot
from safelight.matching.steps import find_matches

PDQ = b"\xaa" * 32


def _radii(snapshot: Snapshot, *bank_ids: int, kind: SignalType = SignalType.PDQ, wider: int = 0) -> dict[int, int]:
    radii = snapshot.radii(bank_ids, kind, wider=wider)
    return {bank_id: radius for bank_id, radius in enumerate(radii) if radius != LEFT_OUT}


def test_a_bank_is_asked_if_it_is_enabled_and_no_allow_list(book) -> None:
    assert is_asked(book.bank(1))
    assert not is_asked(book.bank(2, is_enabled=False))
    assert not is_asked(book.allow_list(3, 1))


def test_only_enabled_allow_lists_of_banks_that_are_asked_count(book) -> None:
    for bank in (1, 2):
        book.bank(bank)
    book.allow_list(3, 1)
    book.allow_list(4, 1, 2, is_enabled=False)
    book.allow_list(5, 2)
    assert (book.snapshot(1).allow_lists, book.snapshot(2).allow_lists) == ({3}, {5})
    assert book.snapshot(1, 2).allow_lists == {3, 5}


def test_the_radius_of_a_bank_is_the_widest_threshold_of_its_own_or_of_an_entry_of_its(book) -> None:
    book.bank(1, thresholds={"pdq": 3})
    book.bank(2, thresholds={"pdq": 40})
    book.bank(3)
    for number, bank, threshold in ((1, 1, 20), (2, 1, 12), (3, 2, 20), (4, 3, None)):
        book.entry(number, PDQ, bank_id=bank)
        book.control(number, threshold=threshold)
    assert _radii(book.snapshot(), 1, 2, 3) == {1: 20, 2: 40, 3: 31}
    assert _radii(book.snapshot(), 1, 3, wider=16) == {1: 36, 3: 47}
    assert _radii(book.snapshot(threshold=7), 1, 2) == {1: 7, 2: 7}
    assert _radii(book.snapshot(threshold=64), 1, wider=16) == {1: 80}
    assert _radii(book.snapshot(), 1, 2, kind=SignalType.MD5, wider=16) == {1: 0, 2: 0}
    assert _radii(book.snapshot()) == {}


def test_the_threshold_of_a_digest_is_equality_whatever_was_asked(book) -> None:
    bank = book.bank(1, thresholds={"pdq": 40})
    snapshot = book.snapshot(threshold=9)
    assert snapshot.threshold_of(bank, 1, SignalType.MD5) == (0, ThresholdSource.BANK)
    assert snapshot.threshold_of(bank, 1, SignalType.PDQ) == (9, ThresholdSource.QUERY)


def test_entries_are_counted_by_type_in_the_banks_that_are_asked(book) -> None:
    for bank in (1, 2):
        book.bank(bank)
        book.cluster(range(10 * bank, 11 * bank), PDQ, bank_id=bank)
    book.entry(99, b"\1" * 16, "md5")
    assert (book.snapshot(1).count(SignalType.PDQ), book.snapshot(1).count(SignalType.MD5)) == (1, 1)
    assert (book.snapshot(1, 2).count(SignalType.PDQ), book.snapshot(2).count(SignalType.MD5)) == (3, 0)


def test_the_stamp_names_the_banks_and_versions_that_decide_and_an_overriding_threshold(book) -> None:
    book.bank(1, name="beta")
    book.bank(2, name="alpha", version=3)
    book.bank(3, name="other")
    book.entry(1, PDQ)
    assert book.snapshot(1, 2).stamp == "alpha@3, beta@7: 1 entries"
    assert book.snapshot(1, threshold=5).stamp == "beta@7: 1 entries, threshold 5"
    book.allow_list(4, 2, name="harmless")
    book.entry(2, PDQ, bank_id=4)
    assert book.snapshot(1).stamp == "beta@7: 1 entries"
    assert book.snapshot(1, 2).stamp == "alpha@3, beta@7, harmless@7: 1 entries, 1 allowed"


def _stamp(world, follower, *asked: int) -> str:
    follower.catch_up()
    return take_snapshot(follower.holdings, asked or follower.holdings.banks, world.find_entries).stamp


def test_whatever_alters_an_answer_alters_the_stamp(world) -> None:
    bank, allow_list = world.create("one"), world.create("harmless", is_allow_list=True)
    world.do(steps.suppress_bank, allow_list_id=allow_list, bank_id=bank)
    until = world.clock.now() + timedelta(hours=1)
    off = {"is_disabled": True, "disabled_until": until}
    world.add(bank, world.new(1), world.new(2, **off))
    world.add(allow_list, world.new(3, **off), world.new(4, is_disabled=True, disabled_until=until + timedelta(1)))
    follower = world.follower()
    entry = world.ids(bank)[0]
    stamps = [_stamp(world, follower)]
    for step, arguments in (
        (steps.set_entry_threshold, {"entry_id": entry, "distance": 9}),
        (steps.disable_entry, {"entry_id": entry}),
        (steps.set_rollout, {"bank_id": bank, "share": 5_000}),
        (steps.set_threshold, {"bank_id": bank, "signal_type": "pdq", "distance": 3}),
        (steps.disable_bank, {"bank_id": allow_list}),
        (steps.enable_bank, {"bank_id": allow_list}),
        (steps.unsuppress_bank, {"allow_list_id": allow_list, "bank_id": bank}),
        (steps.suppress_bank, {"allow_list_id": allow_list, "bank_id": bank}),
    ):
        world.do(step, **arguments)
        stamps.append(_stamp(world, follower))
    for _ in range(2):  # what comes back by itself, in the bank and then in the allow-list alone
        world.clock.at = until
        stamps.append(_stamp(world, follower))
        until += timedelta(1)
    assert len(set(stamps)) == len(stamps)


def test_of_the_banks_asked_those_count_that_are_there_and_enabled(world) -> None:
    one, two, three = (world.create(name) for name in ("one", "two", "three"))
    allow_list = world.create("harmless", is_allow_list=True)
    world.do(steps.disable_bank, bank_id=two)
    world.do(steps.delete_bank, bank_id=three)
    held = world.follower().holdings
    snapshot = take_snapshot(held, (one, two, three, allow_list, 999), world.find_entries, threshold=4)
    assert (snapshot.asked, snapshot.threshold) == ({one}, 4)
    assert set(snapshot.banks) == {one, two, allow_list}


@pytest.mark.parametrize("kind", [SignalType.PDQ, SignalType.MD5])
def test_whatever_happens_to_entries_meanwhile_what_was_found_is_told(world, kind) -> None:
    """An import that replaces an entry is seen wholly, before and after: never without a match."""
    bank = world.create("one")
    world.add(bank, world.new(1, kind, label="A1"))
    follower = world.follower()
    snapshot = take_snapshot(follower.holdings, [bank], world.find_entries)
    signals = [Signal(type=kind, value=world.value(kind, 1))]
    told = []

    def look(_: object) -> None:
        follower.catch_up()
        told.append([match.label for match in find_matches(snapshot, signals, b"").matches])

    hash_lists.import_list(
        world.engine,
        world.clock,
        world.actor,
        bank="one",
        file=io.BytesIO(f"{kind} {world.value(kind, 1).hex()}\n".encode()),
        name="list",
        reader=TypedLines(label="B2"),
        on_progress=look,
    )
    assert told == [["A1"]] * len(told) != []
    told.clear()
    look(None)
    assert told == [["B2"]]


def test_a_snapshot_that_is_still_in_use_after_its_bank_was_deleted_finds_nothing_more(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1))
    follower = world.follower()
    snapshot = take_snapshot(follower.holdings, [bank], world.find_entries)
    signal = Signal(type=SignalType.PDQ, value=world.value(SignalType.PDQ, 1))
    assert len(find_matches(snapshot, [signal], b"").matches) == 1
    world.do(steps.delete_bank, bank_id=bank)
    follower.catch_up()
    assert find_matches(snapshot, [signal], b"").matches == ()


def test_banks_of_a_snapshot_stay_as_they_were(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1))
    follower = world.follower()
    snapshot = take_snapshot(follower.holdings, [bank], world.find_entries)
    before = replace(snapshot.banks[bank])
    world.do(steps.set_threshold, bank_id=bank, signal_type="pdq", distance=3)
    follower.catch_up()
    assert snapshot.banks[bank] == before
    assert take_snapshot(follower.holdings, [bank], world.find_entries).banks[bank].thresholds == {"pdq": 3}


def test_a_snapshot_knows_all_up_to_the_position_of_what_it_was_taken_of(world) -> None:
    bank_id = world.create("alpha")
    world.add(bank_id, world.new(1))
    holdings = world.follower().holdings
    assert take_snapshot(holdings, [bank_id], world.find_entries).position == holdings.position.number == 2
