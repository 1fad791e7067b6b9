"""The change log, the policies of banks, the controls of entries, and what the database is called."""

import secrets
import uuid

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
    Table,
    Text,
    select,
    table,
    text,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; give every bank its policies, and the database its name. No table of before is altered."""
    _create_installation()
    _create_bank_policies()
    _create_bank_suppressions()
    _create_bank_changes()
    _create_entry_controls()
    _create_entry_counts()
    where = text("disabled_until IS NOT NULL")
    name = "ix_bank_entries_disabled_until"
    op.create_index(name, "bank_entries", ["disabled_until"], sqlite_where=where, postgresql_where=where)


def _create_installation() -> None:
    created = op.create_table(
        "installation",
        Column("id", String(32), nullable=False),
        PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.bulk_insert(created, [{"id": uuid.uuid4().hex}])


def _create_bank_policies() -> None:
    created = op.create_table(
        "bank_policies",
        Column("bank_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("deconfirmed", String(20), nullable=False),
        Column("rollout", Integer, nullable=False),
        Column("rollout_key", LargeBinary, nullable=False),
        Column("is_allow_list", Boolean, nullable=False),
        PrimaryKeyConstraint("bank_id", name="pk_bank_policies"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_policies_bank_id"),
    )
    _fill_bank_policies(created)


def _fill_bank_policies(created: Table) -> None:
    banks = table("banks", Column("id", _ROW_ID))
    usual = {"deconfirmed": "stop", "rollout": 10_000, "is_allow_list": False}
    ids = op.get_bind().execute(select(banks.c.id)).scalars().all()
    rows = [{"bank_id": bank_id, "rollout_key": secrets.token_bytes(32), **usual} for bank_id in ids]
    op.bulk_insert(created, rows)


def _create_bank_suppressions() -> None:
    op.create_table(
        "bank_suppressions",
        Column("allow_list_id", _ROW_ID, nullable=False),
        Column("bank_id", _ROW_ID, nullable=False),
        PrimaryKeyConstraint("allow_list_id", "bank_id", name="pk_bank_suppressions"),
        ForeignKeyConstraint(["allow_list_id"], ["banks.id"], name="fk_bank_suppressions_allow_list_id"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_suppressions_bank_id"),
    )


def _create_bank_changes() -> None:
    op.create_table(
        "bank_changes",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("token", LargeBinary, nullable=False),
        Column("at", _MOMENT, nullable=False),
        Column("bank_id", _ROW_ID, nullable=False),
        Column("kind", String(20), nullable=False),
        Column("entry_id", _ROW_ID),
        Column("batch_id", _ROW_ID),
        PrimaryKeyConstraint("id", name="pk_bank_changes"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_changes_bank_id"),
        ForeignKeyConstraint(["entry_id"], ["bank_entries.id"], name="fk_bank_changes_entry_id"),
        ForeignKeyConstraint(["batch_id"], ["bank_batches.id"], name="fk_bank_changes_batch_id"),
    )


def _create_entry_controls() -> None:
    op.create_table(
        "entry_controls",
        Column("entry_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("threshold", Integer),
        Column("opinion", String(20)),
        Column("opinion_by_kind", String(20)),
        Column("opinion_by_name", Text),
        Column("opinion_at", _MOMENT),
        Column("opinion_reason", Text, nullable=False),
        Column("quarantined_at", _MOMENT),
        Column("quarantine_reason", Text, nullable=False),
        Column("released_at", _MOMENT),
        Column("released_count", Integer, nullable=False),
        PrimaryKeyConstraint("entry_id", name="pk_entry_controls"),
        ForeignKeyConstraint(["entry_id"], ["bank_entries.id"], name="fk_entry_controls_entry_id"),
    )


def _create_entry_counts() -> None:
    op.create_table(
        "entry_counts",
        Column("entry_id", _ROW_ID, nullable=False),
        Column("hour", _MOMENT, nullable=False),
        Column("media", Integer, nullable=False),
        PrimaryKeyConstraint("entry_id", "hour", name="pk_entry_counts"),
        ForeignKeyConstraint(["entry_id"], ["bank_entries.id"], name="fk_entry_counts_entry_id"),
    )
    op.create_index("ix_entry_counts_hour", "entry_counts", ["hour"])
