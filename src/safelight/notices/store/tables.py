"""The tables of notices: addresses, their sealed secrets, events, deliveries."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

addresses = Table(
    "notice_addresses",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),
    Column("origin", Text, nullable=False),  # scheme, host and port: the whole URL is sealed, for it may hold a secret
    Column("kinds", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("pause_reason", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since_at", Moment),
    Column("created_at", Moment, nullable=False),
)
"""The operator's addresses."""

secrets = Table(
    "notice_secrets",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("address_id", RowId, ForeignKey(addresses.c.id), nullable=False, index=True),
    Column("purpose", String(10), nullable=False),
    Column("key_id", String(200), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("until_at", Moment),  # of a signing secret that was exchanged: it signs beside the new one until then
)
"""URLs and signing secrets, sealed by the key service."""

events = Table(
    "notice_events",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(50), nullable=False),
    Column("happened_at", Moment, nullable=False, index=True),
    Column("facts", Text, nullable=False),
)
"""What happened, by ids and verdict."""

deliveries = Table(
    "notice_deliveries",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("address_id", RowId, nullable=False, index=True),  # no foreign key: the log outlives the address
    Column("address_name", String(64), nullable=False),
    Column("event_id", String(32), ForeignKey(events.c.id), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("tried_at", Moment),
    Column("ended_at", Moment, index=True),
    Column("status", Integer),
    Column("reason", Text, nullable=False),
    Column("digest", LargeBinary),
)
"""The log of deliveries."""
