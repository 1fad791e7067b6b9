from datetime import timedelta

import pytest

from safelight.banks import queries
from safelight.banks.batch import Counts
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import AlreadyExists, NotFound
from safelight.flow.banks import edits as banks
from safelight.roles import Actor

ENTRY = NewEntry(signal_type="md5", value=bytes(16))


@pytest.fixture
def alpha(engine: Engine, clock: FixedClock, actor: Actor) -> int:
    """A bank with one entry; gives the entry's number."""
    banks.create_bank(engine, clock, actor, name="alpha")
    assert banks.add_entries(engine, clock, actor, bank="alpha", entries=[ENTRY]) == Counts(added=1)
    with read(engine) as tx:
        (entry,) = queries.page_entries(tx, queries.find_bank(tx, "alpha").id)
    return entry.id


def _matching(engine: Engine, clock: FixedClock) -> int:
    with read(engine) as tx:
        enabled = {bank.id for bank in queries.list_banks(tx) if bank.is_enabled}
        chunks = queries.stream_matchable(tx, signal_type="md5", now=clock.at)
        return sum(bank_id in enabled for chunk in chunks for bank_id, _, _ in chunk)


def test_a_bank_is_renamed_switched_and_deleted_by_its_name(
    engine: Engine, clock: FixedClock, actor: Actor, alpha: int
) -> None:
    banks.rename_bank(engine, clock, actor, bank="ALPHA", name="beta")
    banks.disable_bank(engine, clock, actor, bank="beta")
    assert _matching(engine, clock) == 0
    banks.enable_bank(engine, clock, actor, bank="beta")
    assert _matching(engine, clock) == 1
    banks.set_threshold(engine, clock, actor, bank="beta", signal_type="pdq", distance=5)
    banks.delete_bank(engine, clock, actor, bank="beta")
    with pytest.raises(NotFound):
        banks.enable_bank(engine, clock, actor, bank="beta")
    banks.create_bank(engine, clock, actor, name="beta")


def test_an_entry_is_switched_and_removed_by_its_number(
    engine: Engine, clock: FixedClock, actor: Actor, alpha: int
) -> None:
    banks.disable_entry(engine, clock, actor, entry_id=alpha, until=clock.at + timedelta(days=1))
    assert _matching(engine, clock) == 0
    banks.enable_entry(engine, clock, actor, entry_id=alpha)
    assert _matching(engine, clock) == 1
    banks.remove_entry(engine, clock, actor, entry_id=alpha)
    assert _matching(engine, clock) == 0


def test_a_refused_act_changes_nothing(engine: Engine, clock: FixedClock, actor: Actor, alpha: int) -> None:
    banks.create_bank(engine, clock, actor, name="beta")
    with pytest.raises(AlreadyExists):
        banks.rename_bank(engine, clock, actor, bank="beta", name="alpha")
    with read(engine) as tx:
        assert [bank.name for bank in queries.list_banks(tx)] == ["alpha", "beta"]
