"""The rows of leave to read."""

from dataclasses import asdict

from sqlalchemy import insert, select

from safelight.database.transaction import Tx
from safelight.roles import ActorKind
from safelight.vault.grant import Grant
from safelight.vault.purpose import Purpose
from safelight.vault.store.tables import grants


def add(tx: Tx, grant: Grant) -> None:
    """Add the row of a grant."""
    tx.execute(insert(grants).values(asdict(grant)))


def find(tx: Tx, grant_id: str) -> Grant | None:
    """Return the grant of that id as it was written."""
    row = tx.execute(select(grants).where(grants.c.id == grant_id)).one_or_none()
    if row is None:
        return None
    told = row._asdict()
    return Grant(**told | {"actor_kind": ActorKind(row.actor_kind), "purpose": Purpose(row.purpose)})
