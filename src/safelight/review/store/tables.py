"""The tables of cases."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

# As text with its value in it: SQLite uses such an index only where a question says the very same.
LIVE = text("closed_at IS NULL")
IS_DRAFT = text("purpose = 'draft'")
COUNTS = text("superseded_at IS NULL")
WAITS = text("seat IS NOT NULL")
STEPS = text("step_at IS NOT NULL")
CLAIMED = text("claimed_key IS NOT NULL")

cases = Table(
    "cases",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("subject_id", Text),  # of a case about a subject, until it is erased
    # Keyed: who holds the database alone cannot ask it whether there is a case about some file.
    Column("media_key", LargeBinary),
    Column("state", String(10), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment, index=True),  # or reported
    Column("last_activity_at", Moment, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("exact_count", Integer, nullable=False),
    Column("near_count", Integer, nullable=False),
    Index("ix_cases_subject", "subject_id", "id"),
    Index("ix_cases_state", "state", "id"),
    Index("uq_cases_subject", "subject_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    Index("uq_cases_media", "media_key", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
)
"""One review file each; at most one that has not ended about a subject, or about media."""

groups = Table(
    "case_groups",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("likeness", LargeBinary),  # veiled (`likeness.py`); NULL without one, and once no open case needs it
    Column("made_at", Moment, nullable=False),
)
"""Items that look alike, or are the same bytes."""

chunks = Table(
    "case_group_chunks",
    METADATA,
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("group_id", RowId, ForeignKey(groups.c.id), primary_key=True, index=True),
)
"""The parts of a group's veiled likeness, by which it is found."""

items = Table(
    "case_items",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False),
    Column("evidence_id", String(32), unique=True),  # NULL where there were no bytes any more to be sealed
    Column("kind", String(10), nullable=False),
    Column("content_id", Text, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("matches_omitted", Integer, nullable=False),
    Column("media_key", LargeBinary, index=True),  # keyed, as that of a case
    Column("group_id", RowId, index=True),
    Index("ix_case_items_case", "case_id", "id"),
    Index("ix_case_items_content", "content_id", "case_id"),
)
"""What belongs to a case: an upload that matched, a complaint, what a reviewer brought."""

matches = Table(
    "case_matches",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("item_id", RowId, ForeignKey(items.c.id), nullable=False, index=True),
    Column("bank_name", Text, nullable=False),
    Column("entry_id", BigInteger, nullable=False, index=True),
    Column("signal_type", String(50), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("distance", Integer, nullable=False),
    Column("threshold", Integer, nullable=False),
    Column("orientation", String(20), nullable=False),
)
"""Which entries an item matched. What an entry says is in its bank; its value is not told here."""

queue = Table(
    "case_queue",
    METADATA,
    Column("case_id", RowId, ForeignKey(cases.c.id), primary_key=True, autoincrement=False),
    Column("wave", Integer, nullable=False),
    Column("seat", String(10)),  # whom it waits for; NULL: nobody
    Column("place", BigInteger, nullable=False),
    Column("since_at", Moment, nullable=False),
    Column("is_imminent", Boolean, nullable=False),
    Column("is_exact", Boolean, nullable=False),
    Column("nearness", Integer, nullable=False),
    Column("sources", Text, nullable=False),  # JSON: names of banks
    Column("repeats", Integer, nullable=False),
    Column("deadline_at", Moment),
    Column("step_at", Moment),  # when the deadline's points change next
    Column("categories", Text, nullable=False),  # |so|written|
    Column("readers", Text, nullable=False),  # digests of who decided in this wave: |first:…|second:…|
    Column("claimed_by", Text),
    Column("claimed_key", Text),
    Column("claimed_until", Moment),
    # With all that a place is passed over for, so that passing over many reads the index alone.
    Index(
        "ix_case_queue_place",
        *("seat", "place", "case_id", "readers", "categories", "claimed_until", "claimed_key"),
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    ),
    Index("ix_case_queue_step", "step_at", sqlite_where=STEPS, postgresql_where=STEPS),
    Index("ix_case_queue_claim", "claimed_key", sqlite_where=CLAIMED, postgresql_where=CLAIMED),
)
"""One row a case: where it stands among those that wait, and who has it."""

texts = Table(
    "case_texts",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False, index=True),
    Column("purpose", String(10), nullable=False),
    Column("author_key", Text, nullable=False),  # of drafts; else empty
    Column("saved_at", Moment, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(
        "uq_case_texts_draft", "case_id", "author_key", unique=True, sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT
    ),
)
"""What people wrote: reasons, drafts, complaints. All of it is sealed."""

flags = Table(
    "case_flags",
    METADATA,
    Column("item_id", RowId, ForeignKey(items.c.id), primary_key=True, autoincrement=False),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False, index=True),
    Column("came_from", String(20), nullable=False),
    Column("category", String(30), nullable=False),
    Column("flagged_at", Moment, nullable=False),
    Column("text_id", String(32)),  # NULL once it was erased
)
"""Complaints. Who complained, where and in what words is sealed."""

decisions = Table(
    "case_decisions",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False),
    Column("wave", Integer, nullable=False),
    Column("seat", String(10), nullable=False),
    Column("finding", String(20), nullable=False),
    Column("scheme", String(40)),
    Column("label", String(100)),
    Column("annotations", Text, nullable=False),  # JSON
    Column("incident_type", String(30)),
    Column("is_imminent", Boolean, nullable=False),
    Column("memory_id", RowId, index=True),
    Column("act", String(32), nullable=False),
    Column("supersedes_id", RowId),
    Column("by_kind", String(20), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("by_key", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("text_id", String(32)),  # the reasons; NULL once they were erased
    Index("ix_case_decisions_case", "case_id", "wave", "seat"),
)
"""What somebody decided. A row is never changed but by erasing who it was and why."""

decided_items = Table(
    "case_decision_items",
    METADATA,
    Column("decision_id", RowId, ForeignKey(decisions.c.id), primary_key=True),
    Column("item_id", RowId, ForeignKey(items.c.id), primary_key=True, index=True),
)
"""On what."""

findings = Table(
    "case_findings",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("item_id", RowId, ForeignKey(items.c.id), nullable=False, index=True),
    Column("case_id", RowId, ForeignKey(cases.c.id), nullable=False, index=True),
    Column("decision_id", RowId, ForeignKey(decisions.c.id), nullable=False),
    Column("is_confirmed", Boolean, nullable=False),  # two people found the same
    Column("is_alone", Boolean, nullable=False),  # by one person, where two are asked for: single-person mode was on
    Column("is_agreed", Boolean),  # whether the second reader agreed; NULL where there was none
    Column("settled_at", Moment, nullable=False),
    Column("superseded_at", Moment),
    Index("uq_case_findings_item", "item_id", unique=True, sqlite_where=COUNTS, postgresql_where=COUNTS),
)
"""Which decision on an item holds, and since when; those that held before stay."""

memories = Table(
    "verdict_memory",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("media_key", LargeBinary, nullable=False),
    Column("decision_id", RowId, ForeignKey(decisions.c.id), nullable=False),
    Column("remembered_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("overturned_at", Moment),
    Index("ix_verdict_memory_media_key", "media_key", "id"),
)
"""What two people found of the same bytes, under a keyed digest of them."""

path_marks = Table(
    "hash_path_marks",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("off_at", Moment),  # NULL while it is on
    Column("off_why", Text, nullable=False),
)
"""One row: whether something has switched the hash-confirmed path off."""

path_uses = Table(
    "hash_path_uses",
    METADATA,
    Column("item_id", RowId, ForeignKey(items.c.id), primary_key=True, autoincrement=False),
    Column("used_at", Moment, nullable=False, index=True),
)
"""What went to a report by the hash-confirmed path."""
