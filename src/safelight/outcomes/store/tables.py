"""The tables of what comes after reports."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text, UniqueConstraint

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

texts = Table(
    "outcome_texts",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("saved_at", Moment, nullable=False),
    Column("key_id", String(200), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What was written: agencies, references, remarks. All of it is sealed."""

actions = Table(
    "platform_actions",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("kind", String(15), nullable=False),
    Column("acted_at", Moment, nullable=False, index=True),
    Column("subject_id", Text, nullable=False),  # both are empty once they were erased
    Column("content_id", Text, nullable=False),
    Column("user_told", String(10), nullable=False),
    Column("case_id", RowId, ForeignKey("cases.id"), index=True),
    Column("recorded_at", Moment, nullable=False, index=True),
    # Keyed: the same action, told twice, is one. NULL once the ids were erased.
    Column("same_key", LargeBinary, unique=True),
)
"""What a platform did, as it told."""

contacts = Table(
    "legal_contacts",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("report_id", RowId, ForeignKey("reports.id"), index=True),
    Column("kind", String(25), nullable=False),
    Column("renews_id", RowId, index=True),  # of another contact
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("recorded_at", Moment, nullable=False),
    Column("closed_at", Moment, index=True),
    Column("alarm", String(10), nullable=False),
    Column("text_id", String(32)),  # NULL once it was erased
    Index("ix_legal_contacts_due", "due_at", "id"),
)
"""What law enforcement or a court asked for. Who asked, and in what words, is sealed."""

outcomes = Table(
    "report_outcomes",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("report_id", RowId, ForeignKey("reports.id"), nullable=False),
    Column("kind", String(25), nullable=False),
    Column("part", String(10), nullable=False),
    Column("came_by", String(10), nullable=False),
    Column("learnt_at", Moment, nullable=False, index=True),
    Column("recorded_at", Moment, nullable=False, index=True),
    Column("text_id", String(32)),  # NULL without remarks, and once they were erased
    UniqueConstraint("report_id", "kind", "part", "learnt_at", name="uq_report_outcomes_same"),
)
"""What came of a report. A row is never changed but by erasing its remarks."""
