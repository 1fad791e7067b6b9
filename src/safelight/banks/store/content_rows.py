"""The entries of contents in the database."""

from sqlalchemy import select

from safelight.banks.store.entry_rows import current_rows
from safelight.banks.store.tables import batches, entries
from safelight.database.transaction import Tx

_MOST = 64
"""Far more than a content has signal types."""


def ids_of_batch(tx: Tx, bank_id: int, batch_id: int, batch_format: str) -> list[int]:
    """Return the entries that the bank holds now under the identities that came in a batch of this format."""
    question = select(entries.c.identity).join(batches, entries.c.batch_id == batches.c.id)
    question = question.where(batches.c.id == batch_id, batches.c.format == batch_format, entries.c.bank_id == bank_id)
    identities = list(tx.execute(question.limit(_MOST)).scalars())
    return [row.id for row in current_rows(tx, bank_id, identities).values()]
