"""A shelf that follows the change log holds what one built anew does, whatever was done to the banks."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import numpy as np
import pytest

from safelight.banks import queries, steps
from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable, IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import Signal, SignalType
from safelight.matching import shelf as shelf_module
from safelight.matching.index import open_index
from safelight.matching.payload import radii_of
from safelight.matching.shelf import Shelf

TYPES = (SignalType.PDQ, SignalType.MD5)
NUMBERS = 12  # few values, so that banks share them and lists replace each other's entries


class Acts:
    """Everything that people do to banks, at random."""

    def __init__(self, world, seed: int) -> None:
        self.world = world
        self.random = np.random.default_rng(seed)
        self.names = 0
        self.staged: list[tuple[int, tuple]] = []

    def act(self) -> str:
        acts: dict[Callable[[], None], int] = {
            self.create: 2, self.add: 6, self.import_list: 5, self.stage: 2, self.publish: 2, self.abandon: 1,
            self.disable: 4, self.disable_until: 4, self.enable: 3, self.withdraw: 3, self.opine: 2,
            self.own_threshold: 2, self.delete_bank: 1, self.switch_bank: 2, self.bank_threshold: 1, self.policy: 1,
            self.let_time_pass: 3,
        }  # fmt: skip
        weights = np.array(list(acts.values()), float)
        chosen = list(acts)[self.random.choice(len(acts), p=weights / weights.sum())]
        chosen()
        return chosen.__name__

    def _banks(self) -> list[int]:
        return [bank.id for bank in self.world.ask(queries.list_banks)]

    def _bank(self) -> int:
        banks = self._banks()
        return int(self.random.choice(banks)) if banks else self.create()

    def _entry(self) -> int | None:
        ids = self.world.ids(self._bank())
        return int(self.random.choice(ids)) if ids else None

    def _entries(self) -> list:
        def entry():
            key = f"key{self.random.integers(6)}" if self.random.random() < 0.5 else None
            label = str(self.random.choice(["A1", "B2"]))
            off: dict = {"is_disabled": True, "disabled_until": self._until()} if self.random.random() < 0.1 else {}
            number, kind = int(self.random.integers(NUMBERS)), TYPES[self.random.integers(2)]
            return self.world.new(number, kind, key, label=label, **off)

        return [entry() for _ in range(self.random.integers(1, 9))]

    def _until(self):
        return self.world.clock.now() + timedelta(seconds=int(self.random.integers(1, 90)))

    def create(self) -> int:
        self.names += 1
        return self.world.create(f"bank{self.names}")

    def _free_bank(self) -> int | None:
        held = {bank for bank, _ in self.staged}
        free = [bank for bank in self._banks() if bank not in held]
        return int(self.random.choice(free)) if free else None

    def add(self) -> None:
        if (bank := self._free_bank()) is not None:
            self.world.add(bank, *self._entries())

    def import_list(self) -> None:
        if (bank := self._free_bank()) is not None:
            self.world.import_list(bank, *self._entries())

    def stage(self) -> None:
        if (bank := self._free_bank()) is not None:
            self.staged.append((bank, self.world.stage(bank, *self._entries())))

    def publish(self) -> None:
        if self.staged:
            bank, staged = self.staged.pop()
            if bank in self._banks():
                self.world.publish(bank, *staged)

    def abandon(self) -> None:
        if self.staged:
            batch_id = self.staged.pop()[1][0]
            self.world.do(steps.abandon_import, batch=self.world.ask(queries.find_import, batch_id), reason="r")
            if self.random.random() < 0.5:
                with write(self.world.engine) as tx:
                    steps.clear_import(tx, batch_id=batch_id, limit=1000)

    def disable(self) -> None:
        if entry := self._entry():
            self.world.do(steps.disable_entry, entry_id=entry)

    def disable_until(self) -> None:
        if entry := self._entry():
            self.world.do(steps.disable_entry, entry_id=entry, until=self._until())

    def enable(self) -> None:
        if entry := self._entry():
            self.world.do(steps.enable_entry, entry_id=entry)

    def withdraw(self) -> None:
        if entry := self._entry():
            self.world.do(steps.remove_entry, entry_id=entry)

    def opine(self) -> None:
        if entry := self._entry():
            opinion = [None, *Opinion][self.random.integers(3)]
            self.world.do(steps.set_opinion, entry_id=entry, opinion=opinion)

    def own_threshold(self) -> None:
        bank = self._bank()
        with read(self.world.engine) as tx:
            ids = [entry.id for entry in queries.stream_entries(tx, bank) if entry.signal_type == "pdq"]
        if ids:
            distance = [None, 3, 60][self.random.integers(3)]
            self.world.do(steps.set_entry_threshold, entry_id=int(self.random.choice(ids)), distance=distance)

    def delete_bank(self) -> None:
        self.world.do(steps.delete_bank, bank_id=self._bank())

    def switch_bank(self) -> None:
        step = (steps.enable_bank, steps.disable_bank)[self.random.integers(2)]
        self.world.do(step, bank_id=self._bank())

    def bank_threshold(self) -> None:
        distance = int(self.random.integers(65))
        self.world.do(steps.set_threshold, bank_id=self._bank(), signal_type="pdq", distance=distance)

    def policy(self) -> None:
        self.world.do(steps.set_deconfirmed_policy, bank_id=self._bank(), policy=DeconfirmedPolicy.DEMOTE)
        self.world.do(steps.set_rollout, bank_id=self._bank(), share=5_000)

    def let_time_pass(self) -> None:
        self.world.clock.go_on(seconds=int(self.random.integers(1, 60)))


def _follow_and_compare(world, seed: int, acts: int) -> None:
    """Let some followers tail a random history: one from the start, others from files of arbitrary moments."""
    done: list[str] = []
    history = Acts(world, seed)
    followers = [world.follower(folder=world.folder / "none")]
    for number in range(acts):
        done.append(history.act())
        if history.random.random() < 0.15:
            folder = world.folder / str(number)
            folder.mkdir(parents=True)
            for kind, shelf in _loaded(world).items():
                frozen = shelf.freeze(world.ask(queries.installation_id))
                assert world.saved(folder).save(kind, frozen)
            followers.append(world.follower(folder=folder))
        if history.random.random() < 0.5:
            truth = world.truth()
            chosen = history.random.choice(len(followers), size=min(2, len(followers)), replace=False)
            for place in chosen:
                followers[place].catch_up()
                assert world.seen_by(followers[place].holdings) == truth, f"seed {seed}: {done}"
        if history.random.random() < 0.1:  # a file of an earlier moment, opened only now
            folder = world.folder / str(history.random.integers(number + 1))
            if folder.is_dir():
                late = world.follower(folder=folder)
                assert not late.notes
                assert world.seen_by(late.holdings) == world.truth(), f"seed {seed}: {done}"
    for follower in followers:
        follower.catch_up()
        assert follower.notes == []
        assert world.seen_by(follower.holdings) == world.truth(), f"seed {seed}: {done}"


def _loaded(world) -> dict[SignalType, Shelf]:
    with read(world.engine) as tx:
        now = world.clock.now()
        return {kind: Shelf.from_database(tx, kind, now=now, flavour=Flavour.AUTO) for kind in SignalType}


def test_whatever_is_done_to_banks_whoever_follows_holds_what_a_fresh_load_finds(world) -> None:
    _follow_and_compare(world, 0, acts=40)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_same_for_many_histories(world) -> None:
    for seed in range(100, 120):
        world.folder = world.folder.with_name(f"index{seed}")
        _follow_and_compare(world, seed, acts=100)
        for bank in world.ask(queries.list_banks):
            world.do(steps.delete_bank, bank_id=bank.id)


@pytest.fixture
def put() -> Iterator[Callable[[object, str, object], None]]:
    """Put something in the place of an object's method, and take it away in the end."""
    placed: list[tuple[object, str]] = []

    def put(owner: object, name: str, act: object) -> None:
        setattr(owner, name, act)
        placed.append((owner, name))

    yield put
    for owner, name in placed:
        delattr(owner, name)


def _shelf(world, kind: SignalType = SignalType.PDQ) -> Shelf:
    return _loaded(world)[kind]


def _catch_up(world, shelf: Shelf, due: Sequence[int] = ()) -> None:
    with read(world.engine) as tx:
        changes = [change for change in queries.changes_after(tx, shelf.position) if change.entry_id or change.batch_id]
        position = queries.last_position(tx)
        shelf.follow(tx, changes, due=due, position=position, now=world.clock.now())


def test_an_entry_that_is_there_already_is_left_where_it_is(world) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1))
    shelf = _shelf(world)
    shelf.unsaved = 0
    (entry,) = world.ids(bank)
    world.do(steps.set_opinion, entry_id=entry, opinion=Opinion.CONFIRMED)
    _catch_up(world, shelf, due=[entry])
    assert (shelf.unsaved, len(shelf.index), shelf.counts[bank]) == (0, 1, 1)


@pytest.mark.parametrize("kind", TYPES)
def test_a_value_that_goes_from_one_entry_to_another_is_found_at_every_moment(world, kind, put) -> None:
    """A list that is imported again under other labels replaces every entry by one of the same value."""
    bank = world.create("one")
    world.add(bank, *(world.new(number, kind, label="A1") for number in range(5)))
    shelf = _shelf(world, kind)
    missed: list[str] = []

    def look(name: str) -> None:
        missed.extend(
            name
            for number in range(5)
            if not shelf.index.search(Signal(type=kind, value=world.value(kind, number)), radii_of({bank: 0}), None)[0]
        )

    for name in ("add_many", "remove"):
        act = getattr(shelf.index, name)

        def watched(*arguments, name=name, act=act):
            look(f"before {name}")
            result = act(*arguments)
            look(f"after {name}")
            return result

        put(shelf.index, name, watched)
    world.import_list(bank, *(world.new(number, kind, label="B2") for number in range(5)))
    _catch_up(world, shelf)
    assert missed == []
    assert len(shelf.index) == 5
    assert world.contents(shelf.index, kind) == world.truth()[2][kind][0]


def test_a_batch_is_seen_at_once_and_never_by_half(world, put, monkeypatch) -> None:
    monkeypatch.setattr(queries.stream_batch, "__kwdefaults__", {"chunk_size": 2})
    bank = world.create("one")
    shelf = _shelf(world)
    world.import_list(bank, *(world.new(number) for number in range(7)))
    sizes: list[int] = []
    add_many = shelf.index.add_many
    size = shelf.index.__len__
    put(shelf.index, "add_many", lambda *added: (sizes.append(size()), add_many(*added), sizes.append(size())))
    _catch_up(world, shelf)
    assert sizes == [0, 7]


@pytest.mark.parametrize("broken", ["entry_states", "superseded_by", "stream_batch"])
def test_a_database_that_fails_while_it_is_read_leaves_the_shelf_as_it_was(world, monkeypatch, broken: str) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1, label="A1"), world.new(2))
    shelf = _shelf(world)
    before = world.contents(shelf.index, SignalType.PDQ), dict(shelf.counts), shelf.position
    world.import_list(bank, world.new(1, label="B2"), *(world.new(number) for number in range(3, 9)))

    def fail(*_, **__):
        raise DatabaseUnusable("gone")

    with monkeypatch.context() as patch:
        patch.setattr(shelf_module.banks, broken, fail)
        with pytest.raises(DatabaseUnusable, match="gone"):
            _catch_up(world, shelf)
    assert shelf.is_whole
    assert (world.contents(shelf.index, SignalType.PDQ), dict(shelf.counts), shelf.position) == before
    _catch_up(world, shelf)
    assert world.contents(shelf.index, SignalType.PDQ) == world.truth()[2][SignalType.PDQ][0]


@pytest.mark.parametrize("broken", ["add_many", "remove"])
def test_a_change_that_breaks_off_half_way_is_known_to_have_done_so(world, put, broken: str) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1, label="A1"))
    shelf = _shelf(world)
    world.import_list(bank, world.new(1, label="B2"), world.new(2))

    def fail(*_):
        raise MemoryError

    put(shelf.index, broken, fail)
    with pytest.raises(MemoryError):
        _catch_up(world, shelf)
    assert not shelf.is_whole


def test_a_value_of_a_wrong_length_is_refused_with_the_entrys_number_and_changes_nothing(
    world, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing of ours stores such a value; somebody who changes the database from outside may.
    monkeypatch.setattr("safelight.banks.steps.entries.check_signal", lambda *_: None)
    bank = world.create("one")
    world.add(bank, world.new(1))
    shelf = _shelf(world)
    wrong = world.new(2)
    world.add(bank, world.new(3), type(wrong)(signal_type="pdq", value=b"short"))
    entry = max(world.ids(bank))
    with pytest.raises(DatabaseUnusable, match=f"Entry {entry} is no pdq"):
        _catch_up(world, shelf)
    with pytest.raises(DatabaseUnusable, match=f"Entry {entry} is no pdq"):
        _shelf(world)
    assert (len(shelf.index), shelf.is_whole) == (1, True)


def test_an_entry_of_a_type_that_is_not_computed_here_is_in_no_index(world) -> None:
    bank = world.create("one")
    world.add(bank, type(world.new(1))(signal_type="photodna", value=b"opaque"))
    assert all(len(shelf.index) == 0 for shelf in _loaded(world).values())


def _refused(world, path, kind: SignalType = SignalType.PDQ) -> str:
    with read(world.engine) as tx, pytest.raises(IndexFileRefused) as refusal:
        Shelf.from_index(tx, kind, open_index(kind, path, Flavour.AUTO))
    return str(refusal.value)


def test_a_saved_index_is_taken_over_only_if_it_is_of_this_database_type_and_history(world, tmp_path) -> None:
    bank = world.create("one")
    world.add(bank, world.new(1), world.new(2))
    shelf, path = _shelf(world), tmp_path / "pdq.index"
    frozen = shelf.freeze(world.ask(queries.installation_id))
    frozen.index.save(path, frozen.note)
    with read(world.engine) as tx:
        taken = Shelf.from_index(tx, SignalType.PDQ, open_index(SignalType.PDQ, path, Flavour.AUTO))
    assert (taken.position, taken.saved_at, taken.unsaved, taken.counts[bank]) == (shelf.position, shelf.position, 0, 2)

    note = json.loads(frozen.note)
    others = {
        "another database or signal type": [
            {"installation": "f" * 32},
            {"signal_type": "md5"},
            {"counts": {str(bank): 3}},
            {"counts": {}},
        ],
        "knows of changes": [{"token": "00" * 8}, {"position": note["position"] + 1}],
        "does not say of what": [
            *({"position": position} for position in ("x", float("inf"), 2**63, -1)),
            *({"counts": counts} for counts in ([1], {"x": 1}, {str(bank): float("-inf")})),
            *({"counts": counts} for counts in ({str(bank): 3, str(bank + 1): -1}, {"-1": 2}, {str(2**24): 2})),
            {"token": "x"},
        ],
    }
    for reason, changes in others.items():
        for change in changes:
            frozen.index.save(path, json.dumps(note | change).encode())
            assert reason in _refused(world, path)
    for odd in (b"", b"\xff", b"[]", b"null", b"{}", b"1", b"[" * 30_000):
        frozen.index.save(path, odd)
        assert "does not say of what" in _refused(world, path)


def test_a_bank_that_is_gone_is_dropped_wholly_and_others_stay(world) -> None:
    one, two = world.create("one"), world.create("two")
    world.add(one, world.new(1), world.new(2))
    world.add(two, world.new(1))
    shelf = _shelf(world)
    shelf.unsaved = 0
    shelf.keep_banks([two])
    assert (len(shelf.index), dict(shelf.counts), shelf.unsaved) == (1, {two: 1}, 2)
    shelf.keep_banks([two])
    assert shelf.unsaved == 2
