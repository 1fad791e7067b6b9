"""Looking whether a database is whole: its version, its pages, its references, and the latest moment it has seen."""

from dataclasses import dataclass

from sqlalchemy import select, text

from safelight.clock import Clock
from safelight.database.clock_mark import TOLERANCE, clock_mark
from safelight.database.engine import Engine
from safelight.database.revision import REVISIONS, TABLES, require_current
from safelight.database.transaction import Tx, read
from safelight.errors import DatabaseUnusable, WorkspaceOutdated

MOST_TOLD = 10
"""Faults of one kind that are told; a database with more of them is beyond repair anyway."""

_INVALID_INDEXES = """
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indexrelid
    WHERE NOT pg_index.indisvalid LIMIT :most
"""
_UNCHECKED_RULES = "SELECT conname FROM pg_constraint WHERE NOT convalidated LIMIT :most"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFinding:
    """One thing that was looked at: what was found, and what is wrong with it, which is nothing in a sound database."""

    name: str
    told: str
    faults: tuple[str, ...] = ()


def check_database(engine: Engine, clock: Clock) -> list[DatabaseFinding]:
    """Look at a database and change nothing. A database of another version is not looked at any further.

    Raises `DatabaseUnusable` where it cannot be read at all.
    """
    version = _check_version(engine)
    if version.faults:
        return [version]
    with read(engine) as tx:
        looks = (_sqlite_looks if tx.dialect.name == "sqlite" else _postgresql_looks)(tx)
        return [version, *looks, _check_clock(tx, clock)]


def _check_version(engine: Engine) -> DatabaseFinding:
    try:
        require_current(engine)
    except (WorkspaceOutdated, DatabaseUnusable) as error:
        return DatabaseFinding(name="version", told="another one", faults=(str(error),))
    told = f"{REVISIONS[-1]}, with all of its {len(TABLES)} tables"
    return DatabaseFinding(name="version", told=told)


def _sqlite_looks(tx: Tx) -> list[DatabaseFinding]:
    pages = [str(row[0]) for row in tx.exec_driver_sql(f"PRAGMA integrity_check({MOST_TOLD})")]
    damaged = tuple(page for page in pages if page != "ok")
    broken = tx.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(MOST_TOLD)
    told = tuple(f"a row of {row[0]} refers to a row of {row[2]} that is not there" for row in broken)
    return [
        DatabaseFinding(name="pages", told="all are whole" if not damaged else "damaged", faults=damaged),
        DatabaseFinding(name="references", told="all lead somewhere" if not told else "broken", faults=told),
    ]


def _postgresql_looks(tx: Tx) -> list[DatabaseFinding]:
    indexes = tuple(f"the index {name} is not valid" for name in _names(tx, _INVALID_INDEXES))
    rules = tuple(f"the rule {name} was never checked" for name in _names(tx, _UNCHECKED_RULES))
    return [
        DatabaseFinding(name="indexes", told="all are valid" if not indexes else "invalid", faults=indexes),
        DatabaseFinding(name="references", told="kept by the server" if not rules else "unchecked", faults=rules),
    ]


def _names(tx: Tx, question: str) -> list[str]:
    return list(tx.execute(text(question), {"most": MOST_TOLD}).scalars())


def _check_clock(tx: Tx, clock: Clock) -> DatabaseFinding:
    seen_at = tx.execute(select(clock_mark.c.seen_at)).scalar_one_or_none()
    if seen_at is None:
        return DatabaseFinding(name="clock", told="no moment was seen yet")
    told = f"the latest moment seen is {seen_at:%Y-%m-%d %H:%M:%S} UTC"
    if clock.now() >= seen_at - TOLERANCE:
        return DatabaseFinding(name="clock", told=told)
    fault = f"the clock says {clock.now():%Y-%m-%d %H:%M:%S} UTC, which is before that: it was set back"
    return DatabaseFinding(name="clock", told=told, faults=(fault,))
