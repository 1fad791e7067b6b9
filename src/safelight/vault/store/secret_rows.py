"""The rows of the vault's own secrets."""

from sqlalchemy import select

from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.keys.interface import Wrapped
from safelight.vault.store.tables import secrets


def find(tx: Tx, name: str) -> Wrapped | None:
    """Return the wrapped secret of that name."""
    row = tx.execute(select(secrets).where(secrets.c.name == name)).one_or_none()
    return None if row is None else Wrapped(key_id=row.key_id, data=row.wrapped_key)


def add(tx: Tx, name: str, wrapped: Wrapped) -> bool:
    """Add a secret; False where there is one of that name, waiting for whoever adds it just now."""
    values = {"name": name, "key_id": wrapped.key_id, "wrapped_key": wrapped.data}
    statement = insert_into(tx, secrets).values(values).on_conflict_do_nothing(index_elements=["name"])
    return tx.execute(statement.returning(secrets.c.name)).first() is not None
