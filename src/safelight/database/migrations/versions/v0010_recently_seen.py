"""What was recently seen and matched nothing, where that is switched on."""

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, PrimaryKeyConstraint, String, Text, text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENT = DateTime(timezone=True)
_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "recent_media",
        Column("id", _ROW_ID, nullable=False, autoincrement=False),
        Column("seen_at", _MOMENT, nullable=False),
        Column("state", String(10), nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("counted", Text),
        PrimaryKeyConstraint("id", name="pk_recent_media"),
    )
    op.create_index("ix_recent_media_seen_at", "recent_media", ["seen_at"])
    for state in ("behind", "near"):
        is_so = text(f"state = '{state}'")
        name = f"ix_recent_media_{state}"
        op.create_index(name, "recent_media", ["id"], sqlite_where=is_so, postgresql_where=is_so)
    op.create_table(
        "recent_mark",
        Column("id", Integer, nullable=False, autoincrement=False),
        Column("last_id", BigInteger, nullable=False),
        Column("checkpoint", BigInteger, nullable=False),
        Column("target", BigInteger, nullable=False),
        Column("checked_at", _MOMENT, nullable=False),
        Column("check_until", _MOMENT, nullable=False),
        Column("stage", String(10), nullable=False),
        Column("cursor", BigInteger, nullable=False),
        Column("until_id", BigInteger, nullable=False),
        Column("needs", BigInteger, nullable=False),
        Column("policies", Text),
        Column("widened", Text, nullable=False),
        Column("media", BigInteger, nullable=False),
        Column("exact_matches", BigInteger, nullable=False),
        Column("near_matches", BigInteger, nullable=False),
        PrimaryKeyConstraint("id", name="pk_recent_mark"),
    )
