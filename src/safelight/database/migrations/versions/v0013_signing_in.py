"""Signing in: passwords, second factors, sessions, and how often somebody tried."""

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
    UniqueConstraint,
)

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables. No table of before is altered."""
    _create_what_is_shown()
    _create_passkeys()
    _create_sessions()
    _create_passing()


def _of_person(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["person_id"], ["access_persons.id"], name=f"fk_{table}_person_id_access_persons")


def _create_what_is_shown() -> None:
    op.create_table(
        "access_credentials",
        Column("person_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("user_handle", LargeBinary, nullable=False),
        Column("password", Text),
        Column("password_set_at", _MOMENT),
        Column("enrolled_at", _MOMENT),
        PrimaryKeyConstraint("person_id", name="pk_access_credentials"),
        _of_person("access_credentials"),
        UniqueConstraint("user_handle", name="uq_access_credentials_user_handle"),
    )
    op.create_table(
        "access_invitations",
        Column("person_id", _ROW_ID, autoincrement=False, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("made_at", _MOMENT, nullable=False),
        Column("expires_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("person_id", name="pk_access_invitations"),
        _of_person("access_invitations"),
        UniqueConstraint("digest", name="uq_access_invitations_digest"),
    )
    op.create_index("ix_access_invitations_expires_at", "access_invitations", ["expires_at"])
    op.create_table(
        "access_totp",
        Column("id", String(32), nullable=False),
        Column("person_id", _ROW_ID, nullable=False),
        Column("key_id", String(200), nullable=False),
        Column("wrapped_key", LargeBinary, nullable=False),
        Column("made_at", _MOMENT, nullable=False),
        Column("confirmed_at", _MOMENT),
        Column("last_step", BigInteger),
        Column("drift", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_totp"),
        _of_person("access_totp"),
    )
    op.create_index("ix_access_totp_person_id", "access_totp", ["person_id"])
    op.create_table(
        "access_recovery_codes",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("person_id", _ROW_ID, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("made_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_recovery_codes"),
        _of_person("access_recovery_codes"),
        UniqueConstraint("digest", name="uq_access_recovery_codes_digest"),
    )
    op.create_index("ix_access_recovery_codes_person_id", "access_recovery_codes", ["person_id"])


def _create_passkeys() -> None:
    op.create_table(
        "access_passkeys",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("person_id", _ROW_ID, nullable=False),
        Column("name", Text, nullable=False),
        Column("credential_id", LargeBinary, nullable=False),
        Column("public_key", LargeBinary, nullable=False),
        Column("sign_count", BigInteger, nullable=False),
        Column("is_backup_eligible", Boolean, nullable=False),
        Column("is_backed_up", Boolean, nullable=False),
        Column("added_at", _MOMENT, nullable=False),
        Column("last_used_at", _MOMENT),
        Column("suspended_at", _MOMENT),
        PrimaryKeyConstraint("id", name="pk_access_passkeys"),
        _of_person("access_passkeys"),
        UniqueConstraint("credential_id", name="uq_access_passkeys_credential_id"),
    )
    op.create_index("ix_access_passkeys_person_id", "access_passkeys", ["person_id"])


def _create_sessions() -> None:
    op.create_table(
        "access_sessions",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("person_id", _ROW_ID, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("stage", String(20), nullable=False),
        Column("means", String(30)),
        Column("browser", String(100), nullable=False),
        Column("made_at", _MOMENT, nullable=False),
        Column("used_at", _MOMENT, nullable=False),
        Column("authenticated_at", _MOMENT, nullable=False),
        Column("fresh_until", _MOMENT, nullable=False),
        Column("ends_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_sessions"),
        _of_person("access_sessions"),
        UniqueConstraint("digest", name="uq_access_sessions_digest"),
    )
    for column in ("person_id", "ends_at"):
        op.create_index(f"ix_access_sessions_{column}", "access_sessions", [column])
    op.create_table(
        "access_devices",
        Column("id", _ROW_ID, Identity(always=False), nullable=False),
        Column("person_id", _ROW_ID, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("ends_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_devices"),
        _of_person("access_devices"),
        UniqueConstraint("digest", name="uq_access_devices_digest"),
    )
    for column in ("person_id", "ends_at"):
        op.create_index(f"ix_access_devices_{column}", "access_devices", [column])


def _create_passing() -> None:
    op.create_table(
        "access_challenges",
        Column("value", LargeBinary, nullable=False),
        Column("purpose", String(20), nullable=False),
        Column("holder", LargeBinary, nullable=False),
        Column("expires_at", _MOMENT, nullable=False),
        PrimaryKeyConstraint("value", name="pk_access_challenges"),
    )
    op.create_index("ix_access_challenges_expires_at", "access_challenges", ["expires_at"])
    op.create_table(
        "access_tries",
        Column("key", LargeBinary, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("failed_at", _MOMENT, nullable=False),
        Column("forgotten_at", _MOMENT, nullable=False),
        Column("alarmed_at", _MOMENT),
        PrimaryKeyConstraint("key", name="pk_access_tries"),
    )
    op.create_index("ix_access_tries_forgotten_at", "access_tries", ["forgotten_at"])
