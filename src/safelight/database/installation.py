"""The name that a database was given when it was made: random, and its own for ever."""

from sqlalchemy import Column, String, Table, select

from safelight.database.schema import METADATA
from safelight.database.transaction import Tx

installation = Table("installation", METADATA, Column("id", String(32), primary_key=True))


def installation_id(tx: Tx) -> str:
    """Return this database's name: 32 hexadecimal digits. Files that were made from it say so by this name."""
    return str(tx.execute(select(installation.c.id)).scalar_one())
