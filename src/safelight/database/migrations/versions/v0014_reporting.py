"""Reports, their attempts, files and calls; destinations as the operator sets them up, and their routing table."""

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
)

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    _create_reports()
    _create_attempts()
    _create_calls()
    _create_alarms()
    _create_destinations()


def _create_reports() -> None:
    op.create_table(
        "reports",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("mark", String(32), nullable=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("destination", String(50), nullable=False),
        Column("is_test", Boolean, nullable=False),
        Column("state", String(15), nullable=False),
        Column("follows_id", _ROW_ID),
        Column("drafted_at", _MOMENT, nullable=False),
        Column("completed_by", Text, nullable=False),
        Column("completed_key", Text, nullable=False),
        Column("approved_by", Text, nullable=False),
        Column("approved_at", _MOMENT),
        Column("filed_at", _MOMENT),
        Column("ended_at", _MOMENT),
        Column("tries", Integer, nullable=False),
        Column("receipt", Text, nullable=False),
        Column("failure", Text, nullable=False),
        Column("withdrawal", Boolean, nullable=False),
        Column("key_id", String(200)),
        Column("wrapped_key", LargeBinary),
        Column("content", LargeBinary),
        PrimaryKeyConstraint("id", name="pk_reports"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reports_case_id_cases"),
        ForeignKeyConstraint(["follows_id"], ["reports.id"], name="fk_reports_follows_id_reports"),
        UniqueConstraint("mark", name="uq_reports_mark"),
    )
    op.create_index("ix_reports_case_id", "reports", ["case_id"])
    op.create_index("ix_reports_ended_at", "reports", ["ended_at"])
    op.create_index("ix_reports_follows_id", "reports", ["follows_id"])
    op.create_index("ix_reports_state", "reports", ["state", "id"])


def _create_attempts() -> None:
    op.create_table(
        "report_attempts",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("report_id", _ROW_ID, nullable=False),
        Column("state", String(15), nullable=False),
        Column("authority_id", Text, nullable=False),
        Column("begun_at", _MOMENT, nullable=False),
        Column("changed_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_report_attempts"),
        ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_attempts_report_id_reports"),
    )
    op.create_index("ix_report_attempts_report_id", "report_attempts", ["report_id"])
    op.create_index("ix_report_attempts_state", "report_attempts", ["state"])
    op.create_table(
        "report_files",
        Column("attempt_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("evidence_id", String(32), nullable=False),
        Column("file_id", Text, nullable=False),
        Column("md5", String(32), nullable=False),
        Column("is_described", Boolean, nullable=False),
        PrimaryKeyConstraint("attempt_id", "evidence_id", name="pk_report_files"),
        ForeignKeyConstraint(["attempt_id"], ["report_attempts.id"], name="fk_report_files_attempt_id_report_attempts"),
        UniqueConstraint("attempt_id", "file_id", name="uq_report_files_attempt_id_file_id"),
    )


def _create_calls() -> None:
    op.create_table(
        "report_calls",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("report_id", _ROW_ID, nullable=False),
        Column("attempt_id", _ROW_ID, nullable=False),
        Column("name", String(32), nullable=False),
        Column("kind", String(10), nullable=False),
        Column("outcome", String(12), nullable=False),
        Column("evidence_id", String(32), nullable=False),
        Column("intended_at", _MOMENT, nullable=False),
        Column("answered_at", _MOMENT),
        Column("http_status", Integer),
        Column("code", Integer),
        Column("request_id", Text, nullable=False),
        Column("sent_sha256", String(64), nullable=False),
        Column("sent", LargeBinary),
        Column("received_sha256", String(64), nullable=False),
        Column("received", LargeBinary),
        PrimaryKeyConstraint("id", name="pk_report_calls"),
        ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_calls_report_id_reports"),
        ForeignKeyConstraint(["attempt_id"], ["report_attempts.id"], name="fk_report_calls_attempt_id_report_attempts"),
        UniqueConstraint("name", name="uq_report_calls_name"),
    )
    op.create_index("ix_report_calls_attempt_id", "report_calls", ["attempt_id"])
    op.create_index("ix_report_calls_report_id", "report_calls", ["report_id", "id"])


def _create_alarms() -> None:
    op.create_table(
        "report_alarms",
        Column("case_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("report_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("level", String(20), nullable=False),
        Column("told_at", _MOMENT),
        PrimaryKeyConstraint("case_id", "report_id", name="pk_report_alarms"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_report_alarms_case_id_cases"),
    )


def _create_destinations() -> None:
    op.create_table(
        "report_destinations",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("name", String(50), nullable=False),
        Column("name_key", String(50), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("is_test", Boolean, nullable=False),
        Column("is_off", Boolean, nullable=False),
        Column("added_at", _MOMENT, nullable=False),
        Column("changed_at", _MOMENT, nullable=False),
        Column("seal", String(32), nullable=False),
        Column("key_id", String(200), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        Column("content", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_report_destinations"),
        UniqueConstraint("name_key", name="uq_report_destinations_name_key"),
        UniqueConstraint("seal", name="uq_report_destinations_seal"),
    )
    op.create_table(
        "report_routes",
        Column("place", Integer, autoincrement=False, nullable=False),
        Column("jurisdiction", String(50), nullable=False),
        Column("service", String(50), nullable=False),
        Column("incident_type", String(50), nullable=False),
        Column("destination_id", _ROW_ID, nullable=False),
        PrimaryKeyConstraint("place", name="pk_report_routes"),
        ForeignKeyConstraint(
            ["destination_id"], ["report_destinations.id"], name="fk_report_routes_destination_id_report_destinations"
        ),
    )
    op.create_index("ix_report_routes_destination_id", "report_routes", ["destination_id"])
