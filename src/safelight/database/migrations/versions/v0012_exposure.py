"""The exposure log, people's own limits, lifts of them, and what they opted out of."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Text,
)

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)
_LIMITS = (
    "minutes_per_day",
    "large_minutes_per_day",
    "original_minutes_per_day",
    "break_after_minutes",
    "break_minutes",
    "days_in_a_row",
    "cap_seconds",
)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    op.create_table(
        "exposures",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("person_id", _ROW_ID),
        Column("evidence_id", String(32), nullable=False),
        Column("level", SmallInteger, nullable=False),
        Column("frame", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("revealed_at", _MOMENT, nullable=False),
        Column("must_hide_at", _MOMENT, nullable=False),
        Column("delivery", String(10), nullable=False),
        Column("frame_count", Integer),
        Column("is_sound", Boolean, nullable=False),
        Column("confirmed_at", _MOMENT),
        Column("ended_at", _MOMENT),
        Column("ended_by", String(10)),
        PrimaryKeyConstraint("id", name="pk_exposures"),
    )
    op.create_index("ix_exposures_person", "exposures", ["person_id", "revealed_at"])
    op.create_index("ix_exposures_evidence", "exposures", ["evidence_id", "id"])
    op.create_index("ix_exposures_revealed_at", "exposures", ["revealed_at"])
    op.create_table(
        "exposure_people",
        Column("person_id", _ROW_ID, nullable=False, autoincrement=False),
        *(Column(name, Integer) for name in _LIMITS),
        Column("hours_from", String(20)),
        Column("hours_until", String(20)),
        Column("time_zone", String(100)),
        PrimaryKeyConstraint("person_id", name="pk_exposure_people"),
    )
    _create_lifts()
    op.create_table(
        "exposure_opt_outs",
        Column("person_id", _ROW_ID, nullable=False, autoincrement=False),
        Column("category", String(200), nullable=False),
        PrimaryKeyConstraint("person_id", "category", name="pk_exposure_opt_outs"),
    )


def _create_lifts() -> None:
    op.create_table(
        "exposure_lifts",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("person_id", _ROW_ID, nullable=False),
        Column("kind", String(20), nullable=False),
        Column("extra_minutes", Integer, nullable=False),
        Column("until_at", _MOMENT, nullable=False),
        Column("reason", Text, nullable=False),
        Column("asked_at", _MOMENT, nullable=False),
        Column("asked_by_kind", String(20), nullable=False),
        Column("asked_by_name", Text, nullable=False),
        Column("granted_at", _MOMENT),
        Column("granted_by_kind", String(20)),
        Column("granted_by_name", Text),
        PrimaryKeyConstraint("id", name="pk_exposure_lifts"),
    )
    op.create_index("ix_exposure_lifts_person_id", "exposure_lifts", ["person_id"])
