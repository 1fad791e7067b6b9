"""The audit log becomes a Merkle log: salted digests, leaves, and signed heads."""

import hashlib
import json
import secrets

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    column,
    select,
    table,
    update,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_PART = 1000


def upgrade() -> None:
    """Give every entry that is there its salt and digest, and let it wait for its leaf."""
    op.add_column("audit_entries", Column("salt", LargeBinary))
    op.add_column("audit_entries", Column("digest", LargeBinary))
    _fill_digests()
    with op.batch_alter_table("audit_entries") as entries:
        entries.alter_column("reason", existing_type=Text(), nullable=True)
        entries.alter_column("details", existing_type=Text(), nullable=True)
        entries.alter_column("digest", existing_type=LargeBinary(), nullable=False)
    _create_tables()
    op.execute("INSERT INTO audit_waiting (entry_id) SELECT id FROM audit_entries")


def _create_tables() -> None:
    op.create_table(
        "audit_waiting",
        Column("entry_id", _ROW_ID, autoincrement=False, nullable=False),
        PrimaryKeyConstraint("entry_id", name="pk_audit_waiting"),
        ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name="fk_audit_waiting_entry_id"),
    )
    op.create_table(
        "audit_leaves",
        Column("number", BigInteger, autoincrement=False, nullable=False),
        Column("entry_id", _ROW_ID, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        PrimaryKeyConstraint("number", name="pk_audit_leaves"),
        UniqueConstraint("entry_id", name="uq_audit_leaves_entry_id"),
    )
    created = op.create_table(
        "audit_tree",
        Column("id", BigInteger, autoincrement=False, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("frontier", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_audit_tree"),
    )
    op.bulk_insert(created, [{"id": 1, "size": 0, "frontier": b""}])
    op.create_table(
        "audit_heads",
        Column("size", BigInteger, autoincrement=False, nullable=False),
        Column("note", Text, nullable=False),
        PrimaryKeyConstraint("size", "note", name="pk_audit_heads"),
    )


def _fill_digests() -> None:
    names = ("reason", Text), ("details", Text), ("salt", LargeBinary), ("digest", LargeBinary)
    entries = table("audit_entries", column("id", _ROW_ID), *(column(name, kind) for name, kind in names))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        select(entries.c.id, entries.c.reason, entries.c.details)
        .where(entries.c.id > last)
        .order_by(entries.c.id)
        .limit(_PART)
    ).all():
        for row in rows:
            salt = secrets.token_bytes(32)
            told = json.dumps([row.reason, row.details], ensure_ascii=False, separators=(",", ":")).encode()
            values = {"salt": salt, "digest": hashlib.sha256(salt + told).digest()}
            connection.execute(update(entries).where(entries.c.id == row.id).values(values))
        last = rows[-1].id
