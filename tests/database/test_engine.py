import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from safelight.database.engine import Engine, open_engine
from safelight.database.revision import upgrade
from safelight.database.transaction import read, write
from safelight.errors import DatabaseUnusable, InvalidValue


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "nothing at all", "", "postgresql://h:port/x", "sqlite://", "sqlite:///:memory:"]
)
def test_an_address_of_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue):
        open_engine(url)


def test_a_refused_address_is_not_repeated_for_it_may_hold_a_password() -> None:
    with pytest.raises(InvalidValue) as caught:
        open_engine("mysql://me:secret@host/x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_is_opened_so_that_what_was_committed_survives(tmp_path, pragma: str, expected: object) -> None:
    (tmp_path / "x.db").touch()
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with read(engine) as tx:
        assert tx.execute(text(f"PRAGMA {pragma}")).scalar_one() == expected
    engine.dispose()


def test_postgresql_speaks_utc_whatever_the_server_is_set_to(postgresql_engine: Engine) -> None:
    with read(postgresql_engine) as tx:
        assert tx.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_a_password_beside_a_broken_port_is_not_repeated() -> None:
    with pytest.raises(InvalidValue) as caught:
        open_engine("postgresql://me:secret@host:port/x")
    assert "secret" not in str(caught.value)


def test_without_its_driver_postgresql_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InvalidValue, match=r"safelight\[postgresql\]"):
        open_engine("postgresql://host/x")


@pytest.mark.parametrize("name", ["a?b.db", "50%41.db", "c#d.db", "plain.db", "mode=ro&x.db"])
def test_a_path_is_taken_letter_by_letter(tmp_path: Path, name: str) -> None:
    engine = open_engine(tmp_path / name)
    upgrade(engine)
    engine.dispose()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_address_with_a_question_mark_is_refused_for_it_would_name_another_file() -> None:
    for address in ("sqlite:////data/a?b.db", "sqlite:///x.db?mode=ro", "sqlite://host/x.db"):
        with pytest.raises(InvalidValue, match="PATH alone"):
            open_engine(address)


def test_a_relative_path_counts_from_the_folder_that_is_named(tmp_path: Path) -> None:
    for address in ("sqlite:///one.db", Path("two.db")):
        engine = open_engine(address, folder=tmp_path)
        upgrade(engine)
        engine.dispose()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.db", "two.db"]


def test_opening_a_database_that_is_not_there_says_so_and_makes_nothing(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db")
    with pytest.raises(DatabaseUnusable, match="safelight init"), read(engine):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_database_never_shows_the_values(blank_engine: Engine) -> None:
    with write(blank_engine) as tx:
        tx.execute(text("CREATE TABLE t (x TEXT PRIMARY KEY)"))
        tx.execute(text("INSERT INTO t VALUES (:x)"), {"x": "secret"})
    with pytest.raises(IntegrityError) as caught, write(blank_engine) as tx:
        tx.execute(text("INSERT INTO t VALUES (:x), (:y)"), {"x": "other", "y": "secret"})
    assert "other" not in str(caught.value)
