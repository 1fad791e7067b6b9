"""The rows of sealed URLs and signing secrets."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped
from safelight.notices.sealed_secret import Purpose, SealedSecret
from safelight.notices.store.tables import secrets

WRAPS = WrapColumns(secrets, secrets.c.id)


def add(tx: Tx, address_id: int, made: Iterable[SealedSecret], at: datetime) -> None:
    """Add secrets of an address."""
    for each in made:
        values = {"id": each.id, "address_id": address_id, "purpose": each.purpose.value, "made_at": at}
        wrap = {"key_id": each.wrapped.key_id, "wrapped_key": each.wrapped.data}
        tx.execute(insert(secrets).values(values | wrap))


def of_address(tx: Tx, address_id: int, now: datetime) -> list[SealedSecret]:
    """Return the secrets of an address that count now, the newest first."""
    counts = or_(secrets.c.until_at.is_(None), secrets.c.until_at > now)
    question = select(secrets).where(secrets.c.address_id == address_id, counts)
    rows = tx.execute(question.order_by(secrets.c.made_at.desc(), secrets.c.id))
    return [
        SealedSecret(id=row.id, purpose=Purpose(row.purpose), wrapped=Wrapped(key_id=row.key_id, data=row.wrapped_key))
        for row in rows
    ]


def end_signing(tx: Tx, address_id: int, until_at: datetime) -> None:
    """Let the signing secret of an address count until then; one that was to end already is removed now."""
    overwrite_freed(tx)
    signing = (secrets.c.address_id == address_id, secrets.c.purpose == Purpose.SIGNING.value)
    tx.execute(delete(secrets).where(*signing, secrets.c.until_at.is_not(None)))
    tx.execute(update(secrets).where(*signing).values(until_at=until_at))


def remove_of(tx: Tx, address_id: int) -> None:
    """Remove all secrets of an address."""
    overwrite_freed(tx)
    tx.execute(delete(secrets).where(secrets.c.address_id == address_id))


def remove_ended(tx: Tx, now: datetime) -> None:
    """Remove the secrets that count no longer."""
    overwrite_freed(tx)
    tx.execute(delete(secrets).where(secrets.c.until_at <= now))
