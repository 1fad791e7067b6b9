from datetime import timedelta

import pytest

from safelight.banks import queries
from safelight.banks.content import Content
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.banks import contents
from safelight.flow.banks import edits as banks
from safelight.flow.banks.contents import Switch
from safelight.roles import Actor

BOTH = [NewEntry(signal_type="pdq", value=bytes(32)), NewEntry(signal_type="md5", value=bytes(16))]


@pytest.fixture
def number(engine: Engine, clock: FixedClock, actor: Actor) -> int:
    """A content of two signals in the bank ALPHA."""
    banks.create_bank(engine, clock, actor, name="ALPHA")
    return contents.add_content(engine, clock, actor, bank="ALPHA", entries=BOTH)


def _found(engine: Engine, number: int) -> Content:
    with read(engine) as tx:
        return queries.find_content(tx, queries.find_bank(tx, "ALPHA").id, number)


def test_a_content_is_switched_off_with_all_its_signals_and_on_again(
    engine: Engine, clock: FixedClock, actor: Actor, number: int
) -> None:
    off = Switch(is_on=False, until=clock.at + timedelta(hours=1))
    changed = contents.change_content(engine, clock, actor, bank="ALPHA", number=number, switch=off)
    assert [entry.is_disabled(clock.at) for entry in changed.entries] == [True, True]
    on = Switch(is_on=True)
    changed = contents.change_content(engine, clock, actor, bank="ALPHA", number=number, switch=on)
    assert not changed.is_disabled(clock.at)


def test_note_and_switch_are_changed_together_and_the_number_stays(
    engine: Engine, clock: FixedClock, actor: Actor, number: int
) -> None:
    off = Switch(is_on=False)
    contents.change_content(engine, clock, actor, bank="ALPHA", number=number, switch=off, note="twice")
    found = _found(engine, number)
    assert (found.note, found.is_disabled(clock.at), len(found.entries)) == ("twice", True, 2)


def test_a_content_is_removed_once(engine: Engine, clock: FixedClock, actor: Actor, number: int) -> None:
    assert contents.remove_content(engine, clock, actor, bank="ALPHA", number=number)
    assert not contents.remove_content(engine, clock, actor, bank="ALPHA", number=number)
    with pytest.raises(NotFound):
        _found(engine, number)


def test_a_content_of_another_bank_is_left_alone(engine: Engine, clock: FixedClock, actor: Actor, number: int) -> None:
    banks.create_bank(engine, clock, actor, name="BETA")
    assert not contents.remove_content(engine, clock, actor, bank="BETA", number=number)
    with pytest.raises(NotFound):
        contents.change_content(engine, clock, actor, bank="BETA", number=number, note="x")
    assert len(_found(engine, number).entries) == 2
