import pytest
from sqlalchemy.exc import IntegrityError

from safelight.banks.batch import BatchState, Origin
from safelight.banks.store import bank_rows, batch_rows
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.roles import Actor

ORIGIN = Origin(name="x", format="csv")


def test_the_database_itself_refuses_a_second_batch_in_staging(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    """Two programs that look at the same moment both see none; the index decides."""

    def add(tx: Tx, bank_id: int) -> int:
        return batch_rows.add_batch(tx, bank_id, origin=ORIGIN, actor=actor, now=clock.at, runner=None)

    with write(engine) as tx:
        bank_id = bank_rows.add_bank(tx, name="alpha", now=clock.at)
        batch_id = add(tx, bank_id)
    with pytest.raises(IntegrityError), write(engine) as tx:
        add(tx, bank_id)
    with write(engine) as tx:
        batch_rows.change_batch(tx, batch_id, BatchState.STAGING, state=BatchState.ABANDONED)
        add(tx, bank_id)


def test_a_batch_changes_only_from_the_state_that_is_named(engine: Engine, clock: FixedClock, actor: Actor) -> None:
    with write(engine) as tx:
        bank_id = bank_rows.add_bank(tx, name="alpha", now=clock.at)
        batch_id = batch_rows.add_batch(tx, bank_id, origin=ORIGIN, actor=actor, now=clock.at, runner=None)
        assert not batch_rows.change_batch(tx, batch_id, BatchState.ABANDONED, state=BatchState.CLEARED)
        assert batch_rows.change_batch(tx, batch_id, BatchState.STAGING, state=BatchState.ABANDONED)


def test_the_name_of_a_file_that_is_not_utf_8_is_kept_as_far_as_it_goes(
    engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    with write(engine) as tx:
        bank_id = bank_rows.add_bank(tx, name="alpha", now=clock.at)
        origin = Origin(name="list \udcff.csv", format="csv")
        batch_rows.add_batch(tx, bank_id, origin=origin, actor=actor, now=clock.at, runner=None)
        (batch,) = batch_rows.find_batches(tx, BatchState.STAGING)
    assert batch.origin.name == "list ?.csv"
