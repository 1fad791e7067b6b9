"""Names and free texts of banks that are erased when their time is over."""

from datetime import datetime

from sqlalchemy import update

from safelight.banks.store.tables import batches, controls
from safelight.database.transaction import Tx

ERASED = "(erased)"
"""What stands in the place of a name that was erased."""


def erase_opinions(tx: Tx, before: datetime) -> int:
    """Erase who had an opinion given before a moment, and the words of it; return of how many. The opinion stays."""
    old = (controls.c.opinion_at < before) & (controls.c.opinion_by_name != ERASED)
    values = {"opinion_by_name": ERASED, "opinion_reason": ""}
    return tx.execute(update(controls).where(old).values(values)).rowcount


def erase_batch_names(tx: Tx, before: datetime) -> int:
    """Erase who brought the batches that began before a moment; return of how many."""
    old = (batches.c.started_at < before) & (batches.c.actor_name != ERASED)
    return tx.execute(update(batches).where(old).values(actor_name=ERASED)).rowcount
