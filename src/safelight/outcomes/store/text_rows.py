"""What was written about outcomes, sealed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from safelight.database.erasing import overwrite_freed
from safelight.database.parts import in_parts
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped
from safelight.outcomes.sealed_text import SealedText
from safelight.outcomes.store.tables import texts

WRAPS = WrapColumns(texts, texts.c.id)


def add(tx: Tx, text: SealedText, now: datetime) -> bool:
    """Add a text, unless one of its name is there, waiting for who adds it now; say whether it was added."""
    wrap = {"key_id": text.wrapped.key_id, "wrapped_key": text.wrapped.data, "sealed": text.sealed}
    statement = insert_into(tx, texts).values(id=text.id, saved_at=now, **wrap).on_conflict_do_nothing()
    return tx.execute(statement.returning(texts.c.id)).one_or_none() is not None


def find(tx: Tx, text_id: str) -> SealedText | None:
    """Return a text."""
    row = tx.execute(select(texts).where(texts.c.id == text_id)).one_or_none()
    if row is None:
        return None
    return SealedText(id=row.id, wrapped=Wrapped(key_id=row.key_id, data=row.wrapped_key), sealed=row.sealed)


def remove(tx: Tx, text_ids: Sequence[str]) -> None:
    """Remove texts, with their keys."""
    overwrite_freed(tx)
    for part in in_parts(text_ids):
        tx.execute(delete(texts).where(texts.c.id.in_(part)))
