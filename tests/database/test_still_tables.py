import threading
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from safelight.database.engine import Engine
from safelight.database.still_tables import keep_still
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable

_ADD = text("INSERT INTO vault_secrets (name, key_id, wrapped_key) VALUES ('n', 'k', :data)")


def test_a_writer_waits_for_the_end_of_the_transaction(engine: Engine) -> None:
    written = threading.Event()

    def add() -> None:
        with write(engine) as tx:
            tx.execute(_ADD, {"data": b"x"})
        written.set()

    writer = threading.Thread(target=add)
    with write(engine) as tx:
        keep_still(tx, ["vault_secrets", "vault_spools"])
        writer.start()
        assert not written.wait(0.3)
        assert tx.execute(text("SELECT count(*) FROM vault_secrets")).scalar_one() == 0
    writer.join(10)
    assert written.is_set()


def test_readers_go_on(engine: Engine) -> None:
    with write(engine) as tx:
        keep_still(tx, ["vault_secrets"])
        with read(engine) as reader:
            assert reader.execute(text("SELECT count(*) FROM vault_secrets")).scalar_one() == 0


def test_it_gives_up_before_a_writer_that_does_not_end_is_taken_for_a_deadlock(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # there a transaction that writes has waited at its beginning
    with ExitStack() as stack:
        writer = stack.enter_context(write(engine))
        writer.execute(_ADD, {"data": b"x"})
        with pytest.raises(DatabaseUnusable, match="lock timeout"), write(engine) as tx:
            keep_still(tx, ["vault_secrets"])


def test_the_patience_is_of_the_locks_alone(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    with write(engine) as tx:
        keep_still(tx, ["vault_secrets"])
        assert tx.execute(text("SHOW lock_timeout")).scalar_one() == "0"
