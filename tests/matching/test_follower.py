"""A follower has what the database has, however it came to it, and says when it cannot."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from safelight.banks import queries, steps
from safelight.banks.control import Opinion
from safelight.database.transaction import write
from safelight.errors import DatabaseUnusable
from safelight.hashing.signal import SignalType
from safelight.matching import follower as follower_module
from safelight.matching.follower import Follower
from safelight.matching.shelf import Edits, Shelf


def _is_right(world, follower: Follower) -> bool:
    return world.seen_by(follower.holdings) == world.truth()


def _break(monkeypatch: pytest.MonkeyPatch, place: object, name: str, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(place, name, fail)


def test_what_did_not_change_is_not_read_again(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1))
    follower = world.follower()
    before = follower.holdings
    follower.catch_up()
    assert follower.holdings is before
    world.add(bank, world.new(2))
    follower.catch_up()
    assert follower.holdings is not before
    assert follower.holdings.position == world.ask(queries.last_position)


def test_banks_and_controls_are_those_of_the_database(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1))
    follower = world.follower()
    (entry,) = world.ids(bank)
    world.do(steps.set_entry_threshold, entry_id=entry, distance=9)
    world.do(steps.rename_bank, bank_id=bank, name="two")
    world.do(steps.disable_bank, bank_id=bank)
    follower.catch_up()
    held = follower.holdings
    assert (held.banks[bank].name, held.banks[bank].is_enabled, held.controls[entry].threshold) == ("two", False, 9)
    assert world.matched(held, 1) == [entry]  # whether a disabled bank counts, its snapshot says
    world.do(steps.delete_bank, bank_id=bank)
    follower.catch_up()
    held = follower.holdings
    assert (dict(held.banks), dict(held.controls), len(held.shelves[SignalType.PDQ].index)) == ({}, {}, 0)


def test_an_entry_that_is_disabled_until_a_time_comes_back_by_itself(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1), world.new(1, SignalType.MD5), world.new(2))
    follower, until = world.follower(), world.clock.now() + timedelta(seconds=60)
    for entry in world.ids(bank):
        world.do(steps.disable_entry, entry_id=entry, until=until)
    follower.catch_up()
    position = follower.holdings.position
    world.clock.go_on(seconds=59)
    follower.catch_up()
    assert world.matched(follower.holdings, 1) == []
    late = world.follower()
    world.clock.go_on(seconds=1)
    for each in (follower, late):
        each.catch_up()
        assert len(world.matched(each.holdings, 1)) == len(world.matched(each.holdings, 1, SignalType.MD5)) == 1
        assert each.holdings.position == position
        assert _is_right(world, each)


def test_an_entrys_time_may_come_while_the_database_is_away(world, monkeypatch) -> None:
    """The index of digests followed before the database failed, and must not forget what is to come back."""
    bank = world.create("one")
    world.add(bank, world.new(1, SignalType.MD5))
    follower = world.follower()
    (entry,) = world.ids(bank)
    world.do(steps.disable_entry, entry_id=entry, until=world.clock.now() + timedelta(seconds=60))
    follow = Shelf.follow

    def fail_at_pdq(shelf: Shelf, *arguments: object, **named: object) -> None:
        if shelf.signal_type is SignalType.PDQ:
            raise DatabaseUnusable("gone")
        follow(shelf, *arguments, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "follow", fail_at_pdq)
        with pytest.raises(DatabaseUnusable, match="gone"):
            follower.catch_up()
    assert world.matched(follower.holdings, 1, SignalType.MD5) == []
    world.clock.go_on(seconds=61)
    follower.catch_up()
    assert world.matched(follower.holdings, 1, SignalType.MD5) == [entry]
    assert _is_right(world, follower)


@pytest.mark.parametrize("place", ["last_position", "list_banks", "timed_entries", "entry_controls", "changes_after"])
def test_whatever_question_fails_the_next_catch_up_makes_it_right(world, monkeypatch, place: str) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1, label="A1"))
    follower = world.follower()
    before = follower.holdings
    world.import_list(bank, world.new(1, label="B2"), world.new(2))
    with monkeypatch.context() as patch:
        _break(patch, follower_module.banks, place, DatabaseUnusable("gone"))
        with pytest.raises(DatabaseUnusable, match="gone"):
            follower.catch_up()
    assert follower.holdings is before
    follower.catch_up()
    assert _is_right(world, follower)


@pytest.mark.parametrize("broken", ["add_many", "remove"])
def test_a_change_that_breaks_off_half_way_is_made_good_by_building_the_shelf_anew(world, monkeypatch, broken) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1, label="A1"), world.new(3))
    follower = world.follower()
    shelf = follower.holdings.shelves[SignalType.PDQ]
    world.import_list(bank, world.new(1, label="B2"), world.new(2))
    with monkeypatch.context() as patch:
        _break(patch, shelf.index, broken, MemoryError())
        with pytest.raises(MemoryError):
            follower.catch_up()
    assert not shelf.is_whole
    follower.catch_up()
    assert follower.holdings.shelves[SignalType.PDQ] is not shelf
    assert _is_right(world, follower)


def test_the_controls_of_an_entry_are_there_before_its_heir_and_go_after_it(world, monkeypatch) -> None:
    """A question that is under way must not find the heir of a deconfirmed entry without its opinion."""
    bank = world.create("one")
    world.add(bank, world.new(1, label="A1"))
    (entry,) = world.ids(bank)
    world.do(steps.set_opinion, entry_id=entry, opinion=Opinion.DECONFIRMED)
    follower = world.follower()
    held, seen = follower.holdings, []
    shelf = held.shelves[SignalType.PDQ]

    def look() -> None:
        found = world.matched(held, 1)
        seen.append([each for each in found if each in held.controls] == found != [])

    for name in ("add_many", "remove"):
        act = getattr(shelf.index, name)
        monkeypatch.setattr(shelf.index, name, lambda *given, act=act: (look(), act(*given), look())[1])
    world.import_list(bank, world.new(1, label="B2"))
    follower.catch_up()
    assert seen == [True] * 4
    assert list(held.controls) == world.ids(bank) != [entry]
    assert held.controls[entry].opinion is Opinion.DECONFIRMED  # for a question that found it just before
    world.create("another")
    follower.catch_up()
    assert held.controls.get(entry) is None


def test_controls_that_a_person_took_away_do_not_stay(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1))
    (entry,) = world.ids(bank)
    world.do(steps.set_opinion, entry_id=entry, opinion=Opinion.DECONFIRMED)
    follower = world.follower()
    assert entry in follower.holdings.controls
    world.do(steps.set_opinion, entry_id=entry, opinion=None)
    follower.catch_up()
    assert entry not in follower.holdings.controls


def test_a_database_that_was_restored_from_a_backup_is_loaded_anew(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1), world.new(2))
    first, second = world.ids(bank)
    follower = world.follower()
    world.do(steps.remove_entry, entry_id=first)
    follower.catch_up()
    assert world.matched(follower.holdings, 1) == []
    _restore(world, to=2)
    follower.catch_up()
    assert world.matched(follower.holdings, 1) == [first]
    assert _is_right(world, follower)

    world.do(steps.remove_entry, entry_id=second)
    follower.catch_up()
    _restore(world, to=2)
    world.do(steps.remove_entry, entry_id=first)  # another change under a number that was read before
    follower.catch_up()
    assert (world.matched(follower.holdings, 1), world.matched(follower.holdings, 2)) == ([], [second])
    assert _is_right(world, follower)


def _restore(world, *, to: int) -> None:
    with write(world.engine) as tx:
        tx.execute(text("DELETE FROM bank_changes WHERE id > :to"), {"to": to})
        tx.execute(text("UPDATE bank_entries SET withdrawn_at = NULL"))
        if tx.dialect.name == "postgresql":
            tx.execute(text("SELECT setval(pg_get_serial_sequence('bank_changes', 'id'), :to)"), {"to": to})


def _stopped_time(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Let the follower's time be told by hand."""
    time = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(follower_module, "time", SimpleNamespace(monotonic=lambda: time.at))
    return time


def test_a_database_that_is_away_for_half_a_minute_is_told_and_forgotten_when_it_is_back(world, monkeypatch) -> None:
    time = _stopped_time(monkeypatch)
    follower = world.follower()
    follower.follow(every_s=10)
    with monkeypatch.context() as patch:
        _break(patch, follower_module, "read", DatabaseUnusable("gone"))
        time.at += 29
        with pytest.raises(DatabaseUnusable, match="gone"):
            follower.catch_up()
        assert follower.holdings
        time.at += 2
        with pytest.raises(DatabaseUnusable, match="could not be followed for 30 seconds"):
            assert follower.holdings
    follower.catch_up()
    assert follower.holdings


def test_who_follows_at_long_intervals_is_late_only_after_three_of_them(world, monkeypatch) -> None:
    time = _stopped_time(monkeypatch)
    follower = world.follower()
    follower.follow(every_s=100)
    time.at += 299
    assert follower.holdings
    time.at += 2
    with pytest.raises(DatabaseUnusable, match="could not be followed for 300 seconds"):
        assert follower.holdings


def test_whoever_is_refused_learns_what_went_wrong_without_a_listed_value(world, monkeypatch) -> None:
    time = _stopped_time(monkeypatch)
    follower, failed = world.follower(), threading.Event()
    _break(monkeypatch, follower_module, "read", RuntimeError("a listed value"))
    fail = follower._fail
    monkeypatch.setattr(follower, "_fail", lambda text: (fail(text), failed.set()))
    follower.follow(every_s=0.01)
    assert failed.wait(30)
    time.at += 31
    with pytest.raises(DatabaseUnusable, match="RuntimeError in test_follower") as refusal:
        assert follower.holdings
    assert "listed" not in str(refusal.value)


def test_what_is_noted_is_told_at_once_and_who_is_told_cannot_end_the_following(world, monkeypatch) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        raise BrokenPipeError

    follower = world.follower(tell=tell)
    _break(monkeypatch, follower_module, "read", DatabaseUnusable("it is gone"))
    follower.follow(every_s=0.01)
    for _ in range(3000):
        if told:
            break
        threading.Event().wait(0.01)
    assert told == ["it is gone"]
    assert follower._following is not None
    assert follower._following.is_alive()


def test_opening_and_catching_up_may_take_long(world, monkeypatch) -> None:
    time = _stopped_time(monkeypatch)
    entry_controls = queries.entry_controls

    def slow(*arguments, **named):
        time.at += 100
        return entry_controls(*arguments, **named)

    monkeypatch.setattr(follower_module.banks, "entry_controls", slow)
    follower = world.follower()
    follower.follow(every_s=10)
    assert follower.holdings
    world.create("one")
    follower.catch_up()
    assert follower.holdings


@pytest.mark.parametrize("is_first", [True, False])
def test_catching_up_with_a_very_long_list_may_take_minutes_as_long_as_the_database_answers(
    world, monkeypatch, is_first: bool
) -> None:
    time = _stopped_time(monkeypatch)
    bank = world.create("one")
    world.add(bank, *(world.new(number, label="A1") for number in range(40)))
    follower = world.follower()
    follower.follow(every_s=10)
    world.import_list(bank, *(world.new(number, label="B2") for number in range(40)))
    look_at, seen = Edits._look_at, []

    def slow(edits: Edits, rows: list) -> bool:
        time.at += 20 if rows else 0
        seen.append(follower.holdings)
        return look_at(edits, rows)

    monkeypatch.setattr(Edits, "_look_at", slow)
    monkeypatch.setattr(
        queries.stream_matchable if is_first else queries.stream_batch, "__kwdefaults__", {"chunk_size": 9}
    )
    if is_first:
        follower.holdings.shelves[SignalType.PDQ].is_whole = False
    follower.catch_up()
    assert len(seen) > 5
    assert follower.holdings is not seen[0]


def test_who_does_not_follow_is_never_too_late(world, monkeypatch) -> None:
    time = _stopped_time(monkeypatch)
    follower = world.follower()
    time.at += 1000
    assert follower.holdings


@pytest.mark.parametrize("error", [DatabaseUnusable("it is gone"), MemoryError(), RuntimeError("a listed value")])
def test_following_goes_on_after_whatever_went_wrong_and_notes_it_once(world, monkeypatch, error) -> None:
    bank = world.create("one")
    follower, failures = world.follower(), []
    happened = threading.Event()

    def fail(*_: object, **__: object) -> None:
        failures.append(None)
        if len(failures) > 3:
            happened.set()
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Edits, "sync", fail)
        world.add(bank, world.new(1))
        follower.follow(every_s=0.005)
        assert happened.wait(30)
    for _ in range(3000):
        if follower.holdings.position == world.ask(queries.last_position):
            break
        threading.Event().wait(0.01)
    follower.close()
    assert _is_right(world, follower)
    assert len(follower.notes) == 1
    assert "listed" not in follower.notes[0]


def test_closing_ends_following(world, new_threads) -> None:
    follower = world.follower()
    follower.follow(every_s=0.01)
    follower.close()
    world.create("one")
    assert follower.holdings.banks == {}
    assert "follow" not in new_threads()
