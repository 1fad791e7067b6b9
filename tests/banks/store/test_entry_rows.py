from safelight.banks.batch import Origin
from safelight.banks.store import bank_rows, batch_rows, entry_rows
from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import write
from safelight.roles import Actor

MORE_THAN_A_STATEMENT_TAKES = 70_000


def test_more_rows_than_a_statement_takes_are_asked_for_in_parts(
    engine: Engine, clock: FixedClock, actor: Actor
) -> None:
    numbers = range(1, MORE_THAN_A_STATEMENT_TAKES)
    identities = [number.to_bytes(16, "big") for number in numbers]
    with write(engine) as tx:
        bank_id = bank_rows.add_bank(tx, name="alpha", now=clock.at)
        origin = Origin(name="x", format="csv")
        batch_id = batch_rows.add_batch(tx, bank_id, origin=origin, actor=actor, now=clock.at, runner=None)
        assert entry_rows.current_rows(tx, bank_id, identities) == {}
        assert entry_rows.withdrawn_values(tx, bank_id, identities) == set()
        assert entry_rows.supersede(tx, batch_id, numbers) == {}
