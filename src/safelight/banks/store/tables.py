"""The tables of banks, and when a row of them counts."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    or_,
    select,
    text,
)

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

banks = Table(
    "banks",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
)
Index(
    "uq_banks_name_key",
    banks.c.name_key,
    unique=True,
    sqlite_where=banks.c.deleted_at.is_(None),
    postgresql_where=banks.c.deleted_at.is_(None),
)

policies = Table(
    "bank_policies",  # one row for each bank, from its beginning
    METADATA,
    Column("bank_id", RowId, ForeignKey(banks.c.id), primary_key=True, autoincrement=False),
    Column("deconfirmed", String(20), nullable=False),
    Column("rollout", Integer, nullable=False),
    Column("rollout_key", LargeBinary, nullable=False),
    Column("is_allow_list", Boolean, nullable=False),
)

verifications = Table(
    "bank_verifications",  # a row for each bank whose entries an authority has verified
    METADATA,
    Column("bank_id", RowId, ForeignKey(banks.c.id), primary_key=True, autoincrement=False),
    Column("verified_by", Text, nullable=False),
    Column("verified_at", Moment, nullable=False),
)

suppressions = Table(
    "bank_suppressions",
    METADATA,
    Column("allow_list_id", RowId, ForeignKey(banks.c.id), primary_key=True),
    Column("bank_id", RowId, ForeignKey(banks.c.id), primary_key=True),
)

thresholds = Table(
    "bank_thresholds",
    METADATA,
    Column("bank_id", RowId, ForeignKey(banks.c.id), primary_key=True),
    Column("signal_type", Text, primary_key=True),
    Column("distance", Integer, nullable=False),
)

batches = Table(
    "bank_batches",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("bank_id", RowId, ForeignKey(banks.c.id), nullable=False),
    Column("state", String(20), nullable=False),
    Column("origin", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("heartbeat_at", Moment, nullable=False),
    Column("runner_place", Text),
    Column("runner_pid", Integer),
    Column("runner_started", Text),
    Column("published_at", Moment),
    Column("added", Integer, nullable=False),
    Column("replaced", Integer, nullable=False),
    Column("already_there", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
)
_IS_STAGING = batches.c.state == text("'staging'")  # as text: an index's condition takes no parameters
Index(
    "uq_bank_batches_staging",
    batches.c.bank_id,
    unique=True,
    sqlite_where=_IS_STAGING,
    postgresql_where=_IS_STAGING,
)

entries = Table(
    "bank_entries",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("bank_id", RowId, ForeignKey(banks.c.id), nullable=False),
    Column("batch_id", RowId, ForeignKey(batches.c.id), nullable=False, index=True),
    Column("identity", LargeBinary, nullable=False),
    Column("line", Integer),
    Column("signal_type", Text, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Column("key_source", Text),
    Column("key_environment", Text),
    Column("key_issuer", Text),
    Column("key_entry_id", Text),
    Column("label", Text),
    Column("label_scheme", Text),
    Column("note", Text),
    Column("is_disabled", Boolean, nullable=False),
    Column("disabled_until", Moment),
    Column("withdrawn_at", Moment),
    Column("superseded_by", RowId, ForeignKey(batches.c.id)),
    Index(None, "bank_id", "identity"),
    Index(None, "bank_id", "signal_type", "id"),
)
Index(
    "ix_bank_entries_superseded_by",
    entries.c.superseded_by,
    sqlite_where=entries.c.superseded_by.is_not(None),
    postgresql_where=entries.c.superseded_by.is_not(None),
)

Index(
    "ix_bank_entries_disabled_until",
    entries.c.disabled_until,
    sqlite_where=entries.c.disabled_until.is_not(None),
    postgresql_where=entries.c.disabled_until.is_not(None),
)

controls = Table(
    "entry_controls",
    METADATA,
    Column("entry_id", RowId, ForeignKey(entries.c.id), primary_key=True, autoincrement=False),
    Column("threshold", Integer),
    Column("opinion", String(20)),
    Column("opinion_by_kind", String(20)),
    Column("opinion_by_name", Text),
    Column("opinion_at", Moment),
    Column("opinion_reason", Text, nullable=False),
    Column("quarantined_at", Moment),
    Column("quarantine_reason", Text, nullable=False),
    Column("released_at", Moment),
    Column("released_count", Integer, nullable=False),
)

hourly_counts = Table(
    "entry_counts",
    METADATA,
    Column("entry_id", RowId, ForeignKey(entries.c.id), primary_key=True),
    Column("hour", Moment, primary_key=True, index=True),
    Column("media", Integer, nullable=False),
)

changes = Table(
    "bank_changes",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column("bank_id", RowId, ForeignKey(banks.c.id), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("entry_id", RowId, ForeignKey(entries.c.id)),
    Column("batch_id", RowId, ForeignKey(batches.c.id)),
)


def is_published(batch_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the batch of this number is published."""
    return batch_id.in_(select(batches.c.id).where(batches.c.published_at.is_not(None)))


def counts() -> ColumnElement[bool]:
    """Whether an entry is in its bank: published, not withdrawn, and not replaced by another that is published."""
    # The sum hides the column's index: a database that began at the batches would look at every entry there is.
    return (
        is_published(entries.c.batch_id + 0)
        & entries.c.withdrawn_at.is_(None)
        & or_(entries.c.superseded_by.is_(None), ~is_published(entries.c.superseded_by))
    )


def matches(now: datetime) -> ColumnElement[bool]:
    """Whether an entry is in its bank and not switched off at this moment."""
    return counts() & or_(~entries.c.is_disabled, entries.c.disabled_until <= now)
