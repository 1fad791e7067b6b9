"""Steps are applied within the caller's transaction."""

import pytest
from sqlalchemy import inspect

from safelight.database.engine import Engine
from safelight.database.revision import REVISIONS, is_current
from safelight.database.stepping import step_to
from safelight.database.transaction import Tx, read, write


class Broken(Exception):
    """What ends the transaction."""


def _step_and_break(tx: Tx) -> None:
    step_to(tx)
    raise Broken


def test_tables_come_step_by_step_up_to_the_last(blank_engine: Engine) -> None:
    for revision in REVISIONS:
        assert not is_current(blank_engine)
        with write(blank_engine) as tx:
            step_to(tx, revision)
    assert is_current(blank_engine)


def test_a_transaction_that_breaks_undoes_its_steps(blank_engine: Engine) -> None:
    with pytest.raises(Broken), write(blank_engine) as tx:
        _step_and_break(tx)
    with read(blank_engine) as tx:
        assert inspect(tx).get_table_names() == []
