"""Evidence, its holds, the orders to destroy it, and leave to read it."""

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
    UniqueConstraint,
    text,
)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    _create_objects()
    _create_occurrences()
    _create_holds()
    _create_orders()
    _create_grants()
    _create_what_waits()


def _create_objects() -> None:
    op.create_table(
        "vault_objects",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("content_digest", LargeBinary, nullable=False),
        Column("blob_id", String(32), nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_vault_objects"),
        UniqueConstraint("content_digest", name="uq_vault_objects_content_digest"),
        UniqueConstraint("blob_id", name="uq_vault_objects_blob_id"),
    )


def _create_occurrences() -> None:
    op.create_table(
        "vault_occurrences",
        Column("id", String(32), nullable=False),
        Column("object_id", _ROW_ID),
        Column("size_bytes", BigInteger, nullable=False),
        Column("sealed_at", _MOMENT, nullable=False),
        Column("key_id", String(200)),
        Column("wrapped_key", LargeBinary),
        Column("manifest", LargeBinary),
        Column("destroyed_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_vault_occurrences"),
        ForeignKeyConstraint(["object_id"], ["vault_objects.id"], name="fk_vault_occurrences_object_id"),
    )
    op.create_index("ix_vault_occurrences_object_id", "vault_occurrences", ["object_id"])
    op.create_index("ix_vault_occurrences_key_id", "vault_occurrences", ["key_id"])
    living = text("destroyed_at IS NULL")
    name = "ix_vault_occurrences_sealed_at"
    op.create_index(name, "vault_occurrences", ["sealed_at", "id"], sqlite_where=living, postgresql_where=living)


def _create_holds() -> None:
    op.create_table(
        "vault_holds",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("evidence_id", String(32), nullable=False),
        Column("kind", String(30), nullable=False),
        Column("reason", Text, nullable=False),
        Column("legal_basis", Text, nullable=False),
        Column("reference", Text, nullable=False),
        Column("from_at", _MOMENT, nullable=False),
        Column("until_at", _MOMENT),
        Column("added_at", _MOMENT, nullable=False),
        Column("added_by_kind", String(20), nullable=False),
        Column("added_by_name", Text, nullable=False),
        Column("warned_at", _MOMENT),
        Column("released_at", _MOMENT),
        Column("order_id", _ROW_ID),
        PrimaryKeyConstraint("id", name="pk_vault_holds"),
        ForeignKeyConstraint(["evidence_id"], ["vault_occurrences.id"], name="fk_vault_holds_evidence_id"),
    )
    op.create_index("ix_vault_holds_evidence_id", "vault_holds", ["evidence_id"])


def _create_orders() -> None:
    op.create_table(
        "vault_orders",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("evidence_id", String(32), nullable=False),
        Column("hold_ids", Text, nullable=False),
        Column("legal_basis", Text, nullable=False),
        Column("authority", Text, nullable=False),
        Column("reference", Text, nullable=False),
        Column("asked_at", _MOMENT, nullable=False),
        Column("asked_by_kind", String(20), nullable=False),
        Column("asked_by_name", Text, nullable=False),
        Column("confirmed_at", _MOMENT),
        Column("confirmed_by_kind", String(20)),
        Column("confirmed_by_name", Text),
        Column("is_single_person", Boolean, nullable=False),
        PrimaryKeyConstraint("id", name="pk_vault_orders"),
        ForeignKeyConstraint(["evidence_id"], ["vault_occurrences.id"], name="fk_vault_orders_evidence_id"),
    )
    op.create_index("ix_vault_orders_evidence_id", "vault_orders", ["evidence_id"])
    waiting = text("confirmed_at IS NULL")
    name = "ix_vault_orders_waiting"
    op.create_index(name, "vault_orders", ["asked_at"], sqlite_where=waiting, postgresql_where=waiting)


def _create_grants() -> None:
    op.create_table(
        "vault_grants",
        Column("id", String(64), nullable=False),
        Column("evidence_id", String(32), nullable=False),
        Column("actor_kind", String(20), nullable=False),
        Column("actor_name", Text, nullable=False),
        Column("purpose", String(30), nullable=False),
        Column("opened_at", _MOMENT, nullable=False),
        Column("expires_at", _MOMENT, nullable=False),
        Column("audit_entry_id", _ROW_ID, nullable=False),
        PrimaryKeyConstraint("id", name="pk_vault_grants"),
        ForeignKeyConstraint(["evidence_id"], ["vault_occurrences.id"], name="fk_vault_grants_evidence_id"),
    )
    op.create_index("ix_vault_grants_evidence_id", "vault_grants", ["evidence_id"])
    op.create_index("ix_vault_grants_expires_at", "vault_grants", ["expires_at"])


def _create_what_waits() -> None:
    op.create_table(
        "vault_spools",
        Column("id", String(32), nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        Column("key_id", String(200), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        Column("manifest", LargeBinary, nullable=False),
        Column("kept_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_vault_spools"),
    )
    op.create_index("ix_vault_spools_key_id", "vault_spools", ["key_id"])
    op.create_table(
        "vault_removals",
        Column("blob_id", String(32), nullable=False),
        Column("evidence_id", String(32)),
        Column("since_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("blob_id", name="pk_vault_removals"),
    )
    op.create_table(
        "vault_secrets",
        Column("name", String(50), nullable=False),
        Column("key_id", String(200), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        PrimaryKeyConstraint("name", name="pk_vault_secrets"),
    )
