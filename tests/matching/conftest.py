"""Banks without a database, for what is decided of them, and with one, for what follows them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from safelight.banks import queries, steps
from safelight.banks.bank import Bank
from safelight.banks.batch import Counts, Origin, Runner
from safelight.banks.control import EntryControl
from safelight.banks.entry import Entry, EntryKey, NewEntry, Provenance, staged_row
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SIGNAL_SIZE_BYTES, Signal, SignalType
from safelight.matching.follower import Follower, Holdings
from safelight.matching.index import Index, new_index
from safelight.matching.payload import payload_of, radii_of
from safelight.matching.saved import SavedIndexes
from safelight.matching.shelf import Shelf
from safelight.matching.snapshot import Snapshot
from safelight.roles import Actor, ActorKind

NOW = datetime(2026, 5, 6, tzinfo=UTC)
ORIGIN = Origin(name="list.csv", format="csv")
RUNNER = Runner(place="elsewhere", pid=1, started="1")


class Book:
    """Entries, banks and controls in memory, from which snapshots are taken."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.banks: dict[int, Bank] = {}
        self.controls: dict[int, EntryControl] = {}
        self.asked_for: list[int] = []

    @staticmethod
    def flip(value: bytes, bits: int, start: int = 0) -> bytes:
        """Return a value that differs in so many bits, from the bit `start` on."""
        return (int.from_bytes(value, "big") ^ (((1 << bits) - 1) << start)).to_bytes(len(value), "big")

    @staticmethod
    def pdq(value: bytes, **more: Any) -> Signal:
        return Signal(type=SignalType.PDQ, value=value, quality=99, **more)

    @staticmethod
    def md5(value: bytes) -> Signal:
        return Signal(type=SignalType.MD5, value=value)

    def bank(self, bank_id: int, **more: Any) -> Bank:
        values = {"id": bank_id, "name": f"bank{bank_id}", "is_enabled": True, "version": 7, "created_at": NOW}
        self.banks[bank_id] = Bank(**(values | {"rollout_key": bytes([bank_id])} | more))
        return self.banks[bank_id]

    def allow_list(self, bank_id: int, *suppressed: int, **more: Any) -> Bank:
        return self.bank(bank_id, is_allow_list=True, suppresses=frozenset(suppressed), **more)

    def entry(self, number: int, value: bytes, kind: str = "pdq", bank_id: int = 1, **more: Any) -> Entry:
        values: dict[str, Any] = {
            "id": number,
            "bank_id": bank_id,
            "signal_type": kind,
            "value": value,
            "label": "A1",
            "label_scheme": "scheme",
            "key": EntryKey(source="programme", environment="e", issuer="i", entry_id=f"k{number}"),
            "note": None,
            "provenance": Provenance(
                origin="list.csv",
                format="csv",
                line=number,
                added_at=NOW,
                added_by=Actor(kind=ActorKind.PERSON, name="p"),
            ),
            "disabled": False,
            "disabled_until": None,
        }
        self.entries[number] = Entry(**(values | more))
        return self.entries[number]

    def cluster(
        self, numbers: Iterable[int], value: bytes, kind: str = "pdq", bank_id: int = 1, **control: Any
    ) -> None:
        for number in numbers:
            self.entry(number, value, kind, bank_id)
            if control:
                self.control(number, **control)

    def control(self, number: int, **more: Any) -> None:
        bank_id = self.entries[number].bank_id
        self.controls[number] = EntryControl(entry_id=number, bank_id=bank_id, **more)

    def find(self, ids: Sequence[int]) -> Mapping[int, Entry]:
        self.asked_for += ids
        return {number: self.entries[number] for number in ids if number in self.entries}

    def snapshot(
        self, *asked: int, threshold: int | None = None, flavour: Flavour = Flavour.TWIN, **more: Any
    ) -> Snapshot:
        """Take a snapshot of everything; without `asked`, every bank that may be asked is."""
        if not self.banks:
            self.bank(1)
        indexes = {kind: new_index(kind, flavour) for kind in SignalType}
        counts: dict[SignalType, dict[int, int]] = {kind: {} for kind in SignalType}
        for kind in SignalType:
            mine = [entry for entry in self.entries.values() if entry.signal_type == kind.value]
            payloads = np.array([payload_of(entry.bank_id, entry.id) for entry in mine], np.uint64)
            indexes[kind].add_many(payloads, b"".join(entry.value for entry in mine))
            for entry in mine:
                counts[kind][entry.bank_id] = counts[kind].get(entry.bank_id, 0) + 1
        usual = (bank.id for bank in self.banks.values() if bank.is_enabled and not bank.is_allow_list)
        return Snapshot(
            banks=dict(self.banks),
            asked=frozenset(asked or usual),
            controls=dict(self.controls),
            indexes=indexes,
            counts=counts,
            find_entries=self.find,
            threshold=threshold,
            **more,
        )


@pytest.fixture
def book() -> Book:
    """Begin with nothing; one ordinary bank is there if none is made."""
    return Book()


@dataclass
class MovingClock:
    """A clock that goes on when it is told to."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def go_on(self, **duration: float) -> None:
        self.at += timedelta(**duration)


State = tuple[dict[int, Bank], dict[int, EntryControl], dict[SignalType, tuple[set[tuple[int, bytes]], dict[int, int]]]]


@dataclass
class World:
    """A database with banks, whatever is done to them, and followers that tail it."""

    engine: Engine
    clock: MovingClock
    actor: Actor
    folder: Path
    followers: list[Follower] = field(default_factory=list)
    values: set[tuple[SignalType, bytes]] = field(default_factory=set)

    def do(self, step: Callable[..., Any], **arguments: Any) -> Any:
        with write(self.engine) as tx:
            return step(tx, self.clock, self.actor, **arguments)

    def ask(self, question: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with read(self.engine) as tx:
            return question(tx, *arguments, **named)

    def create(self, name: str, **more: Any) -> int:
        return int(self.do(steps.create_bank, name=name, **more))

    @staticmethod
    def value(signal_type: SignalType, number: int) -> bytes:
        return np.random.default_rng([number, 5]).bytes(SIGNAL_SIZE_BYTES[signal_type])

    def new(
        self, number: int, signal_type: SignalType = SignalType.PDQ, key: str | None = None, **more: Any
    ) -> NewEntry:
        value = self.value(signal_type, number)
        self.values.add((signal_type, value))
        named = EntryKey(source="s", environment="e", issuer="i", entry_id=key) if key else None
        return NewEntry(signal_type=signal_type.value, value=value, key=named, **more)

    def add(self, bank_id: int, *entries: NewEntry) -> Counts:
        counts = self.do(steps.add_entries, bank_id=bank_id, entries=entries)
        assert isinstance(counts, Counts)
        return counts

    def stage(self, bank_id: int, *entries: NewEntry) -> tuple[int, Counts]:
        """Begin an import and store its entries unseen."""
        batch_id = int(self.do(steps.begin_import, bank_id=bank_id, origin=ORIGIN, runner=RUNNER))
        rows = list({row.identity: row for row in map(staged_row, entries)}.values())
        comparison = self.ask(queries.compare_rows, bank_id, rows)
        with write(self.engine) as tx:
            steps.stage_entries(tx, self.clock, bank_id=bank_id, batch_id=batch_id, comparison=comparison)
        return batch_id, comparison.counts

    def publish(self, bank_id: int, batch_id: int, counts: Counts) -> None:
        self.do(steps.publish_import, bank_id=bank_id, batch_id=batch_id, counts=counts)

    def import_list(self, bank_id: int, *entries: NewEntry) -> None:
        self.publish(bank_id, *self.stage(bank_id, *entries))

    def ids(self, bank_id: int) -> list[int]:
        """The entries that a bank holds, disabled ones too."""
        with read(self.engine) as tx:
            return [entry.id for entry in queries.stream_entries(tx, bank_id)]

    def find_entries(self, ids: Sequence[int]) -> Mapping[int, Entry]:
        with read(self.engine) as tx:
            return queries.published_entries(tx, ids)

    def saved(self, folder: Path | None = None) -> SavedIndexes:
        return SavedIndexes(folder or self.folder, Flavour.AUTO)

    def follower(self, *, save_above: int = 1 << 40, folder: Path | None = None, **more: Any) -> Follower:
        """Open a follower, which saves nothing unless it is told above how many changes it shall."""
        saved = self.saved(folder)
        follower = Follower(self.engine, self.clock, saved, flavour=Flavour.AUTO, save_above=save_above, **more)
        self.followers.append(follower)
        return follower

    def truth(self) -> State:
        """What a fresh load from the database finds, held against the entries that the banks list."""
        with read(self.engine) as tx:
            now = self.clock.now()
            shelves = {kind: Shelf.from_database(tx, kind, now=now, flavour=Flavour.AUTO) for kind in SignalType}
            banks = {bank.id: bank for bank in queries.list_banks(tx)}
            listed = [entry for bank_id in banks for entry in queries.stream_entries(tx, bank_id)]
            state = banks, queries.entry_controls(tx), self._contents(shelves)
        on = [entry for entry in listed if not entry.is_disabled(now)]
        for kind, (contents, _) in state[2].items():
            mine = {(payload_of(each.bank_id, each.id), each.value) for each in on if each.signal_type == kind.value}
            assert contents == mine
        return state

    def seen_by(self, holdings: Holdings) -> State:
        """What a follower holds, found by asking its indexes for every value that ever was."""
        return dict(holdings.banks), dict(holdings.controls), self._contents(holdings.shelves)

    def _contents(
        self, shelves: Mapping[SignalType, Shelf]
    ) -> dict[SignalType, tuple[set[tuple[int, bytes]], dict[int, int]]]:
        return {kind: (self.contents(shelf.index, kind), _counted(shelf)) for kind, shelf in shelves.items()}

    def contents(self, index: Index, signal_type: SignalType) -> set[tuple[int, bytes]]:
        """Every entry in an index with its value, found by searching for every value of every bank that ever was."""
        radii = radii_of(dict.fromkeys(range(1, 4096), 0))
        found: set[tuple[int, bytes]] = set()
        for _, value in sorted(value for value in self.values if value[0] is signal_type):
            told = index.search(Signal(type=signal_type, value=value), radii, None).found
            assert len({candidate.entry_id for candidate in told}) == len(told)
            found |= {(payload_of(candidate.bank_id, candidate.entry_id), value) for candidate in told}
        assert len(found) == len(index)
        return found

    def matched(self, holdings: Holdings, number: int, signal_type: SignalType = SignalType.PDQ) -> list[int]:
        """The entries that a follower finds for a value."""
        signal = Signal(type=signal_type, value=self.value(signal_type, number))
        radii = radii_of(dict.fromkeys(holdings.banks, 0))
        found = holdings.shelves[signal_type].index.search(signal, radii, None).found
        return [candidate.entry_id for candidate in found]


def _counted(shelf: Shelf) -> dict[int, int]:
    return {bank_id: count for bank_id, count in shelf.counts.items() if count}


@pytest.fixture
def world(
    engine: Engine, actor: Actor, clock: Any, tmp_path: Path, new_threads: Callable[[], list[str]]
) -> Iterator[World]:
    """Begin with an empty database; every follower that was opened is closed in the end."""
    world = World(engine, MovingClock(clock.at), actor, tmp_path / "index")
    yield world
    for follower in world.followers:
        follower.close()
    assert not {"follow", "save"} & set(new_threads())
