"""Sealed secrets of time-based codes in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from safelight.access.signing_in.sealed_totp import SealedTotp
from safelight.access.store.sign_in_tables import totp
from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped

WRAPS = WrapColumns(totp, totp.c.id)


def add(tx: Tx, sealed: SealedTotp) -> None:
    """Add a secret that is not confirmed yet, in the place of another such one."""
    overwrite_freed(tx)
    tx.execute(delete(totp).where(totp.c.person_id == sealed.person_id, totp.c.confirmed_at.is_(None)))
    values = {"id": sealed.id, "person_id": sealed.person_id, "made_at": sealed.made_at, "drift": sealed.drift}
    wrap = {"key_id": sealed.wrapped.key_id, "wrapped_key": sealed.wrapped.data}
    tx.execute(insert(totp).values(values | wrap))


def find(tx: Tx, person_id: int, *, is_confirmed: bool) -> SealedTotp | None:
    """Return the secret of a person that counts, or the one that is being set up."""
    state = totp.c.confirmed_at.is_not(None) if is_confirmed else totp.c.confirmed_at.is_(None)
    row = tx.execute(select(totp).where(totp.c.person_id == person_id, state)).one_or_none()
    return None if row is None else _sealed(row)


def accept_step(tx: Tx, row_id: str, step: int, drift: int) -> bool:
    """Take note that the code of a step was accepted; False where it, or a later one, was accepted before.

    Of several who do it at once with one code, the database lets one.
    """
    is_later = or_(totp.c.last_step.is_(None), totp.c.last_step < step)
    statement = update(totp).where(totp.c.id == row_id, is_later).values(last_step=step, drift=drift)
    return tx.execute(statement).rowcount == 1


def confirm(tx: Tx, person_id: int, row_id: str, at: datetime) -> bool:
    """Let a secret count from now on, and no other of its person; False where it is gone."""
    overwrite_freed(tx)
    tx.execute(delete(totp).where(totp.c.person_id == person_id, totp.c.id != row_id))
    this = (totp.c.person_id == person_id) & (totp.c.id == row_id)
    return tx.execute(update(totp).where(this).values(confirmed_at=at)).rowcount == 1


def remove(tx: Tx, person_id: int) -> int:
    """Forget the secrets of a person; return how many."""
    overwrite_freed(tx)
    return tx.execute(delete(totp).where(totp.c.person_id == person_id)).rowcount


def _sealed(row: Row[Any]) -> SealedTotp:
    return SealedTotp(
        id=row.id,
        person_id=row.person_id,
        wrapped=Wrapped(key_id=row.key_id, data=row.wrapped_key),
        made_at=row.made_at,
        confirmed_at=row.confirmed_at,
        last_step=row.last_step,
        drift=row.drift,
    )
