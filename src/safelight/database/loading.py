"""Taking a dump into a database that nothing was done with yet."""

from collections.abc import Sequence

from sqlalchemy import MetaData, Table, column, delete, func, inspect, literal, select, text
from sqlalchemy import table as named
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError

from safelight.database.bulk import insert_rows
from safelight.database.dump import TableHead, found_tables, read_block, table_head
from safelight.database.revision import REVISIONS, our_tables
from safelight.database.stepping import step_to
from safelight.database.transaction import Tx
from safelight.errors import BackupRefused

_DISPOSABLE = {
    "installation",
    "audit_entries",
    "audit_waiting",
    "audit_leaves",
    "audit_tree",
    "audit_heads",
    "clock_mark",
    "jobs",
    "vault_secrets",
}
"""What `safelight init`, an import of keys and a worker without work leave in a new database."""

_BOOKMARK = "alembic_version"
_ENTRIES = "audit_entries"

_NUMBERED = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE is_identity = 'YES' AND table_schema = current_schema()
"""
"""The columns whose rows PostgreSQL numbers."""


def require_unused(tx: Tx) -> None:
    """Raise `BackupRefused` unless the database is blank, or as new: without bank, scan or evidence."""
    held = [name for name in our_tables(tx) if name not in _DISPOSABLE and _has_rows(tx, name)]
    if held:
        raise BackupRefused(
            f"The database is not empty: it holds rows in {', '.join(held)}. Nothing was restored. A backup is "
            "restored into a new workspace: make one with `safelight init`, with a database of its own."
        )


def renew_tables(tx: Tx, heads: Sequence[TableHead], revision: str) -> int:
    """Replace what there is by empty tables of a version, the one of the dump.

    Returns how many audit entries of the new database went with that. Raises `BackupRefused` for a version that this
    program does not know, and for tables that are not those of it.
    """
    if revision not in REVISIONS:
        raise BackupRefused(
            f"The backup was made by a newer Safelight: its tables are version {revision}, this program knows up to "
            f"{REVISIONS[-1]}. Nothing was restored. Use the newer program."
        )
    old = our_tables(tx)
    given_up = _count(tx, _ENTRIES) if _ENTRIES in old else 0
    for name, _ in reversed(inspect(tx).get_sorted_table_and_fkc_names()):  # each before those that it refers to
        if name in old:
            tx.execute(text(f"DROP TABLE {name}"))
    tx.execute(text(f"DROP TABLE IF EXISTS {_BOOKMARK}"))
    step_to(tx, revision)
    tables = found_tables(tx)
    for table in reversed(tables):
        tx.execute(delete(table))  # what the steps themselves put there, such as the database's name
    if {_shape(head) for head in heads} != {_shape(table_head(table)) for table in tables}:
        raise BackupRefused(
            f"The backup's tables are not those of its version {revision}: it is damaged, or not Safelight's. Nothing "
            "was restored. Use another backup."
        )
    return given_up


def load_block(tx: Tx, head: TableHead, block: bytes) -> int:
    """Add the rows of a block and return how many they are. Raises `BackupRefused` for one that is malformed."""
    try:
        rows = read_block(head, block)
        insert_rows(tx, Table(head.name, MetaData()), [name for name, _ in head.columns], rows)
    except (ValueError, OverflowError, DataError, IntegrityError, InterfaceError):  # the cause may hold a row
        raise BackupRefused(
            f"A block of the table {head.name} cannot be read, or holds what that table does not take. The backup is "
            "damaged, and nothing was restored. Use another backup."
        ) from None
    return len(rows)


def finish_loading(tx: Tx) -> None:
    """Let new rows be numbered after the loaded ones, and bring the tables up to this program's version."""
    if tx.dialect.name == "postgresql":
        _continue_numbers(tx)
    step_to(tx)


def _has_rows(tx: Tx, name: str) -> bool:
    return tx.execute(select(literal(1)).select_from(named(name)).limit(1)).first() is not None


def _count(tx: Tx, name: str) -> int:
    return int(tx.execute(select(func.count()).select_from(named(name))).scalar_one())


def _shape(head: TableHead) -> tuple[str, frozenset[tuple[str, str]]]:
    """Return what must be the same in dump and database; the order of columns need not be."""
    return head.name, frozenset((name, str(kind)) for name, kind in head.columns)


def _continue_numbers(tx: Tx) -> None:
    """Set the sequences of PostgreSQL; SQLite numbers rows after the highest one by itself."""
    ours = our_tables(tx)
    for name, numbered in tx.execute(text(_NUMBERED)).all():
        if name in ours:
            highest = func.setval(func.pg_get_serial_sequence(name, numbered), func.max(column(numbered)))
            tx.execute(select(highest).select_from(named(name)))
