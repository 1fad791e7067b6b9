import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from safelight.database.engine import Engine, open_engine
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable


@pytest.fixture
def numbers(blank_engine: Engine) -> Engine:
    with write(blank_engine) as tx:
        tx.execute(text("CREATE TABLE numbers (n INTEGER)"))
    return blank_engine


def _add(engine: Engine, number: int) -> None:
    with write(engine) as tx:
        tx.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})


def _all(engine: Engine) -> list[int]:
    with read(engine) as tx:
        return list(tx.execute(text("SELECT n FROM numbers ORDER BY n")).scalars())


def test_what_a_block_wrote_is_there_after_it(numbers: Engine) -> None:
    _add(numbers, 1)
    assert _all(numbers) == [1]


def _fail_after_adding(engine: Engine) -> None:
    with write(engine) as tx:
        tx.execute(text("INSERT INTO numbers VALUES (1)"))
        raise KeyboardInterrupt


def test_an_exception_undoes_the_whole_block(numbers: Engine) -> None:
    with pytest.raises(KeyboardInterrupt):
        _fail_after_adding(numbers)
    assert _all(numbers) == []


def test_a_reader_sees_one_moment_from_its_first_question_to_its_last(numbers: Engine) -> None:
    _add(numbers, 1)
    with read(numbers) as tx:
        count = text("SELECT count(*) FROM numbers")
        assert tx.execute(count).scalar_one() == 1
        _add(numbers, 2)
        assert tx.execute(count).scalar_one() == 1


def test_a_writer_that_first_reads_does_not_fail_half_way(numbers: Engine) -> None:
    """On SQLite a transaction that reads before it writes fails if another wrote meanwhile, unless it locks at once."""
    errors: list[BaseException] = []

    def count_up() -> None:
        try:
            for _ in range(20):
                with write(numbers) as tx:
                    count = tx.execute(text("SELECT count(*) FROM numbers")).scalar_one()
                    tx.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": count})
        except DBAPIError as error:
            errors.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(_all(numbers)) == 60


def test_a_waiting_writer_gets_in_between_the_transactions_of_a_busy_one(numbers: Engine) -> None:
    """A writer with pauses of 5 ms between transactions of 100 ms must not keep others out for long."""
    is_over = threading.Event()

    def keep_busy() -> None:
        while not is_over.is_set():
            with write(numbers) as tx:
                tx.execute(text("INSERT INTO numbers VALUES (0)"))
                time.sleep(0.1)
            time.sleep(0.005)

    thread = threading.Thread(target=keep_busy)
    thread.start()
    waits = []
    for number in range(10):
        started_at = time.monotonic()
        _add(numbers, number)
        waits.append(time.monotonic() - started_at)
    is_over.set()
    thread.join()
    assert max(waits) < 1


def test_a_database_that_is_none_is_told_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no database at all, only text" * 99)
    engine = open_engine(f"sqlite:///{tmp_path / 'file'}")
    with pytest.raises(DatabaseUnusable, match="not a database"), read(engine):
        pass
    engine.dispose()


def test_a_broken_rule_of_the_tables_stays_what_it_is(numbers: Engine) -> None:
    with write(numbers) as tx:
        tx.execute(text("CREATE UNIQUE INDEX one ON numbers (n)"))
    _add(numbers, 7)
    with pytest.raises(DBAPIError):
        _add(numbers, 7)


def test_a_lock_that_nobody_lets_go_is_told_in_our_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safelight.database.engine._BUSY_TIMEOUT_MS", 50)
    (tmp_path / "x.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with write(engine), pytest.raises(DatabaseUnusable, match="held the database"), write(engine):
        pass
    engine.dispose()
