"""What persons sign in with, in the database: passwords, invitations, recovery codes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from safelight.access.signing_in.credentials import Credentials
from safelight.access.store.sign_in_tables import credentials, invitations, recovery_codes
from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx


def find(tx: Tx, person_id: int) -> Credentials | None:
    """Return what a person signs in with, None where nothing was ever set."""
    row = tx.execute(select(credentials).where(credentials.c.person_id == person_id)).one_or_none()
    if row is None:
        return None
    return Credentials(handle=row.user_handle, password=row.password, enrolled_at=row.enrolled_at)


def begin(tx: Tx, person_id: int, handle: bytes) -> None:
    """Let a person have credentials, of which none is set."""
    tx.execute(insert(credentials).values(person_id=person_id, user_handle=handle))


def set_password(tx: Tx, person_id: int, kept: str, at: datetime | None) -> None:
    """Keep a password's hash; with `at`, it is another password from then on, and else the same at another cost."""
    overwrite_freed(tx)
    values = {"password": kept} | ({} if at is None else {"password_set_at": at})
    tx.execute(update(credentials).where(credentials.c.person_id == person_id).values(values))


def set_enrolled(tx: Tx, person_id: int, at: datetime) -> None:
    """Say that a person has all that they sign in with."""
    tx.execute(update(credentials).where(credentials.c.person_id == person_id).values(enrolled_at=at))


def remove(tx: Tx, person_id: int) -> None:
    """Forget a person's password, handle, invitation and recovery codes."""
    overwrite_freed(tx)
    for table in (credentials, invitations, recovery_codes):
        tx.execute(delete(table).where(table.c.person_id == person_id))


def invite(tx: Tx, person_id: int, digest: bytes, at: datetime, expires_at: datetime) -> None:
    """Keep an invitation by its digest, in the place of the one before."""
    overwrite_freed(tx)
    tx.execute(delete(invitations).where(invitations.c.person_id == person_id))
    values = {"person_id": person_id, "digest": digest, "made_at": at, "expires_at": expires_at}
    tx.execute(insert(invitations).values(values))


def use_invitation(tx: Tx, digest: bytes, now: datetime) -> int | None:
    """Use an invitation up, and return whose it was; None where there is none, or none any more."""
    overwrite_freed(tx)
    living = (invitations.c.digest == digest) & (invitations.c.expires_at > now)
    return tx.execute(delete(invitations).where(living).returning(invitations.c.person_id)).scalar_one_or_none()


def has_invitation(tx: Tx, person_id: int, now: datetime) -> bool:
    """Whether a person has an invitation that counts."""
    mine = (invitations.c.person_id == person_id) & (invitations.c.expires_at > now)
    return tx.execute(select(invitations.c.person_id).where(mine)).first() is not None


def put_recovery_codes(tx: Tx, person_id: int, digests: Iterable[bytes], at: datetime) -> None:
    """Keep recovery codes by their digests, in the place of those before."""
    overwrite_freed(tx)
    tx.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
    rows = [{"person_id": person_id, "digest": digest, "made_at": at} for digest in digests]
    tx.execute(insert(recovery_codes), rows)


def use_recovery_code(tx: Tx, person_id: int, digest: bytes) -> bool:
    """Use a recovery code up; False where the person has none of that digest, or has none any more.

    Of several who do it at once with one code, the database lets one.
    """
    overwrite_freed(tx)
    this = (recovery_codes.c.person_id == person_id) & (recovery_codes.c.digest == digest)
    return tx.execute(delete(recovery_codes).where(this)).rowcount == 1


def count_recovery_codes(tx: Tx, person_id: int) -> int:
    """Return how many recovery codes a person has left."""
    question = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.person_id == person_id)
    return int(tx.execute(question).scalar_one())


def remove_expired(tx: Tx, before: datetime) -> int:
    """Remove invitations that expired before a moment; return how many."""
    return tx.execute(delete(invitations).where(invitations.c.expires_at < before)).rowcount


def drop_invitations(tx: Tx) -> int:
    """Remove every invitation; return how many."""
    return tx.execute(delete(invitations)).rowcount
