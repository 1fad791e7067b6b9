"""Followers save what grew, take up each other's files, and replace those that are of no use."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from safelight.banks import steps
from safelight.database.transaction import write
from safelight.hashing.pdq import HAS_KERNEL, Flavour
from safelight.hashing.signal import SignalType
from safelight.matching import follower as follower_module
from safelight.matching.follower import Follower
from safelight.matching.saved import SavedIndexes, file_name

pytestmark = pytest.mark.few_on_postgresql()
"""Files are the same whatever the database: PostgreSQL is left to the long run."""

KINDS = (SignalType.PDQ, SignalType.MD5)


def _name(kind: SignalType) -> str:
    return file_name(kind, Flavour.AUTO)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Let the follower's time be told by hand: it saves at most every five seconds."""
    time = SimpleNamespace(at=1000.0)
    monkeypatch.setattr(follower_module, "time", SimpleNamespace(monotonic=lambda: time.at))
    return time


def _settle(follower: Follower) -> None:
    """Wait until what is being saved lies there."""
    if follower._saving is not None:
        follower._saving.join()


def _files(world) -> set[str]:
    return {path.name for path in world.folder.glob("*.index")} if world.folder.is_dir() else set()


def _fill(world, bank: int, numbers: range) -> None:
    world.add(bank, *(world.new(number, kind) for number in numbers for kind in KINDS))


def _is_right(world, follower: Follower) -> bool:
    return world.seen_by(follower.holdings) == world.truth()


def test_what_is_not_worth_it_is_not_saved(world) -> None:
    _fill(world, world.create("one"), range(20))
    follower = world.follower(save_above=20)
    _settle(follower)
    assert _files(world) == set()


def test_what_grew_is_saved_once_and_taken_up_by_who_saved_it_and_by_others(world, time, monkeypatch) -> None:
    bank = world.create("one")
    _fill(world, bank, range(3))
    other = world.follower(save_above=20)
    _fill(world, bank, range(3, 30))
    follower = world.follower(save_above=20)
    _settle(follower)
    assert _files(world) == {_name(kind) for kind in KINDS}
    for each in (follower, other):
        each.catch_up()
        assert {kind: each.holdings.shelves[kind].unsaved for kind in KINDS} == dict.fromkeys(KINDS, 0)
        assert each.holdings.shelves[SignalType.PDQ].saved_at == each.holdings.position
        assert _is_right(world, each)

    saves = []
    save = SavedIndexes.save
    monkeypatch.setattr(SavedIndexes, "save", lambda *given: (saves.append(given[1]), save(*given))[1])
    for _ in range(3):
        time.at += 6
        for each in (follower, other):
            each.catch_up()
            _settle(each)
    assert saves == []
    _fill(world, bank, range(30, 51))
    follower.catch_up()
    _settle(follower)
    assert sorted(saves) == sorted(KINDS)


def test_entries_that_come_back_by_themselves_do_not_make_it_save_for_ever(world, time) -> None:
    """The file that has them is of the same position in the log as the one before, which has them not."""
    bank = world.create("one")
    until = world.clock.now() + timedelta(seconds=60)
    world.add(bank, *(world.new(number, is_disabled=True, disabled_until=until) for number in range(30)))
    world.add(bank, *(world.new(number) for number in range(100, 130)))
    follower, marks = world.follower(save_above=20), []

    def look() -> None:
        follower.catch_up()
        _settle(follower)
        marks.append(world.saved().mark(SignalType.PDQ))
        time.at += 6

    look()
    look()
    world.clock.go_on(seconds=61)
    for _ in range(4):
        look()
    assert marks[0] == marks[1] != marks[2]
    assert marks[2:] == [marks[2]] * 4
    assert _is_right(world, follower)


def test_at_most_every_few_seconds_something_is_saved(world, time) -> None:
    bank = world.create("one")
    follower = world.follower(save_above=5)
    marks = []
    for number in range(3):
        _fill(world, bank, range(10 * number, 10 * number + 10))
        time.at += 3
        follower.catch_up()
        _settle(follower)
        marks.append(world.saved().mark(SignalType.PDQ))
    assert marks[0] == marks[1] != marks[2]


def test_a_follower_opened_from_files_goes_on_from_there_without_reading_everything(world, monkeypatch) -> None:
    bank = world.create("one")
    _fill(world, bank, range(30))
    _settle(world.follower(save_above=20))
    _fill(world, bank, range(30, 33))
    world.do(steps.remove_entry, entry_id=world.ids(bank)[0])

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("everything was read")

    with monkeypatch.context() as patch:
        patch.setattr(follower_module.banks, "stream_matchable", fail)
        patch.setattr("safelight.matching.follower.SignalType", KINDS)  # of the others there is no file
        follower = world.follower()
    assert follower.notes == []
    assert {kind: follower.holdings.shelves[kind].counts[bank] for kind in KINDS} in (
        {SignalType.PDQ: 32, SignalType.MD5: 33},
        {SignalType.PDQ: 33, SignalType.MD5: 32},
    )


def _damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in (len(data) // 2, -4000, 4096 + 3):  # some may lie in gaps, which hold nothing
        data[place % len(data)] ^= 0xFF
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "damaged": _damage,
    "cut off": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "foreign": lambda path: path.write_bytes(b"%PDF-1.7\n" * 1000),
    "of the other type": lambda path: shutil.copy(path.with_name("other"), path),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_of_no_use_is_refused_with_a_note_and_replaced(world, time, kind, damage: str) -> None:
    bank = world.create("one")
    _fill(world, bank, range(30))
    _settle(world.follower(save_above=20))
    path = world.folder / _name(kind)
    shutil.copy(world.folder / _name(KINDS[kind is KINDS[0]]), world.folder / "other")
    DAMAGES[damage](path)
    follower = world.follower()  # would save nothing for its own sake
    assert len(follower.notes) == 1
    assert str(path) in follower.notes[0]
    assert _is_right(world, follower)
    _settle(follower)
    for _ in range(3):
        follower.catch_up()
        _settle(follower)
        time.at += 6
    mended = world.follower()
    assert mended.notes == []
    assert mended.holdings.shelves[kind].saved_at is not None
    assert follower._refused == set()


def test_a_file_of_another_installation_is_refused_and_replaced(world) -> None:
    bank = world.create("one")
    _fill(world, bank, range(30))
    _settle(world.follower(save_above=20))
    with write(world.engine) as tx:
        (name,) = tx.execute(text("SELECT id FROM installation")).one()
        tx.execute(text("UPDATE installation SET id = :id"), {"id": "0" * 32})
    try:
        follower = world.follower()
        assert follower.notes == ["A saved index is of another database or signal type. It is built anew."]
        assert _is_right(world, follower)
        _settle(follower)
        assert world.follower().notes == []
    finally:
        with write(world.engine) as tx:
            tx.execute(text("UPDATE installation SET id = :id"), {"id": name})


def test_a_file_that_is_ahead_of_a_restored_backup_is_refused_and_replaced(world) -> None:
    bank = world.create("one")
    _fill(world, bank, range(30))
    world.do(steps.remove_entry, entry_id=world.ids(bank)[0])
    _settle(world.follower(save_above=20))
    with write(world.engine) as tx:
        tx.execute(text("DELETE FROM bank_changes WHERE id = (SELECT max(id) FROM bank_changes)"))
        tx.execute(text("UPDATE bank_entries SET withdrawn_at = NULL"))
    follower = world.follower()
    assert [("older copy" in note) for note in follower.notes] == [True]
    assert _is_right(world, follower)
    _settle(follower)
    assert world.follower().notes == []


def test_while_another_process_saves_nobody_else_does_and_the_bad_file_is_not_forgotten(world, time) -> None:
    bank = world.create("one")
    _fill(world, bank, range(30))
    _settle(world.follower(save_above=20))
    _damage(world.folder / "md5.index")
    with world.saved()._lock(SignalType.MD5) as is_mine:
        assert is_mine
        follower = world.follower()
        another = world.follower()
        assert len(another.notes) == 1
        for each in (follower, another):
            _settle(each)
    time.at += 6
    follower.catch_up()
    _settle(follower)
    assert world.follower().notes == []


@pytest.mark.parametrize("where", ["the folder", "its files"])
def test_a_folder_that_cannot_be_written_makes_one_note_and_searching_goes_on(world, time, where, monkeypatch) -> None:
    if where == "the folder":
        world.folder.write_bytes(b"a file in the place of the folder")
    else:  # a disk that is full: even root cannot write

        def fail(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device", str(world.folder / f"md5.index.{time.at}.new"))

        monkeypatch.setattr("safelight.matching.digest_file.replace_file", fail)
    bank = world.create("one")
    world.add(bank, *(world.new(number, SignalType.MD5) for number in range(30)))
    follower = world.follower(save_above=20)
    for number in range(3):
        _settle(follower)
        time.at += 6
        world.add(bank, world.new(100 + number))
        follower.catch_up()
    _settle(follower)
    (note,) = follower.notes
    assert "The index of md5 cannot be saved" in note
    assert _is_right(world, follower)


def _unfolded(follower: Follower) -> int:
    shelves = [follower.holdings.shelves[kind] for kind in KINDS]
    if HAS_KERNEL:  # the twin has nothing to fold
        figures = [shelf.index.describe() for shelf in shelves]
        held = sum(int(each.get("delta_codes", 0)) + int(each.get("recent", 0)) for each in figures)
        assert held == sum(shelf.unfolded for shelf in shelves)
    return sum(shelf.unfolded for shelf in shelves)


def test_what_cannot_be_saved_is_folded_in_memory_and_not_again_for_little(world, time, monkeypatch) -> None:
    def fail(*_: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SavedIndexes, "save", fail)
    bank = world.create("one")
    follower = world.follower(save_above=20)
    for first, last, left in ((0, 30, 0), (30, 35, 10), (35, 65, 0)):
        _fill(world, bank, range(first, last))
        time.at += 6
        follower.catch_up()
        _settle(follower)
        assert _unfolded(follower) == left
    assert _is_right(world, follower)


def test_where_another_process_never_ends_saving_it_is_folded_once_there_is_very_much(world, time) -> None:
    bank = world.create("one")
    follower = world.follower(save_above=20)
    with world.saved()._lock(SignalType.PDQ), world.saved()._lock(SignalType.MD5):
        for first, last, left in ((0, 50, 100), (50, 81, 0)):
            _fill(world, bank, range(first, last))
            time.at += 6
            follower.catch_up()
            _settle(follower)
            assert _unfolded(follower) == left
    assert _is_right(world, follower)


def test_more_banks_than_a_file_can_tell_of_make_a_note(world, monkeypatch) -> None:
    bank = world.create("one")
    _fill(world, bank, range(3))
    monkeypatch.setattr("safelight.matching.digest_file._MOST_NOTE_BYTES", 10)
    follower = world.follower(save_above=1)
    _settle(follower)
    (note,) = follower.notes
    assert "The index of md5 cannot be saved" in note


def test_closing_waits_for_the_file_that_is_being_saved(world) -> None:
    _fill(world, world.create("one"), range(30))
    follower = world.follower(save_above=20)
    follower.close()
    assert _files(world) == {_name(kind) for kind in KINDS}
    assert list(world.folder.glob("*.new")) == []


def test_an_entrys_time_may_come_between_the_file_and_its_opening(world) -> None:
    bank = world.create("one")
    until = world.clock.now() + timedelta(seconds=60)
    world.add(bank, *(world.new(number) for number in range(30)), world.new(99, is_disabled=True, disabled_until=until))
    _settle(world.follower(save_above=20))
    world.clock.go_on(seconds=61)
    follower = world.follower()
    assert follower.holdings.shelves[SignalType.PDQ].saved_at is not None
    assert len(world.matched(follower.holdings, 99)) == 1


def test_entries_whose_time_is_long_over_are_not_asked_for_at_every_change(world, monkeypatch) -> None:
    bank = world.create("one")
    until = world.clock.now() + timedelta(seconds=60)
    world.add(bank, *(world.new(number, is_disabled=True, disabled_until=until) for number in range(9)))
    follower = world.follower()
    world.clock.go_on(seconds=61)
    follower.catch_up()
    asked: list[int] = []
    entry_states = follower_module.banks.entry_states
    monkeypatch.setattr(
        follower_module.banks,
        "entry_states",
        lambda tx, ids, **named: (asked.extend(ids), entry_states(tx, ids, **named))[1],
    )
    world.do(steps.rename_bank, bank_id=bank, name="two")
    follower.catch_up()
    assert asked == []
    assert _is_right(world, follower)
