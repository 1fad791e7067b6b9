"""What was erased is gone from SQLite's files: from the pages, and from the write-ahead log."""

import secrets
from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.database.engine import Engine
from safelight.database.erasing import empty_log, overwrite_freed
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable

# PostgreSQL keeps old rows until vacuum, and longer: docs/how-to/hold-and-destroy.md
_ON_SQLITE = pytest.mark.parametrize("blank_engine", ["sqlite"], indirect=True)


@pytest.fixture
def values(blank_engine: Engine) -> Engine:
    with write(blank_engine) as tx:
        tx.execute(text("CREATE TABLE kept (id INTEGER PRIMARY KEY, secret TEXT)"))
    return blank_engine


def _put(engine: Engine) -> list[str]:
    """Write secrets that are changed again and again, so that rows move about; return the last of each."""
    secrets_ = [secrets.token_hex(40) for _ in range(300)]
    for number, secret in enumerate(secrets_):
        with write(engine) as tx:
            tx.execute(text("INSERT INTO kept VALUES (:id, :secret)"), {"id": number * 7919 % 300, "secret": secret})
    return secrets_


def _erase(engine: Engine) -> None:
    with write(engine) as tx:
        if tx.dialect.name == "sqlite":
            tx.execute(text("PRAGMA secure_delete = OFF"))  # as some builds of SQLite have it
        overwrite_freed(tx)
        tx.execute(text("UPDATE kept SET secret = NULL"))


def _on_disk(folder: Path, wanted: list[str]) -> int:
    held = b"".join(path.read_bytes() for path in sorted(folder.glob("blank.db*")))
    return sum(secret.encode() in held for secret in wanted)


@_ON_SQLITE
def test_erased_values_are_in_no_file_of_sqlite_once_the_log_is_emptied(values: Engine, tmp_path: Path) -> None:
    put = _put(values)
    assert _on_disk(tmp_path, put) == len(put)
    _erase(values)
    empty_log(values)
    assert _on_disk(tmp_path, put) == 0
    assert (tmp_path / "blank.db-wal").stat().st_size == 0


@_ON_SQLITE
def test_every_connection_to_sqlite_overwrites_what_it_frees(values: Engine) -> None:
    """Moving rows about leaves copies in freed places, which no later erasing finds: that must never begin."""
    with read(values) as tx:
        assert tx.execute(text("PRAGMA secure_delete")).scalar_one() == 1


@_ON_SQLITE
def test_a_reader_of_an_older_moment_keeps_the_log_from_being_emptied(
    values: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safelight.database.engine._BUSY_TIMEOUT_MS", 50)
    values.dispose()
    put = _put(values)
    with read(values) as tx:
        tx.execute(text("SELECT count(*) FROM kept")).scalar_one()
        _erase(values)
        with pytest.raises(DatabaseUnusable, match="reading an older state"):
            empty_log(values)
    empty_log(values)
    assert _on_disk(tmp_path, put) == 0


def test_erasing_and_emptying_do_nothing_else(values: Engine) -> None:
    _put(values)
    with write(values) as tx:
        overwrite_freed(tx)
    empty_log(values)
    with read(values) as tx:
        assert tx.execute(text("SELECT count(secret) FROM kept")).scalar_one() == 300
