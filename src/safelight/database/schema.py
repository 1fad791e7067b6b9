"""The one collection of tables that every room's store adds its own to."""

from sqlalchemy import BigInteger, Identity, Integer, MetaData

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the database. Names of keys and indexes follow one rule, so that migrations can name them."""

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""The type of a row's number: 64 bits on both databases (SQLite numbers rows by itself only under INTEGER)."""


def row_number() -> Identity:
    """Return the rule that numbers rows upwards, never giving a number a second time while its row lives."""
    return Identity(always=False)
