"""Passkeys, and the challenges that they answer, in the database."""

from datetime import datetime

from sqlalchemy import RowMapping, and_, delete, insert, select, update

from safelight.access.signing_in.challenge import Challenge
from safelight.access.signing_in.passkey import Assertion, NewPasskey, Passkey
from safelight.access.store.sign_in_tables import challenges, passkeys
from safelight.database.transaction import Tx


def add(tx: Tx, person_id: int, name: str, new: NewPasskey, at: datetime) -> int:
    """Add a passkey and return its number. The caller has seen that it is new."""
    values = {
        "person_id": person_id,
        "name": name,
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
        "is_backup_eligible": new.is_backup_eligible,
        "is_backed_up": new.is_backed_up,
        "added_at": at,
    }
    return int(tx.execute(insert(passkeys).values(values).returning(passkeys.c.id)).scalar_one())


def of_person(tx: Tx, person_id: int) -> list[Passkey]:
    """Return the passkeys of a person, the oldest first, the suspended ones too."""
    question = select(passkeys).where(passkeys.c.person_id == person_id).order_by(passkeys.c.id)
    return [_passkey(row) for row in tx.execute(question).mappings()]


def find(tx: Tx, credential_id: bytes) -> Passkey | None:
    """Return the passkey of a credential id, whosever it is."""
    row = tx.execute(select(passkeys).where(passkeys.c.credential_id == credential_id)).mappings().one_or_none()
    return None if row is None else _passkey(row)


def note_use(tx: Tx, passkey_id: int, shown: Assertion, at: datetime) -> bool:
    """Take note of a use; False where the passkey is gone or suspended, or its counter did not move on meanwhile."""
    moves = passkeys.c.sign_count < shown.sign_count
    if shown.sign_count == 0:
        moves = passkeys.c.sign_count == 0
    this = and_(passkeys.c.id == passkey_id, passkeys.c.suspended_at.is_(None), moves)
    values = {"sign_count": shown.sign_count, "is_backed_up": shown.is_backed_up, "last_used_at": at}
    return tx.execute(update(passkeys).where(this).values(values)).rowcount == 1


def suspend(tx: Tx, passkey_id: int, at: datetime) -> bool:
    """Let a passkey count no longer; False where it does not already."""
    this = (passkeys.c.id == passkey_id) & passkeys.c.suspended_at.is_(None)
    return tx.execute(update(passkeys).where(this).values(suspended_at=at)).rowcount == 1


def rename(tx: Tx, person_id: int, passkey_id: int, name: str) -> bool:
    """Give a passkey of a person another name; False where they have none of that number."""
    this = (passkeys.c.id == passkey_id) & (passkeys.c.person_id == person_id)
    return tx.execute(update(passkeys).where(this).values(name=name)).rowcount == 1


def remove(tx: Tx, person_id: int, passkey_id: int | None = None) -> int:
    """Remove a passkey of a person, or all of them; return how many."""
    theirs = passkeys.c.person_id == person_id
    this = theirs if passkey_id is None else and_(theirs, passkeys.c.id == passkey_id)
    return tx.execute(delete(passkeys).where(this)).rowcount


def add_challenge(tx: Tx, challenge: Challenge) -> None:
    """Keep a challenge until it is answered."""
    values = {"value": challenge.value, "purpose": challenge.purpose.value, "holder": challenge.holder}
    tx.execute(insert(challenges).values(values | {"expires_at": challenge.expires_at}))


def use_challenge(tx: Tx, asked: Challenge, now: datetime) -> bool:
    """Use a challenge up; False where there is none of this value for this purpose and holder, or none any more."""
    this = and_(
        challenges.c.value == asked.value,
        challenges.c.purpose == asked.purpose.value,
        challenges.c.holder == asked.holder,
        challenges.c.expires_at > now,
    )
    return tx.execute(delete(challenges).where(this)).rowcount == 1


def remove_expired_challenges(tx: Tx, before: datetime) -> int:
    """Remove challenges that expired before a moment; return how many."""
    return tx.execute(delete(challenges).where(challenges.c.expires_at < before)).rowcount


def _passkey(row: RowMapping) -> Passkey:
    return Passkey(**row)
