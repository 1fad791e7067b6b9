"""While a long list is taken in, what needs none of it counts at once: banks, controls, and entries that went."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from safelight.banks import queries, steps
from safelight.banks.control import Opinion
from safelight.errors import DatabaseUnusable
from safelight.hashing.signal import SignalType
from safelight.matching import follower as follower_module
from safelight.matching.follower import Follower
from safelight.matching.shelf import Edits

KINDS = (SignalType.PDQ, SignalType.MD5)
LIST = range(100, 120)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Let the follower's time be told by hand."""
    time = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(follower_module, "time", SimpleNamespace(monotonic=lambda: time.at))
    return time


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch, time: SimpleNamespace) -> Callable[..., None]:
    """Let a follower catch up a second for each few entries, and do something after each of them."""

    def slowly(follower: Follower, *acts: Callable[[], None]) -> None:
        waiting, add = list(acts), Edits.add

        def slow(edits: Edits, rows: list) -> None:
            add(edits, rows)
            time.at += 1
            if waiting and rows:
                waiting.pop(0)()

        with monkeypatch.context() as patch:
            patch.setattr(Edits, "add", slow)
            for stream in (queries.stream_batch, queries.stream_matchable):
                patch.setattr(stream, "__kwdefaults__", stream.__kwdefaults__ | {"chunk_size": 3})
            follower.catch_up()
        assert not waiting

    return slowly


def _known(world) -> tuple[int, int]:
    """Make two banks with ten values each, of two types."""
    banks = world.create("one"), world.create("two")
    for bank, numbers in zip(banks, (range(10), range(10, 20)), strict=True):
        world.add(bank, *(world.new(number, kind) for number in numbers for kind in KINDS))
    return banks


def _found(world, follower: Follower, number: int, kind: SignalType = SignalType.PDQ) -> list[int]:
    return world.matched(follower.holdings, number, kind)


def _ids(world, bank: int, kind: SignalType) -> dict[bytes, int]:
    with world.engine.connect() as tx:
        return {each.value: each.id for each in queries.stream_entries(tx, bank) if each.signal_type == kind.value}


def _is_right(world, follower: Follower) -> bool:
    return world.seen_by(follower.holdings) == world.truth()


@pytest.mark.parametrize("is_built_anew", [False, True])
def test_banks_and_entries_that_go_count_in_the_midst_of_a_long_list(world, slowly, is_built_anew: bool) -> None:
    one, two = _known(world)
    follower = world.follower()
    before = follower.holdings
    world.import_list(one, *(world.new(number, kind) for number in (*range(10), *LIST) for kind in KINDS))
    if is_built_anew:
        before.shelves[SignalType.PDQ].is_whole = False
    seen: list[object] = []

    def change() -> None:
        world.do(steps.disable_bank, bank_id=one)
        world.do(steps.set_threshold, bank_id=two, signal_type="pdq", distance=7)
        for kind in KINDS:
            for bank, number in ((two, 10), (one, LIST[-1])):
                world.do(steps.remove_entry, entry_id=_ids(world, bank, kind)[world.value(kind, number)])
        world.do(steps.disable_entry, entry_id=_ids(world, two, SignalType.PDQ)[world.value(SignalType.PDQ, 11)])

    def look() -> None:
        held = follower.holdings
        seen.append((held.position, held.banks[one].is_enabled, held.banks[two].thresholds.get("pdq")))
        seen.append([_found(world, follower, 10, kind) for kind in KINDS])
        seen.append([len(_found(world, follower, number)) for number in (11, 12)])

    slowly(follower, change, lambda: None, look)
    assert seen == [(before.position, False, 7), [[], []], [0, 1]]
    held = follower.holdings  # nothing that went in the meantime has come back with the list
    assert (held.banks[one].is_enabled, held.banks[two].threshold(SignalType.PDQ)) == (False, 7)
    assert [_found(world, follower, number, kind) for number in (10, LIST[-1]) for kind in KINDS] == [[]] * 4
    assert len(_found(world, follower, LIST[0])) == 1
    for kind in KINDS:
        shelf = held.shelves[kind]
        assert len(shelf.index) == shelf.counts.total()
    follower.catch_up()
    assert _is_right(world, follower)


def test_what_changed_before_a_long_list_counts_from_its_beginning(world, slowly) -> None:
    one, two = _known(world)
    follower = world.follower()
    world.import_list(one, *(world.new(number) for number in LIST))
    world.do(steps.delete_bank, bank_id=two)
    world.do(steps.remove_entry, entry_id=_ids(world, one, SignalType.PDQ)[world.value(SignalType.PDQ, 3)])
    seen: list[object] = []
    slowly(follower, lambda: seen.append((list(follower.holdings.banks), _found(world, follower, 3))))
    assert seen == [([one], [])]
    assert _is_right(world, follower)


def test_a_bank_that_is_deleted_in_the_midst_is_not_there_any_more(world, slowly) -> None:
    one, two = _known(world)
    follower = world.follower()
    world.import_list(one, *(world.new(number) for number in LIST))
    seen: list[list[int]] = []
    slowly(
        follower,
        lambda: world.do(steps.delete_bank, bank_id=two),
        lambda: None,
        lambda: seen.append(list(follower.holdings.banks)),
    )
    assert seen == [[one]]
    assert list(follower.holdings.banks) == [one]
    follower.catch_up()
    assert _is_right(world, follower)


def test_an_entry_that_is_back_before_the_list_is_taken_in_is_found_the_next_time(world, slowly) -> None:
    one, two = _known(world)
    follower = world.follower()
    world.import_list(one, *(world.new(number) for number in LIST))
    entry = _ids(world, two, SignalType.PDQ)[world.value(SignalType.PDQ, 15)]
    slowly(
        follower,
        lambda: world.do(steps.disable_entry, entry_id=entry),
        lambda: None,
        lambda: world.do(steps.enable_entry, entry_id=entry),
    )
    follower.catch_up()
    assert _found(world, follower, 15) == [entry]
    assert _is_right(world, follower)


def test_what_a_reviewer_says_in_the_midst_counts_at_once_and_stays(world, slowly) -> None:
    one, two = _known(world)
    follower = world.follower()
    world.import_list(one, *(world.new(number) for number in LIST))
    entry = _ids(world, two, SignalType.PDQ)[world.value(SignalType.PDQ, 15)]
    seen: list[object] = []
    slowly(
        follower,
        lambda: world.do(steps.set_opinion, entry_id=entry, opinion=Opinion.DECONFIRMED),
        lambda: None,
        lambda: seen.append(follower.holdings.controls[entry].opinion),
    )
    assert seen == [Opinion.DECONFIRMED]
    assert follower.holdings.controls[entry].opinion is Opinion.DECONFIRMED


def test_a_look_that_fails_in_the_midst_does_not_end_the_work(world, slowly, monkeypatch) -> None:
    one, _ = _known(world)
    follower = world.follower()
    world.import_list(one, *(world.new(number) for number in LIST))

    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnusable("gone")

    with monkeypatch.context() as patch:
        slowly(follower, lambda: patch.setattr(follower_module, "read", fail))
    assert _is_right(world, follower)


def test_a_shelf_that_lacks_what_went_later_is_saved_only_once_it_has_followed_as_far(world, slowly, time) -> None:
    """A file of an earlier position without the entry would never get it back from a restored database."""
    one, two = _known(world)
    follower = world.follower(save_above=15)
    follower.close()
    world.import_list(one, *(world.new(number) for number in range(100, 140)))
    slowly(follower, lambda: world.do(steps.remove_entry, entry_id=_ids(world, two, SignalType.PDQ).popitem()[1]))
    assert follower.holdings.shelves[SignalType.PDQ].ahead is not None
    time.at += 6
    follower._save_what_grew()
    follower.close()
    assert _saved_position(world) != follower.holdings.position.number
    follower.catch_up()
    time.at += 6
    follower._save_what_grew()
    follower.close()
    assert follower.holdings.shelves[SignalType.PDQ].ahead is None
    assert _saved_position(world) == follower.holdings.position.number


def _saved_position(world) -> object:
    return json.loads(world.saved().open(SignalType.PDQ).note)["position"]
