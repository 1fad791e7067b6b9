"""What is left of evidence and of leave to read it, and goes when its time is over."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from safelight.database.transaction import Tx
from safelight.vault.store.tables import grants, holds, occurrences, orders

ERASED = "(erased)"
"""What stands in the place of a name that was erased."""


def delete_grants(tx: Tx, before: datetime) -> int:
    """Delete grants that expired before a moment; return how many."""
    return tx.execute(delete(grants).where(grants.c.expires_at < before)).rowcount


def erase_hold_texts(tx: Tx, before: datetime) -> int:
    """Erase names and free texts of the holds of evidence that was destroyed before a moment; return of how many.

    Their kind and times stay.
    """
    old = _is_of_destroyed(holds.c.evidence_id, before) & (holds.c.added_by_name != ERASED)
    values = {"reason": "", "legal_basis": "", "reference": "", "added_by_name": ERASED}
    return tx.execute(update(holds).where(old).values(values)).rowcount


def erase_order_texts(tx: Tx, before: datetime) -> int:
    """Erase the same of the orders to destroy such evidence; return of how many."""
    old = _is_of_destroyed(orders.c.evidence_id, before) & (orders.c.asked_by_name != ERASED)
    values = {"legal_basis": "", "authority": "", "reference": "", "asked_by_name": ERASED}
    count = tx.execute(update(orders).where(old).values(values)).rowcount
    confirmed = _is_of_destroyed(orders.c.evidence_id, before) & orders.c.confirmed_by_name.is_not(None)
    tx.execute(update(orders).where(confirmed).values(confirmed_by_name=ERASED))
    return count


def _is_of_destroyed(evidence_id: ColumnElement[str], before: datetime) -> ColumnElement[bool]:
    return evidence_id.in_(select(occurrences.c.id).where(occurrences.c.destroyed_at < before))
