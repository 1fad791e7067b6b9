"""How an entry stands can be asked as long as anybody remembers it."""

import pytest

from safelight.banks.control import Opinion
from safelight.banks.entry import NewEntry
from safelight.banks.standing import find_standing
from safelight.database.transaction import read
from safelight.errors import NotFound
from safelight.flow.banks import controls
from safelight.flow.banks import edits as banks


def test_what_was_set_and_what_became_of_an_entry_stand_together(engine, clock, actor) -> None:
    who = (engine, clock, actor)
    bank_id = banks.create_bank(*who, name="alpha")
    banks.add_entries(*who, bank="alpha", entries=[NewEntry(signal_type="md5", value=bytes(16))])
    with read(engine) as tx:
        first = find_standing(tx, 1)
    assert (first.entry.bank_id, first.fate.is_held, first.control) == (bank_id, True, None)
    controls.set_opinion(*who, entry_id=1, opinion=Opinion.CONFIRMED)
    banks.remove_entry(*who, entry_id=1)
    with read(engine) as tx:
        later = find_standing(tx, 1)
    assert (later.entry.value, later.fate.is_held) == (bytes(16), False)
    assert later.control is not None
    assert later.control.opinion is Opinion.CONFIRMED


def test_what_never_was_stands_nowhere(engine) -> None:
    with read(engine) as tx:
        for number in (0, 7, 2**70):
            with pytest.raises(NotFound):
                find_standing(tx, number)
