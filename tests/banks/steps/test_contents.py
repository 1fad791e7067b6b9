import pytest

from safelight.banks import queries, steps
from safelight.banks.batch import Origin, runner_of
from safelight.banks.entry import NewEntry
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import ImportRunning, InvalidValue, NotAllowed, NotFound
from safelight.roles import Actor

PDQ = NewEntry(signal_type="pdq", value=bytes(32))
MD5 = NewEntry(signal_type="md5", value=bytes(16))


@pytest.fixture
def bank_id(engine: Engine, clock: FixedClock, actor: Actor) -> int:
    with write(engine) as tx:
        return steps.create_bank(tx, clock, actor, name="ALPHA")


def _add(tx: Tx, clock: FixedClock, actor: Actor, bank_id: int, *entries: NewEntry, platform_id: str = "") -> int:
    return steps.add_content(tx, clock, actor, bank_id=bank_id, entries=entries, platform_id=platform_id)


def test_signals_that_are_added_together_are_one_content(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    with write(engine) as tx:
        number = _add(tx, clock, actor, bank_id, PDQ, MD5, platform_id="post 9")
    with read(engine) as tx:
        content = queries.find_content(tx, bank_id, number)
    assert [entry.signal_type for entry in content.entries] == ["md5", "pdq"]
    assert content.platform_id == "post 9"


def test_the_same_signal_may_be_added_again_as_another_content(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    with write(engine) as tx:
        first, second = _add(tx, clock, actor, bank_id, PDQ), _add(tx, clock, actor, bank_id, PDQ)
    assert first != second
    with read(engine) as tx:
        assert queries.count_entries(tx, bank_id) == {"pdq": 2}


def test_a_content_has_a_signal_and_at_most_one_of_a_type(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    for wrong in ([], [PDQ, PDQ], [NewEntry(signal_type="pdq", value=b"short")]):
        with pytest.raises(InvalidValue), write(engine) as tx:
            _add(tx, clock, actor, bank_id, *wrong)


def test_nothing_is_added_while_a_list_is_imported(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    origin = Origin(name="list", format="csv")
    with write(engine) as tx:
        steps.begin_import(tx, clock, actor, bank_id=bank_id, origin=origin, runner=runner_of(1))
    with pytest.raises(ImportRunning), write(engine) as tx:
        _add(tx, clock, actor, bank_id, PDQ)


def test_another_note_leaves_number_switch_and_threshold_as_they_are(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    with write(engine) as tx:
        number = _add(tx, clock, actor, bank_id, PDQ)
        content = steps.hold_content(tx, bank_id=bank_id, number=number)
        steps.disable_entry(tx, clock, actor, entry_id=content.entries[0].id)
        steps.set_entry_threshold(tx, clock, actor, entry_id=content.entries[0].id, distance=7)
        steps.annotate_content(tx, clock, actor, content=content, note="seen twice")
    with read(engine) as tx:
        noted = queries.find_content(tx, bank_id, number)
        (entry,) = noted.entries
        assert (noted.note, entry.disabled) == ("seen twice", True)
        assert queries.entry_controls(tx, [entry.id])[entry.id].threshold == 7
        assert queries.count_entries(tx, bank_id) == {"pdq": 1}


def test_the_note_of_an_entry_of_a_list_is_not_changed(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    with write(engine) as tx:
        steps.add_entries(tx, clock, actor, bank_id=bank_id, entries=[PDQ])
        (entry,) = queries.page_entries(tx, bank_id)
        content = queries.find_content(tx, bank_id, 2 * entry.id + 1)
        with pytest.raises(NotAllowed):
            steps.annotate_content(tx, clock, actor, content=content, note="x")


def test_a_content_is_none_of_another_bank_nor_of_the_batch_of_a_list(
    engine: Engine, clock: FixedClock, actor: Actor, bank_id: int
) -> None:
    with write(engine) as tx:
        other = steps.create_bank(tx, clock, actor, name="BETA")
        number = _add(tx, clock, actor, bank_id, PDQ)
        steps.add_entries(tx, clock, actor, bank_id=bank_id, entries=[MD5])  # the batch after it
        for wrong_bank, wrong in ((other, number), (bank_id, number + 2), (bank_id, 10**15), (bank_id, 10**15 + 1)):
            with pytest.raises(NotFound):
                steps.hold_content(tx, bank_id=wrong_bank, number=wrong)
