"""Addresses for notices, their sealed secrets, events and the log of deliveries."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    _create_addresses()
    _create_events()


def _create_addresses() -> None:
    op.create_table(
        "notice_addresses",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("name", String(64), nullable=False),
        Column("name_key", String(64), nullable=False),
        Column("origin", Text, nullable=False),
        Column("kinds", Text, nullable=False),
        Column("state", String(20), nullable=False),
        Column("pause_reason", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("failing_since_at", _MOMENT),
        Column("created_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_notice_addresses"),
        UniqueConstraint("name_key", name="uq_notice_addresses_name_key"),
    )
    op.create_table(
        "notice_secrets",
        Column("id", String(32), nullable=False),
        Column("address_id", _ROW_ID, nullable=False),
        Column("purpose", String(10), nullable=False),
        Column("key_id", String(200), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        Column("made_at", _MOMENT, nullable=False),
        Column("until_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_notice_secrets"),
        ForeignKeyConstraint(["address_id"], ["notice_addresses.id"], name="fk_notice_secrets_address_id"),
    )
    op.create_index("ix_notice_secrets_address_id", "notice_secrets", ["address_id"])


def _create_events() -> None:
    op.create_table(
        "notice_events",
        Column("id", String(32), nullable=False),
        Column("kind", String(50), nullable=False),
        Column("happened_at", _MOMENT, nullable=False),
        Column("facts", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_notice_events"),
    )
    op.create_index("ix_notice_events_happened_at", "notice_events", ["happened_at"])
    op.create_table(
        "notice_deliveries",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("address_id", _ROW_ID, nullable=False),
        Column("address_name", String(64), nullable=False),
        Column("event_id", String(32), nullable=False),
        Column("state", String(20), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("queued_at", _MOMENT, nullable=False),
        Column("tried_at", _MOMENT),
        Column("ended_at", _MOMENT),
        Column("status", Integer),
        Column("reason", Text, nullable=False),
        Column("digest", LargeBinary),
        PrimaryKeyConstraint("id", name="pk_notice_deliveries"),
        ForeignKeyConstraint(["event_id"], ["notice_events.id"], name="fk_notice_deliveries_event_id"),
    )
    for column in ("address_id", "event_id", "ended_at"):
        op.create_index(f"ix_notice_deliveries_{column}", "notice_deliveries", [column])
