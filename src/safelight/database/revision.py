"""Which version of the tables a database has, and bringing it up to this program's."""

from importlib.resources import files

from sqlalchemy import inspect, text

from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read, write
from safelight.errors import WorkspaceOutdated

REVISIONS = ("0001",)
"""Every version of the tables, oldest first; the last is the one that this program works with."""

_UPGRADE_LOCK = 0x5AFE11
_BOOKMARK = "alembic_version"


def is_current(engine: Engine) -> bool:
    """Whether the tables are exactly those that this program works with."""
    with read(engine) as tx:
        return _revision(tx) == REVISIONS[-1]


def require_current(engine: Engine) -> None:
    """Raise `WorkspaceOutdated` unless the tables are exactly those that this program works with."""
    with read(engine) as tx:
        _require_known(_revision(tx))
        if _revision(tx) != REVISIONS[-1]:
            raise WorkspaceOutdated(
                "The database was written by an older Safelight, or is empty. Nothing was changed. "
                "Run `safelight init` on it to bring it up to date."
            )


def upgrade(engine: Engine) -> None:
    """Bring the tables up to this program's version, all in one transaction. There is no way back.

    Raises `WorkspaceOutdated` when a newer program wrote them.
    """
    # Imported here because only an upgrade needs Alembic, and loading it costs every command a third of a second.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(files("safelight.database") / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with write(engine) as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADE_LOCK})
        _require_known(_revision(tx))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def _revision(tx: Tx) -> str | None:
    if not inspect(tx).has_table(_BOOKMARK):
        return None
    revision: str | None = tx.execute(text(f"SELECT version_num FROM {_BOOKMARK}")).scalar_one_or_none()  # noqa: S608 - our own name
    return revision


def _require_known(revision: str | None) -> None:
    if revision is not None and revision not in REVISIONS:
        raise WorkspaceOutdated(
            f"The database was written by a newer Safelight (its tables are version {revision}, this program knows up "
            f"to {REVISIONS[-1]}). Nothing was changed. Use the newer program."
        )
