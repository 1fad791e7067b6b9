"""The review of cases: their queue, decisions, complaints, groups, verdict memory, and the hash-confirmed path."""

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
    text,
)

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, let the table of cases know more states, and put every open case into the queue."""
    _widen_cases()
    _create_queue()
    _create_texts()
    _create_decisions()
    _create_groups()
    _create_path()
    op.create_table(
        "bank_verifications",
        Column("bank_id", _ROW_ID, nullable=False, autoincrement=False),
        Column("verified_by", Text, nullable=False),
        Column("verified_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("bank_id", name="pk_bank_verifications"),
        ForeignKeyConstraint(["bank_id"], ["banks.id"], name="fk_bank_verifications_bank_id"),
    )


def _widen_cases() -> None:
    """Let a case count as live until it has ended, whatever its state is by then."""
    is_live = text("closed_at IS NULL")
    for name, column in (("uq_cases_subject", "subject_id"), ("uq_cases_media", "media_key")):
        op.drop_index(name, "cases")
        op.create_index(name, "cases", [column], unique=True, sqlite_where=is_live, postgresql_where=is_live)
    op.create_index("ix_cases_state", "cases", ["state", "id"])
    op.add_column("case_items", Column("media_key", LargeBinary))
    op.add_column("case_items", Column("group_id", _ROW_ID))
    op.create_index("ix_case_items_media_key", "case_items", ["media_key"])
    op.create_index("ix_case_items_group_id", "case_items", ["group_id"])


def _create_queue() -> None:
    op.create_table(
        "case_queue",
        Column("case_id", _ROW_ID, nullable=False, autoincrement=False),
        Column("wave", Integer, nullable=False),
        Column("seat", String(10)),
        Column("place", BigInteger, nullable=False),
        Column("since_at", _MOMENT, nullable=False),
        Column("is_imminent", Boolean, nullable=False),
        Column("is_exact", Boolean, nullable=False),
        Column("nearness", Integer, nullable=False),
        Column("sources", Text, nullable=False),
        Column("repeats", Integer, nullable=False),
        Column("deadline_at", _MOMENT),
        Column("step_at", _MOMENT),
        Column("categories", Text, nullable=False),
        Column("readers", Text, nullable=False),
        Column("claimed_by", Text),
        Column("claimed_key", Text),
        Column("claimed_until", _MOMENT),
        PrimaryKeyConstraint("case_id", name="pk_case_queue"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_queue_case_id"),
    )
    for name, columns, condition in (
        (
            "ix_case_queue_place",
            ["seat", "place", "case_id", "readers", "categories", "claimed_until", "claimed_key"],
            text("seat IS NOT NULL"),
        ),
        ("ix_case_queue_step", ["step_at"], text("step_at IS NOT NULL")),
        ("ix_case_queue_claim", ["claimed_key"], text("claimed_key IS NOT NULL")),
    ):
        op.create_index(name, "case_queue", columns, sqlite_where=condition, postgresql_where=condition)
    _fill_queue()


def _fill_queue() -> None:
    """Give every case its row: an open one waits since it was opened, with the points of an exact match or of none.

    300 points are 300 hours of waiting (`review.urgency`); what else it has points for is added with its next item.
    """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    seconds = (
        "CAST(strftime('%s', opened_at) AS INTEGER)" if is_sqlite else "CAST(EXTRACT(EPOCH FROM opened_at) AS BIGINT)"
    )
    statement = """
        INSERT INTO case_queue
        (case_id, wave, seat, place, since_at, is_imminent, is_exact, nearness, sources, repeats, categories, readers)
        SELECT id, 1, CASE WHEN state = 'open' THEN 'first' END,
        {seconds} - CASE WHEN exact_count > 0 THEN 1080000 ELSE 0 END,
        opened_at, false, exact_count > 0, 0, '[]', 0, '', '' FROM cases
    """
    op.execute(statement.format(seconds=seconds))


def _create_texts() -> None:
    op.create_table(
        "case_texts",
        Column("id", String(32), nullable=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("purpose", String(10), nullable=False),
        Column("author_key", Text, nullable=False),
        Column("saved_at", _MOMENT, nullable=False),
        Column("key_id", String(64), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_case_texts"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_texts_case_id"),
    )
    op.create_index("ix_case_texts_case_id", "case_texts", ["case_id"])
    is_draft = text("purpose = 'draft'")
    columns = ["case_id", "author_key"]
    op.create_index(
        "uq_case_texts_draft", "case_texts", columns, unique=True, sqlite_where=is_draft, postgresql_where=is_draft
    )
    op.create_table(
        "case_flags",
        Column("item_id", _ROW_ID, nullable=False, autoincrement=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("came_from", String(20), nullable=False),
        Column("category", String(30), nullable=False),
        Column("flagged_at", _MOMENT, nullable=False),
        Column("text_id", String(32)),
        PrimaryKeyConstraint("item_id", name="pk_case_flags"),
        ForeignKeyConstraint(["item_id"], ["case_items.id"], name="fk_case_flags_item_id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_flags_case_id"),
    )
    op.create_index("ix_case_flags_case_id", "case_flags", ["case_id"])


def _create_decisions() -> None:
    op.create_table(
        "case_decisions",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("wave", Integer, nullable=False),
        Column("seat", String(10), nullable=False),
        Column("finding", String(20), nullable=False),
        Column("scheme", String(40)),
        Column("label", String(100)),
        Column("annotations", Text, nullable=False),
        Column("incident_type", String(30)),
        Column("is_imminent", Boolean, nullable=False),
        Column("memory_id", _ROW_ID),
        Column("act", String(32), nullable=False),
        Column("supersedes_id", _ROW_ID),
        Column("by_kind", String(20), nullable=False),
        Column("by_name", Text, nullable=False),
        Column("by_key", Text, nullable=False),
        Column("decided_at", _MOMENT, nullable=False),
        Column("text_id", String(32)),
        PrimaryKeyConstraint("id", name="pk_case_decisions"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_decisions_case_id"),
    )
    op.create_index("ix_case_decisions_case", "case_decisions", ["case_id", "wave", "seat"])
    op.create_index("ix_case_decisions_memory_id", "case_decisions", ["memory_id"])
    op.create_table(
        "case_decision_items",
        Column("decision_id", _ROW_ID, nullable=False),
        Column("item_id", _ROW_ID, nullable=False),
        PrimaryKeyConstraint("decision_id", "item_id", name="pk_case_decision_items"),
        ForeignKeyConstraint(["decision_id"], ["case_decisions.id"], name="fk_case_decision_items_decision_id"),
        ForeignKeyConstraint(["item_id"], ["case_items.id"], name="fk_case_decision_items_item_id"),
    )
    op.create_index("ix_case_decision_items_item_id", "case_decision_items", ["item_id"])
    _create_findings()


def _create_findings() -> None:
    op.create_table(
        "case_findings",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("item_id", _ROW_ID, nullable=False),
        Column("case_id", _ROW_ID, nullable=False),
        Column("decision_id", _ROW_ID, nullable=False),
        Column("is_confirmed", Boolean, nullable=False),
        Column("is_alone", Boolean, nullable=False),
        Column("is_agreed", Boolean),
        Column("settled_at", _MOMENT, nullable=False),
        Column("superseded_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_case_findings"),
        ForeignKeyConstraint(["item_id"], ["case_items.id"], name="fk_case_findings_item_id"),
        ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_findings_case_id"),
        ForeignKeyConstraint(["decision_id"], ["case_decisions.id"], name="fk_case_findings_decision_id"),
    )
    op.create_index("ix_case_findings_item_id", "case_findings", ["item_id"])
    op.create_index("ix_case_findings_case_id", "case_findings", ["case_id"])
    counts = text("superseded_at IS NULL")
    op.create_index(
        "uq_case_findings_item", "case_findings", ["item_id"], unique=True, sqlite_where=counts, postgresql_where=counts
    )
    op.create_table(
        "verdict_memory",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("media_key", LargeBinary, nullable=False),
        Column("decision_id", _ROW_ID, nullable=False),
        Column("remembered_at", _MOMENT, nullable=False),
        Column("expires_at", _MOMENT, nullable=False),
        Column("overturned_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_verdict_memory"),
        ForeignKeyConstraint(["decision_id"], ["case_decisions.id"], name="fk_verdict_memory_decision_id"),
    )
    op.create_index("ix_verdict_memory_media_key", "verdict_memory", ["media_key", "id"])
    op.create_index("ix_verdict_memory_expires_at", "verdict_memory", ["expires_at"])


def _create_groups() -> None:
    op.create_table(
        "case_groups",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("likeness", LargeBinary),
        Column("made_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_case_groups"),
    )
    op.create_table(
        "case_group_chunks",
        Column("chunk", Integer, nullable=False, autoincrement=False),
        Column("group_id", _ROW_ID, nullable=False),
        PrimaryKeyConstraint("chunk", "group_id", name="pk_case_group_chunks"),
        ForeignKeyConstraint(["group_id"], ["case_groups.id"], name="fk_case_group_chunks_group_id"),
    )
    op.create_index("ix_case_group_chunks_group_id", "case_group_chunks", ["group_id"])


def _create_path() -> None:
    op.create_table(
        "hash_path_marks",
        Column("id", Integer, nullable=False, autoincrement=False),
        Column("off_at", _MOMENT),
        Column("off_why", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_hash_path_marks"),
    )
    op.create_table(
        "hash_path_uses",
        Column("item_id", _ROW_ID, nullable=False, autoincrement=False),
        Column("used_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("item_id", name="pk_hash_path_uses"),
        ForeignKeyConstraint(["item_id"], ["case_items.id"], name="fk_hash_path_uses_item_id"),
    )
    op.create_index("ix_hash_path_uses_used_at", "hash_path_uses", ["used_at"])
