"""The tables of access: roles, persons and API keys. Those of signing in are in `sign_in_tables.py`."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

_LIVING = text("ended_at IS NULL")

mark = Table(
    "access_mark",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("token", String(32), nullable=False),
)
"""One row: a random token that is another after every change of what keys and roles may do. Who caches, compares it."""

roles = Table(
    "access_roles",
    METADATA,
    Column("name", String(30), primary_key=True),
    Column("permissions", Text, nullable=False),  # JSON
)
"""Roles that somebody made, and built-in ones that somebody edited."""

persons = Table(
    "access_persons",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("name", Text),  # NULL once it was erased: the row stays, so that no number is ever given twice
    Column("name_key", Text, unique=True),
    Column("role_names", Text, nullable=False),  # JSON
    Column("added_at", Moment, nullable=False),
    Column("disabled_at", Moment),
)
"""Who works with Safelight."""

keys = Table(
    "access_keys",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_key", String(100), nullable=False),
    Column("role_name", String(30)),  # or else permissions of its own
    Column("permissions", Text, nullable=False),  # JSON
    Column("bank_names", Text),  # JSON; NULL: every bank
    Column("added_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Column("per_minute", Integer),  # NULL: as the settings say
    Column("burst", Integer),
    Column("alarmed_at", Moment),
    Index("uq_access_keys_living", "name_key", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
)
"""API keys, also those that have ended, for a time."""

secrets = Table(
    "access_secrets",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("key_id", RowId, ForeignKey(keys.c.id), nullable=False, index=True),
    Column("digest", LargeBinary, unique=True),  # NULL once it has ended
    Column("added_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("use_count", BigInteger, nullable=False),
    Column("last_used_at", Moment),
)
"""The secrets of keys: one each, and for a while after a rotation two."""
