"""Durable work, and the latest moment that was seen."""

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, PrimaryKeyConstraint, String, Text, text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    op.create_table(
        "clock_mark",
        Column("id", Integer, autoincrement=False, nullable=False),
        Column("seen_at", _MOMENT, nullable=False),
        Column("believed_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_clock_mark"),
    )
    op.create_table(
        "jobs",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("kind", String(50), nullable=False),
        Column("args", Text, nullable=False),
        Column("key", String(200)),
        Column("state", String(20), nullable=False),
        Column("due_at", _MOMENT, nullable=False),
        Column("added_at", _MOMENT, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("worker", String(200), nullable=False),
        Column("fence", BigInteger, nullable=False),
        Column("lease_until", _MOMENT),
        Column("suspected_at", _MOMENT),
        Column("again_at", _MOMENT),
        Column("reason", Text, nullable=False),
        Column("finished_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    is_open = text("state IN ('waiting', 'running')")
    is_waiting = text("state = 'waiting'")
    is_leased = text("lease_until IS NOT NULL")
    is_finished = text("finished_at IS NOT NULL")
    op.create_index("ix_jobs_due", "jobs", ["due_at", "id"], sqlite_where=is_waiting, postgresql_where=is_waiting)
    op.create_index("uq_jobs_key", "jobs", ["key"], unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_jobs_lease", "jobs", ["lease_until"], sqlite_where=is_leased, postgresql_where=is_leased)
    op.create_index(
        "ix_jobs_finished", "jobs", ["state", "finished_at"], sqlite_where=is_finished, postgresql_where=is_finished
    )
