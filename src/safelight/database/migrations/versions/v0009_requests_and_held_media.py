"""Requests that may come again, counts of what arrived, and why media is held that could not be scanned."""

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, PrimaryKeyConstraint, String, UniqueConstraint

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and let the table of bytes that wait say which of them are held and why."""
    op.create_table(
        "intake_requests",
        Column("id", String(32), nullable=False),
        Column("key_digest", LargeBinary),
        Column("body_digest", LargeBinary),
        Column("token", String(32)),
        Column("started_at", _MOMENT, nullable=False),
        Column("lease_until", _MOMENT),
        Column("answered_at", _MOMENT),
        Column("verdict", String(20), nullable=False),
        Column("fault", String(20), nullable=False),
        Column("treatment", String(20), nullable=False),
        Column("evidence_id", String(32)),
        Column("case_id", BigInteger),
        Column("spool_id", String(32)),
        Column("job_id", BigInteger),
        Column("later_verdict", String(20)),
        Column("later_fault", String(20)),
        Column("later_treatment", String(20)),
        Column("later_evidence_id", String(32)),
        Column("later_case_id", BigInteger),
        PrimaryKeyConstraint("id", name="pk_intake_requests"),
        UniqueConstraint("key_digest", name="uq_intake_requests_key_digest"),
    )
    op.create_index("ix_intake_requests_started_at", "intake_requests", ["started_at"])
    op.create_index("ix_intake_requests_spool_id", "intake_requests", ["spool_id"])
    op.create_table(
        "intake_counts",
        Column("hour", _MOMENT, nullable=False),
        Column("verdict", String(20), nullable=False),
        Column("fault", String(20), nullable=False),
        Column("treatment", String(20), nullable=False),
        Column("media", BigInteger, nullable=False),
        PrimaryKeyConstraint("hour", "verdict", "fault", "treatment", name="pk_intake_counts"),
    )
    op.add_column("vault_spools", Column("held_at", _MOMENT))
    op.add_column("vault_spools", Column("held_for", String(20)))
    op.create_index("ix_vault_spools_kept_at", "vault_spools", ["kept_at", "id"])
    op.create_index("ix_vault_spools_size_bytes", "vault_spools", ["size_bytes"])
