"""The tables of evidence: what is sealed, why it is kept, who opened it."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text, text

from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

_LIVING = text("destroyed_at IS NULL")
_WAITING = text("confirmed_at IS NULL")

objects = Table(
    "vault_objects",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    # Keyed: who holds the database alone cannot ask it whether some file is in the vault.
    Column("content_digest", LargeBinary, nullable=False, unique=True),
    Column("blob_id", String(32), nullable=False, unique=True),
    Column("size_bytes", BigInteger, nullable=False),
)
"""Bytes that are stored, once for each content. A row goes when its last occurrence is destroyed."""

occurrences = Table(
    "vault_occurrences",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("object_id", RowId, ForeignKey(objects.c.id), index=True),  # NULL once it is destroyed
    Column("size_bytes", BigInteger, nullable=False),
    Column("sealed_at", Moment, nullable=False),
    Column("key_id", String(200), index=True),
    Column("wrapped_key", LargeBinary),  # NULL once it is destroyed: the data key and the manifest's key
    Column("manifest", LargeBinary),
    Column("destroyed_at", Moment),
    Index("ix_vault_occurrences_sealed_at", "sealed_at", "id", sqlite_where=_LIVING, postgresql_where=_LIVING),
)
"""One sealing of bytes: evidence, in every door's words. What is left of destroyed evidence is its id and its times."""

holds = Table(
    "vault_holds",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("evidence_id", String(32), ForeignKey(occurrences.c.id), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("reason", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("from_at", Moment, nullable=False),
    Column("until_at", Moment),  # NULL while its end is not known
    Column("added_at", Moment, nullable=False),
    Column("added_by_kind", String(20), nullable=False),
    Column("added_by_name", Text, nullable=False),
    Column("warned_at", Moment),
    Column("released_at", Moment),
    Column("order_id", RowId),  # the lawful order that released it
)
"""Why evidence must be kept, and until when. The longest governs."""

orders = Table(
    "vault_orders",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("evidence_id", String(32), ForeignKey(occurrences.c.id), nullable=False, index=True),
    Column("hold_ids", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_by_kind", String(20), nullable=False),
    Column("asked_by_name", Text, nullable=False),
    Column("confirmed_at", Moment),
    Column("confirmed_by_kind", String(20)),
    Column("confirmed_by_name", Text),
    Column("is_single_person", Boolean, nullable=False),
    Index("ix_vault_orders_waiting", "asked_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
)
"""Orders to destroy evidence that is held: asked by one person, confirmed by another."""

grants = Table(
    "vault_grants",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("evidence_id", String(32), ForeignKey(occurrences.c.id), nullable=False, index=True),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("purpose", String(30), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("audit_entry_id", RowId, nullable=False),
)
"""Leave to read evidence, for one purpose and a short time."""

spools = Table(
    "vault_spools",
    METADATA,
    Column("id", String(32), primary_key=True),  # of the blob
    Column("size_bytes", BigInteger, nullable=False),
    Column("key_id", String(200), nullable=False, index=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("held_at", Moment),  # NULL while a job is to scan them
    Column("held_for", String(20)),  # why they could not be scanned
    Index("ix_vault_spools_kept_at", "kept_at", "id"),
    Index("ix_vault_spools_size_bytes", "size_bytes"),  # count and sum are asked of it alone
)
"""Bytes that wait to be scanned, or are held because they could not be: sealed, and not evidence yet."""

removals = Table(
    "vault_removals",
    METADATA,
    Column("blob_id", String(32), primary_key=True),
    Column("evidence_id", String(32)),  # NULL where the bytes never were evidence
    Column("since_at", Moment, nullable=False),
)
"""Blobs whose key is gone, and that are still to be removed."""

secrets = Table(
    "vault_secrets",
    METADATA,
    Column("name", String(50), primary_key=True),
    Column("key_id", String(200), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
)
"""Secrets of the vault itself, such as the key of its content digests."""
