"""One bank and the steps on it, for the tests of this room."""

from dataclasses import dataclass

import pytest

from safelight.audit.queries import page_entries as page_audit
from safelight.banks import queries, steps
from safelight.banks.batch import Counts, Origin, Runner
from safelight.banks.change import BEGINNING, Change
from safelight.banks.control import EntryControl
from safelight.banks.entry import EntryKey, NewEntry, staged_row
from safelight.clock import Clock, FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read, write
from safelight.roles import Actor

ORIGIN = Origin(name="list.csv", format="csv")
RUNNER = Runner(place="elsewhere", pid=1, started="1")


@dataclass
class Bank:
    """One bank and the steps on it, each in a transaction of its own."""

    engine: Engine
    clock: Clock
    actor: Actor
    id: int = 0

    @staticmethod
    def entry(number: int, label: str | None = None, entry_id: str | None = None) -> NewEntry:
        key = EntryKey(source="s", environment="e", issuer="i", entry_id=entry_id) if entry_id else None
        return NewEntry(signal_type="pdq", value=number.to_bytes(32, "big"), label=label, key=key)

    def do(self, step, **arguments):
        with write(self.engine) as tx:
            return step(tx, self.clock, self.actor, **arguments)

    def ask(self, question, *arguments, **named):
        with read(self.engine) as tx:
            return question(tx, *arguments, **named)

    def add(self, *entries: NewEntry) -> Counts:
        return self.do(steps.add_entries, bank_id=self.id, entries=entries)

    def add_one(self, number: int, label: str | None = None, entry_id: str | None = None) -> int:
        """Add an entry and return its number."""
        new = self.entry(number, label, entry_id)
        self.add(new)
        return max(entry.id for entry in self.entries() if entry.value == new.value)

    def entries(self):
        return self.ask(queries.page_entries, self.id)

    def labels(self) -> list[str | None]:
        return [entry.label for entry in self.entries()]

    def entry_id(self) -> int:
        (entry,) = self.entries()
        return entry.id

    def stage(self, *entries: NewEntry) -> int:
        """Begin an import, stage entries and return the number of the batch."""
        batch_id = self.do(steps.begin_import, bank_id=self.id, origin=ORIGIN, runner=RUNNER)
        comparison = self.ask(queries.compare_rows, self.id, [staged_row(entry) for entry in entries])
        with write(self.engine) as tx:
            steps.stage_entries(tx, self.clock, bank_id=self.id, batch_id=batch_id, comparison=comparison)
        return int(batch_id)

    def publish(self, batch_id: int, *, added: int = 1, replaced: int = 0) -> None:
        counts = Counts(added=added, replaced=replaced)
        self.do(steps.publish_import, bank_id=self.id, batch_id=batch_id, counts=counts)

    def matching(self) -> list[int]:
        """The numbers that would match now."""

        def load(tx):
            enabled = {bank.id for bank in queries.list_banks(tx) if bank.is_enabled}
            chunks = queries.stream_matchable(tx, signal_type="pdq", now=self.clock.now(), chunk_size=2)
            rows = (row for chunk in chunks for row in chunk)
            return [int.from_bytes(value, "big") for bank_id, _, value in rows if bank_id in enabled]

        return self.ask(load)

    def matchable(self, signal_type: str = "pdq") -> list[tuple[int, int, bytes]]:
        """What matchers load now, enabled or not."""

        def load(tx):
            chunks = queries.stream_matchable(tx, signal_type=signal_type, now=self.clock.now(), chunk_size=2)
            return [row for chunk in chunks for row in chunk]

        return self.ask(load)

    def control(self, entry_id: int | None = None) -> EntryControl | None:
        """The controls of an entry, if it has any; of the only one unless another is named."""
        asked = self.entry_id() if entry_id is None else entry_id
        return self.ask(queries.entry_controls, [asked]).get(asked)

    def policies(self):
        """The bank as it stands."""
        return next(bank for bank in self.ask(queries.list_banks) if bank.id == self.id)

    def changes(self) -> list[Change]:
        return self.ask(queries.changes_after, BEGINNING)

    def verbs(self) -> list[str]:
        return [entry.verb for entry in self.ask(page_audit, target=f"bank:{self.id}")]

    def version(self) -> int:
        return self.stamp().get(self.id, 0)

    def stamp(self) -> dict[int, int]:
        """The versions of all enabled banks: what tells one state of matching from another."""
        return {bank.id: bank.version for bank in self.ask(queries.list_banks) if bank.is_enabled}


@pytest.fixture
def bank(engine: Engine, clock: FixedClock, actor: Actor) -> Bank:
    """Make an empty bank."""
    bank = Bank(engine, clock, actor)
    bank.id = bank.do(steps.create_bank, name="Alpha")
    return bank
