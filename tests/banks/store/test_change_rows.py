"""The order of the change log is the order of commits: whoever has read up to a number misses nothing below it."""

import threading

import pytest

from safelight.banks import queries, steps
from safelight.banks.change import BEGINNING, Position
from safelight.database.transaction import write


def test_a_change_that_is_still_open_holds_later_ones_back_so_that_no_reader_skips_it(bank) -> None:
    other = bank.do(steps.create_bank, name="Beta")
    start = bank.ask(queries.last_position)
    is_done = threading.Event()

    def change_other() -> None:
        bank.do(steps.disable_bank, bank_id=other)
        is_done.set()

    later = threading.Thread(target=change_other)
    with write(bank.engine) as tx:
        steps.disable_bank(tx, bank.clock, bank.actor, bank_id=bank.id)
        later.start()
        assert not is_done.wait(0.5)  # it would be numbered after the open one, and be seen before it
        assert bank.ask(queries.changes_after, start) == []
    later.join()
    changes = bank.ask(queries.changes_after, start)
    assert [change.bank_id for change in changes] == [bank.id, other]
    assert changes[0].id < changes[1].id


def test_a_reader_that_goes_from_position_to_position_sees_every_change_of_busy_writers(bank) -> None:
    ids = [bank.id, *(bank.do(steps.create_bank, name=f"B{number}") for number in range(3))]
    start = position = bank.ask(queries.last_position)
    turns, seen = 15, []

    def keep_changing(bank_id: int) -> None:
        for _ in range(turns):
            bank.do(steps.enable_bank, bank_id=bank_id)

    writers = [threading.Thread(target=keep_changing, args=(bank_id,)) for bank_id in ids]
    for writer in writers:
        writer.start()
    while True:
        are_over = not any(writer.is_alive() for writer in writers)
        found = bank.ask(queries.changes_after, position, limit=5)
        seen += found
        position = found[-1].position if found else position
        if are_over and not found:
            break
    assert len(seen) == turns * len(ids)
    assert seen == bank.ask(queries.changes_after, start)


def test_an_undone_change_lets_the_next_one_through_and_leaves_nothing(bank) -> None:
    start = bank.ask(queries.last_position)
    with pytest.raises(KeyError):
        _enable_and_fail(bank)
    bank.do(steps.disable_bank, bank_id=bank.id)
    (change,) = bank.ask(queries.changes_after, start)
    assert change.bank_id == bank.id


def _enable_and_fail(bank) -> None:
    with write(bank.engine) as tx:
        steps.enable_bank(tx, bank.clock, bank.actor, bank_id=bank.id)
        raise KeyError


def test_changes_are_read_in_parts(bank) -> None:
    for _ in range(4):
        bank.do(steps.enable_bank, bank_id=bank.id)
    whole = bank.changes()
    first = bank.ask(queries.changes_after, BEGINNING, limit=2)
    rest = bank.ask(queries.changes_after, first[-1].position, limit=100)
    assert first + rest == whole
    assert bank.ask(queries.last_position) == whole[-1].position


def test_a_position_of_another_history_is_not_known(bank) -> None:
    """A database that was restored from a backup has the number, or will have it, but not that change."""
    position = bank.ask(queries.last_position)
    assert bank.ask(queries.is_known_position, position)
    assert bank.ask(queries.is_known_position, BEGINNING)
    for other in (
        Position(number=position.number, token=b"8 others"),
        Position(number=position.number + 1, token=position.token),
        Position(number=0, token=position.token),
    ):
        assert not bank.ask(queries.is_known_position, other)
