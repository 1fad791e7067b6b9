"""The first tables: the audit log, banks, their thresholds, batches and entries."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    text,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _create_audit_entries()
    _create_banks()
    _create_bank_thresholds()
    _create_bank_batches()
    _create_bank_entries()


def _create_audit_entries() -> None:
    op.create_table(
        "audit_entries",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("at", _MOMENT, nullable=False),
        Column("actor_kind", String(20), nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("verb", String(100), nullable=False),
        Column("target", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("details", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_target", "audit_entries", ["target"])


def _create_banks() -> None:
    op.create_table(
        "banks",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("name", Text, nullable=False),
        Column("name_key", Text, nullable=False),
        Column("is_enabled", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", _MOMENT, nullable=False),
        Column("deleted_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_banks"),
    )
    _create_partial_index("uq_banks_name_key", "banks", "name_key", "deleted_at IS NULL", unique=True)


def _create_bank_thresholds() -> None:
    op.create_table(
        "bank_thresholds",
        Column("bank_id", _ROW_ID, nullable=False),
        Column("signal_type", Text, nullable=False),
        Column("distance", Integer, nullable=False),
        PrimaryKeyConstraint("bank_id", "signal_type", name="pk_bank_thresholds"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_thresholds_bank_id"),
    )


def _create_bank_batches() -> None:
    op.create_table(
        "bank_batches",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("bank_id", _ROW_ID, nullable=False),
        Column("state", String(20), nullable=False),
        Column("origin", Text, nullable=False),
        Column("format", Text, nullable=False),
        Column("started_at", _MOMENT, nullable=False),
        Column("actor_kind", String(20), nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("heartbeat_at", _MOMENT, nullable=False),
        Column("runner_place", Text),
        Column("runner_pid", Integer),
        Column("runner_started", Text),
        Column("published_at", _MOMENT),
        Column("added", Integer, nullable=False),
        Column("replaced", Integer, nullable=False),
        Column("already_there", Integer, nullable=False),
        Column("duplicates", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_bank_batches"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_batches_bank_id"),
    )
    _create_partial_index("uq_bank_batches_staging", "bank_batches", "bank_id", "state = 'staging'", unique=True)


def _create_bank_entries() -> None:
    op.create_table(
        "bank_entries",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("bank_id", _ROW_ID, nullable=False),
        Column("batch_id", _ROW_ID, nullable=False),
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
        Column("disabled_until", _MOMENT),
        Column("withdrawn_at", _MOMENT),
        Column("superseded_by", _ROW_ID),
        PrimaryKeyConstraint("id", name="pk_bank_entries"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_entries_bank_id"),
        ForeignKeyConstraint(["batch_id"], ["bank_batches.id"], name="fk_bank_entries_batch_id"),
        ForeignKeyConstraint(["superseded_by"], ["bank_batches.id"], name="fk_bank_entries_superseded_by"),
    )
    op.create_index("ix_bank_entries_bank_id_identity", "bank_entries", ["bank_id", "identity"])
    op.create_index("ix_bank_entries_bank_id_signal_type_id", "bank_entries", ["bank_id", "signal_type", "id"])
    op.create_index("ix_bank_entries_batch_id", "bank_entries", ["batch_id"])
    _create_partial_index("ix_bank_entries_superseded_by", "bank_entries", "superseded_by", "superseded_by IS NOT NULL")


def _create_partial_index(name: str, table: str, column: str, condition: str, *, unique: bool = False) -> None:
    where = text(condition)
    op.create_index(name, table, [column], unique=unique, sqlite_where=where, postgresql_where=where)
