"""Cases, what belongs to them, and what that matched."""

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

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    op.create_table(
        "cases",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("subject_id", Text),
        Column("media_key", LargeBinary),
        Column("state", String(10), nullable=False),
        Column("opened_at", _MOMENT, nullable=False),
        Column("closed_at", _MOMENT),
        Column("last_activity_at", _MOMENT, nullable=False),
        Column("item_count", Integer, nullable=False),
        Column("exact_count", Integer, nullable=False),
        Column("near_count", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_cases"),
    )
    is_open = text("state = 'open'")
    op.create_index("ix_cases_closed_at", "cases", ["closed_at"])
    op.create_index("ix_cases_subject", "cases", ["subject_id", "id"])
    for name, column in (("uq_cases_subject", "subject_id"), ("uq_cases_media", "media_key")):
        op.create_index(name, "cases", [column], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    _create_items()


def _create_items() -> None:
    op.create_table(
        "case_items",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("evidence_id", String(32)),
        Column("kind", String(10), nullable=False),
        Column("content_id", Text, nullable=False),
        Column("added_at", _MOMENT, nullable=False),
        Column("matches_omitted", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_case_items"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_items_case_id"),
        UniqueConstraint("evidence_id", name="uq_case_items_evidence_id"),
    )
    op.create_index("ix_case_items_case", "case_items", ["case_id", "id"])
    op.create_table(
        "case_matches",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("item_id", _ROW_ID, nullable=False),
        Column("bank_name", Text, nullable=False),
        Column("entry_id", BigInteger, nullable=False),
        Column("signal_type", String(50), nullable=False),
        Column("kind", String(10), nullable=False),
        Column("distance", Integer, nullable=False),
        Column("threshold", Integer, nullable=False),
        Column("orientation", String(20), nullable=False),
        PrimaryKeyConstraint("id", name="pk_case_matches"),
        ForeignKeyConstraint(["item_id"], ["case_items.id"], name="fk_case_matches_item_id"),
    )
    op.create_index("ix_case_matches_item_id", "case_matches", ["item_id"])
    op.create_index("ix_case_matches_entry_id", "case_matches", ["entry_id"])
