"""What comes after reports: actions, contacts, outcomes."""

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

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and the index by which an action finds the case of its content."""
    op.create_index("ix_case_items_content", "case_items", ["content_id", "case_id"])
    _create_texts()
    _create_actions()
    _create_contacts()
    _create_outcomes()


def _create_texts() -> None:
    op.create_table(
        "outcome_texts",
        Column("id", String(32), nullable=False),
        Column("saved_at", _MOMENT, nullable=False),
        Column("key_id", String(200), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_outcome_texts"),
    )


def _create_actions() -> None:
    op.create_table(
        "platform_actions",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("kind", String(15), nullable=False),
        Column("acted_at", _MOMENT, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("content_id", Text, nullable=False),
        Column("user_told", String(10), nullable=False),
        Column("case_id", _ROW_ID),
        Column("recorded_at", _MOMENT, nullable=False),
        Column("same_key", LargeBinary),
        PrimaryKeyConstraint("id", name="pk_platform_actions"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_platform_actions_case_id_cases"),
        UniqueConstraint("same_key", name="uq_platform_actions_same_key"),
    )
    for column in ("acted_at", "case_id", "recorded_at"):
        op.create_index(f"ix_platform_actions_{column}", "platform_actions", [column])


def _create_contacts() -> None:
    op.create_table(
        "legal_contacts",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("report_id", _ROW_ID),
        Column("kind", String(25), nullable=False),
        Column("renews_id", _ROW_ID),
        Column("received_at", _MOMENT, nullable=False),
        Column("due_at", _MOMENT),
        Column("recorded_at", _MOMENT, nullable=False),
        Column("closed_at", _MOMENT),
        Column("alarm", String(10), nullable=False),
        Column("text_id", String(32)),
        PrimaryKeyConstraint("id", name="pk_legal_contacts"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_legal_contacts_case_id_cases"),
        ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_legal_contacts_report_id_reports"),
    )
    for column in ("case_id", "report_id", "renews_id", "closed_at"):
        op.create_index(f"ix_legal_contacts_{column}", "legal_contacts", [column])
    op.create_index("ix_legal_contacts_due", "legal_contacts", ["due_at", "id"])


def _create_outcomes() -> None:
    op.create_table(
        "report_outcomes",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("report_id", _ROW_ID, nullable=False),
        Column("kind", String(25), nullable=False),
        Column("part", String(10), nullable=False),
        Column("came_by", String(10), nullable=False),
        Column("learnt_at", _MOMENT, nullable=False),
        Column("recorded_at", _MOMENT, nullable=False),
        Column("text_id", String(32)),
        PrimaryKeyConstraint("id", name="pk_report_outcomes"),
        ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_outcomes_report_id_reports"),
        UniqueConstraint("report_id", "kind", "part", "learnt_at", name="uq_report_outcomes_same"),
    )
    for column in ("learnt_at", "recorded_at"):
        op.create_index(f"ix_report_outcomes_{column}", "report_outcomes", [column])
