"""The tables of reports."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

reports = Table(
    "reports",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("mark", String(32), nullable=False, unique=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("destination", String(50), nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("state", String(15), nullable=False),
    Column("follows_id", RowId, ForeignKey("reports.id"), index=True),
    Column("drafted_at", Moment, nullable=False),
    Column("completed_by", Text, nullable=False),
    Column("completed_key", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", Moment),
    Column("filed_at", Moment),
    Column("ended_at", Moment, index=True),
    Column("tries", Integer, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("withdrawal", Boolean, nullable=False),
    Column("key_id", String(200)),  # of the key that all of it is sealed under; NULL once that was erased
    Column("wrapped_key", LargeBinary),
    Column("content", LargeBinary),  # sealed
    Index("ix_reports_state", "state", "id"),
)
"""What an authority is told of a case."""

attempts = Table(
    "report_attempts",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("report_id", RowId, ForeignKey(reports.c.id), nullable=False, index=True),
    Column("state", String(15), nullable=False, index=True),
    Column("authority_id", Text, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
"""A report, opened at its authority."""

alarms = Table(
    "report_alarms",
    METADATA,
    Column("case_id", RowId, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("report_id", RowId, primary_key=True, autoincrement=False),  # 0: the deadline of the case itself
    Column("level", String(20), nullable=False),
    Column("told_at", Moment),
)
"""How loud something was when it was last looked at, and when that was told. A case is here until it is reported."""

files = Table(
    "report_files",
    METADATA,
    Column("attempt_id", RowId, ForeignKey(attempts.c.id), primary_key=True),
    Column("evidence_id", String(32), primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("md5", String(32), nullable=False),
    Column("is_described", Boolean, nullable=False),
    UniqueConstraint("attempt_id", "file_id", name="uq_report_files_attempt_id_file_id"),
)
"""A file that an attempt sent."""

calls = Table(
    "report_calls",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("report_id", RowId, ForeignKey(reports.c.id), nullable=False),
    Column("attempt_id", RowId, ForeignKey(attempts.c.id), nullable=False, index=True),
    Column("name", String(32), nullable=False, unique=True),  # what is sealed of it is bound to
    Column("kind", String(10), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("evidence_id", String(32), nullable=False),
    Column("intended_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("http_status", Integer),
    Column("code", Integer),
    Column("request_id", Text, nullable=False),
    Column("sent_sha256", String(64), nullable=False),
    Column("sent", LargeBinary),  # sealed, as is the next
    Column("received_sha256", String(64), nullable=False),
    Column("received", LargeBinary),
    Index("ix_report_calls_report_id", "report_id", "id"),
)
"""What was said to an authority, and what it answered."""

destinations = Table(
    "report_destinations",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("name", String(50), nullable=False),
    Column("name_key", String(50), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("is_test", Boolean, nullable=False),
    Column("is_off", Boolean, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("seal", String(32), nullable=False, unique=True),  # what is sealed of it is bound to
    Column("key_id", String(200), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),  # sealed
)
"""Where reports go, as the operator set it up."""

routes = Table(
    "report_routes",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("jurisdiction", String(50), nullable=False),  # empty for any, as are the next two
    Column("service", String(50), nullable=False),
    Column("incident_type", String(50), nullable=False),
    Column("destination_id", RowId, ForeignKey(destinations.c.id), nullable=False, index=True),
)
"""Which of them a report goes to."""
