import pytest
from sqlalchemy import text

from safelight.database.engine import Engine, open_engine
from safelight.database.transaction import read
from safelight.errors import InvalidValue


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nothing at all", ""])
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
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with read(engine) as tx:
        assert tx.execute(text(f"PRAGMA {pragma}")).scalar_one() == expected
    engine.dispose()


def test_postgresql_speaks_utc_whatever_the_server_is_set_to(postgresql_engine: Engine) -> None:
    with read(postgresql_engine) as tx:
        assert tx.execute(text("SHOW timezone")).scalar_one() == "UTC"
