"""What became of entries, in the database."""

from typing import Any

from sqlalchemy import and_, select

from safelight.banks.store.tables import banks, batches, entries, is_published
from safelight.database.transaction import Tx


def find_fate(tx: Tx, entry_id: int) -> Any:
    """Return the fate of an entry that was once published, as a row with the fields of `EntryFate`; else None."""
    replacing, heirs = batches.alias(), entries.alias()
    is_replacing = and_(replacing.c.id == entries.c.superseded_by, replacing.c.published_at.is_not(None))
    is_heir = (heirs.c.batch_id == replacing.c.id) & (heirs.c.bank_id == entries.c.bank_id)
    question = select(
        entries.c.id.label("entry_id"),
        entries.c.bank_id,
        banks.c.name.label("bank_name"),
        banks.c.deleted_at.label("bank_deleted_at"),
        entries.c.withdrawn_at,
        replacing.c.published_at.label("replaced_at"),
        heirs.c.id.label("replaced_by"),
    )
    question = question.join(banks, banks.c.id == entries.c.bank_id).outerjoin(replacing, is_replacing)
    question = question.outerjoin(heirs, and_(is_heir, heirs.c.identity == entries.c.identity))
    return tx.execute(question.where(entries.c.id == entry_id, is_published(entries.c.batch_id))).first()
