"""The tables of signing in: what persons show, their sessions, and how often somebody tried."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from safelight.access.store.tables import persons
from safelight.database.moment import Moment
from safelight.database.schema import METADATA, RowId, row_number

credentials = Table(
    "access_credentials",
    METADATA,
    Column("person_id", RowId, ForeignKey(persons.c.id), primary_key=True, autoincrement=False),
    Column("user_handle", LargeBinary, nullable=False, unique=True),  # by which passkeys name the person: random
    Column("password", Text),  # argon2id, as PHC text
    Column("password_set_at", Moment),
    Column("enrolled_at", Moment),  # NULL until a password and a second factor are set
)
"""What a person signs in with."""

invitations = Table(
    "access_invitations",
    METADATA,
    Column("person_id", RowId, ForeignKey(persons.c.id), primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""One-time codes by which persons sign in first, at most one each."""

totp = Table(
    "access_totp",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("person_id", RowId, ForeignKey(persons.c.id), nullable=False, index=True),
    Column("key_id", String(200), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("last_step", BigInteger),
    Column("drift", Integer, nullable=False),
)
"""Secrets of time-based codes, sealed by the key service: one that counts, and perhaps one that is being set up."""

recovery_codes = Table(
    "access_recovery_codes",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId, ForeignKey(persons.c.id), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("made_at", Moment, nullable=False),
)
"""Recovery codes that were not used yet."""

passkeys = Table(
    "access_passkeys",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId, ForeignKey(persons.c.id), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", BigInteger, nullable=False),
    Column("is_backup_eligible", Boolean, nullable=False),
    Column("is_backed_up", Boolean, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("suspended_at", Moment),
)
"""Passkeys."""

sessions = Table(
    "access_sessions",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId, ForeignKey(persons.c.id), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("stage", String(20), nullable=False),
    Column("means", String(30)),
    Column("browser", String(100), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    Column("authenticated_at", Moment, nullable=False),
    Column("fresh_until", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
)
"""Sessions that were not ended: one that has expired counts for nothing, and its row goes later."""

devices = Table(
    "access_devices",
    METADATA,
    Column("id", RowId, row_number(), primary_key=True),
    Column("person_id", RowId, ForeignKey(persons.c.id), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("ends_at", Moment, nullable=False, index=True),
)
"""Browsers in which a person has signed in: strangers cannot lock the person out there."""

challenges = Table(
    "access_challenges",
    METADATA,
    Column("value", LargeBinary, primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("holder", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""Challenges for passkeys that were not answered yet."""

tries = Table(
    "access_tries",
    METADATA,
    Column("key", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Moment, nullable=False),
    Column("forgotten_at", Moment, nullable=False, index=True),
    Column("alarmed_at", Moment),
)
"""Wrong tries, under digests of what was tried."""
