"""Bringing tables from one version to another, within a transaction that is open."""

from importlib.resources import files

from sqlalchemy import text

from safelight.database.transaction import Tx

_UPGRADE_LOCK = 0x5AFE11


def await_other_steps(tx: Tx) -> None:
    """Wait for whoever brings the tables up at this moment, and keep others from it until the transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADE_LOCK})


def step_to(tx: Tx, revision: str = "head") -> None:
    """Bring the tables up to a version, in the caller's transaction; there is no way down.

    Who does the same at the same time waits until that transaction has ended.
    """
    # Imported here because only an upgrade needs Alembic, and loading it costs every command a third of a second.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(files("safelight.database") / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    await_other_steps(tx)
    config.attributes["connection"] = tx
    command.upgrade(config, revision)
