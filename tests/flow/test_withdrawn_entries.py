"""What a person took out of a bank stays out, whatever lists say later, until a person adds it again."""

import io

import pytest

from safelight.banks import queries
from safelight.banks.batch import Counts
from safelight.banks.entry import Entry, EntryKey, NewEntry
from safelight.banks.exchanges.csv_list import CsvList
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.flow.banks import edits as banks
from safelight.flow.banks import hash_lists
from safelight.roles import Actor

ONE, TWO, THREE = (bytes([number]) * 16 for number in (1, 2, 3))


class Bank:
    """A bank that lists of MD5 values are imported into."""

    def __init__(self, engine: Engine, clock: FixedClock, actor: Actor) -> None:
        self.engine, self.who = engine, (engine, clock, actor)
        banks.create_bank(*self.who, name="alpha")

    def take(self, *lines: tuple[bytes, str, str]) -> Counts:
        """Import lines of value, entry id and label."""
        rows = [f"md5,{value.hex()},{entry_id},{label}" for value, entry_id, label in lines]
        file = io.BytesIO("\n".join(["signal_type,value,entry_id,label", *rows, ""]).encode())
        return hash_lists.import_list(*self.who, bank="alpha", file=file, name="list", reader=CsvList()).counts

    def entries(self) -> list[Entry]:
        with read(self.engine) as tx:
            return queries.page_entries(tx, queries.find_bank(tx, "alpha").id)

    def values(self) -> list[bytes]:
        return sorted(entry.value for entry in self.entries())

    def remove_all(self) -> None:
        for entry in self.entries():
            banks.remove_entry(*self.who, entry_id=entry.id)


@pytest.fixture
def bank(engine: Engine, clock: FixedClock, actor: Actor) -> Bank:
    return Bank(engine, clock, actor)


def test_an_import_does_not_bring_back_what_a_person_took_out(bank: Bank) -> None:
    bank.take((ONE, "", "A1"), (TWO, "b", "A1"))
    bank.remove_all()
    assert bank.take((ONE, "", "B2"), (TWO, "b", "A1"), (THREE, "", "")) == Counts(added=1, withdrawn_here=2)
    assert bank.values() == [THREE]


def test_another_value_under_the_key_of_what_was_taken_out_is_another_entry(bank: Bank) -> None:
    bank.take((ONE, "a", ""))
    bank.remove_all()
    assert bank.take((TWO, "a", "")) == Counts(added=1)
    assert bank.take((ONE, "a", "")) == Counts(withdrawn_here=1)
    assert bank.values() == [TWO]


def test_what_a_person_brought_back_is_imported_like_any_other(bank: Bank) -> None:
    bank.take((ONE, "a", ""))
    bank.remove_all()
    key = EntryKey(source="", environment="", issuer="", entry_id="a")
    again = NewEntry(signal_type="md5", value=ONE, key=key)
    assert banks.add_entries(*bank.who, bank="alpha", entries=[again]) == Counts(added=1)
    assert bank.take((ONE, "a", "")) == Counts(already_there=1)
    assert bank.take((TWO, "a", "")) == Counts(replaced=1)
    assert bank.take((ONE, "a", "A1")) == Counts(replaced=1)
    assert [(entry.value, entry.label) for entry in bank.entries()] == [(ONE, "A1")]


def test_what_was_taken_out_of_one_bank_is_imported_into_another(bank: Bank) -> None:
    bank.take((ONE, "", ""))
    bank.remove_all()
    banks.create_bank(*bank.who, name="beta")
    file = io.BytesIO(f"signal_type,value\nmd5,{ONE.hex()}\n".encode())
    summary = hash_lists.import_list(*bank.who, bank="beta", file=file, name="list", reader=CsvList())
    assert summary.counts == Counts(added=1)
