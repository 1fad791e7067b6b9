"""What people wrote, sealed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from safelight.database.erasing import overwrite_freed
from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.interface import Wrapped
from safelight.review.sealed_text import SealedText, TextPurpose
from safelight.review.store.tables import IS_DRAFT, texts

WRAPS = WrapColumns(texts, texts.c.id)


def add(tx: Tx, case_id: int, text: SealedText, now: datetime, *, author_key: str = "") -> None:
    """Add a text about a case."""
    values = {"id": text.id, "case_id": case_id, "purpose": text.purpose.value, "author_key": author_key}
    wrap = {"key_id": text.wrapped.key_id, "wrapped_key": text.wrapped.data, "sealed": text.sealed}
    tx.execute(insert(texts).values(values | wrap | {"saved_at": now}))


def find(tx: Tx, text_id: str) -> SealedText | None:
    """Return a text."""
    return _text(tx.execute(select(texts).where(texts.c.id == text_id)).one_or_none())


def find_draft(tx: Tx, case_id: int, author_key: str) -> SealedText | None:
    """Return somebody's draft about a case."""
    mine = (texts.c.case_id == case_id, texts.c.author_key == author_key, IS_DRAFT)
    return _text(tx.execute(select(texts).where(*mine)).one_or_none())


def remove_drafts(tx: Tx, case_ids: Collection[int], author_key: str) -> None:
    """Remove somebody's drafts about cases."""
    overwrite_freed(tx)
    tx.execute(delete(texts).where(texts.c.case_id.in_(list(case_ids)), texts.c.author_key == author_key, IS_DRAFT))


def erase_drafts(tx: Tx, before: datetime) -> int:
    """Remove the drafts that were last saved before a moment, and return how many."""
    overwrite_freed(tx)
    return tx.execute(delete(texts).where(IS_DRAFT, texts.c.saved_at < before)).rowcount


def _text(row: Row[Any] | None) -> SealedText | None:
    if row is None:
        return None
    wrapped = Wrapped(key_id=row.key_id, data=row.wrapped_key)
    return SealedText(id=row.id, purpose=TextPurpose(row.purpose), wrapped=wrapped, sealed=row.sealed)
