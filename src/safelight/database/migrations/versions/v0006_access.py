"""API keys, persons and roles."""

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
    text,
)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    _create_roles_and_persons()
    _create_keys()


def _create_roles_and_persons() -> None:
    op.create_table(
        "access_mark",
        Column("id", Integer, autoincrement=False, nullable=False),
        Column("token", String(32), nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_mark"),
    )
    op.create_table(
        "access_roles",
        Column("name", String(30), nullable=False),
        Column("permissions", Text, nullable=False),
        PrimaryKeyConstraint("name", name="pk_access_roles"),
    )
    op.create_table(
        "access_persons",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("name", Text),
        Column("name_key", Text),
        Column("role_names", Text, nullable=False),
        Column("added_at", _MOMENT, nullable=False),
        Column("disabled_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_access_persons"),
        UniqueConstraint("name_key", name="uq_access_persons_name_key"),
    )


def _create_keys() -> None:
    op.create_table(
        "access_keys",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("name", String(100), nullable=False),
        Column("name_key", String(100), nullable=False),
        Column("role_name", String(30)),
        Column("permissions", Text, nullable=False),
        Column("bank_names", Text),
        Column("added_at", _MOMENT, nullable=False),
        Column("expires_at", _MOMENT),
        Column("ended_at", _MOMENT),
        Column("per_minute", Integer),
        Column("burst", Integer),
        Column("alarmed_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_access_keys"),
    )
    is_living = text("ended_at IS NULL")
    op.create_index(
        "uq_access_keys_living",
        "access_keys",
        ["name_key"],
        unique=True,
        sqlite_where=is_living,
        postgresql_where=is_living,
    )
    op.create_table(
        "access_secrets",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("key_id", _ROW_ID, nullable=False),
        Column("digest", LargeBinary),
        Column("added_at", _MOMENT, nullable=False),
        Column("ends_at", _MOMENT),
        Column("use_count", BigInteger, nullable=False),
        Column("last_used_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_access_secrets"),
        ForeignKeyConstraint(["key_id"], ["access_keys.id"], name="fk_access_secrets_key_id_access_keys"),
        UniqueConstraint("digest", name="uq_access_secrets_digest"),
    )
    op.create_index("ix_access_secrets_key_id", "access_secrets", ["key_id"])
