import pytest
from sqlalchemy import text

from safelight.clock import FixedClock
from safelight.database.engine import Engine
from safelight.database.transaction import read


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_loading_a_type_and_looking_an_identity_up_go_by_an_index(engine: Engine, clock: FixedClock) -> None:
    """A scan of ten million rows would show only in use; SQLite tells its plan beforehand."""
    questions = {
        "SELECT id, value FROM bank_entries WHERE bank_id = 1 AND signal_type = 'pdq' ORDER BY id": "signal_type",
        "SELECT id FROM bank_entries WHERE bank_id = 1 AND identity IN (x'00', x'01')": "identity",
        "SELECT id FROM bank_entries WHERE batch_id = 1 ORDER BY id LIMIT 5": "batch_id",
        "SELECT id FROM bank_entries WHERE superseded_by = 1 ORDER BY id LIMIT 5": "superseded_by",
    }
    with read(engine) as tx:
        for question, index in questions.items():
            plan = " ".join(str(row) for row in tx.execute(text(f"EXPLAIN QUERY PLAN {question}")))
            assert index in plan
            assert "TEMP B-TREE" not in plan
