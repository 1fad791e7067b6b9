"""The tables of exposure."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
)

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

exposures = Table(
    "exposures",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId),  # NULL once its time is over: what was shown of evidence stays, without to whom
    Column("evidence_id", String(32), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("frame", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("revealed_at", Moment, nullable=False),
    Column("must_hide_at", Moment, nullable=False),
    Column("delivery", String(10), nullable=False),
    Column("frame_count", Integer),
    Column("is_sound", Boolean, nullable=False),
    Column("confirmed_at", Moment),
    Column("ended_at", Moment),
    Column("ended_by", String(10)),
    Index("ix_exposures_person", "person_id", "revealed_at"),
    Index("ix_exposures_evidence", "evidence_id", "id"),
    Index("ix_exposures_revealed_at", "revealed_at"),
)
"""The exposure log: one row for each reveal, written before any pixel leaves."""

people = Table(
    "exposure_people",
    METADATA,
    Column("person_id", RowId, primary_key=True, autoincrement=False),
    Column("minutes_per_day", Integer),
    Column("large_minutes_per_day", Integer),
    Column("original_minutes_per_day", Integer),
    Column("break_after_minutes", Integer),
    Column("break_minutes", Integer),
    Column("days_in_a_row", Integer),
    Column("cap_seconds", Integer),
    Column("hours_from", String(20)),
    Column("hours_until", String(20)),
    Column("time_zone", String(100)),
)
"""Limits of a person's own. The row is also what their reveals take turns on."""

lifts = Table(
    "exposure_lifts",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("extra_minutes", Integer, nullable=False),
    Column("until_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_by_kind", String(20), nullable=False),
    Column("asked_by_name", Text, nullable=False),
    Column("granted_at", Moment),
    Column("granted_by_kind", String(20)),
    Column("granted_by_name", Text),
)
"""Lifts of limits: asked by one, granted by another."""

opt_outs = Table(
    "exposure_opt_outs",
    METADATA,
    Column("person_id", RowId, primary_key=True, autoincrement=False),
    Column("category", String(200), primary_key=True),
)
"""The categories that somebody does not want to be shown. Nobody but them is told."""
