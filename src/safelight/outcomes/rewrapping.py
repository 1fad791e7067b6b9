"""The wraps of sealed texts about outcomes: found and exchanged when keys are rotated."""

from collections.abc import Sequence

from safelight.database.transaction import Tx
from safelight.keys.held_wrap import HeldWrap
from safelight.keys.interface import Wrapped
from safelight.outcomes.sealed_text import text_context
from safelight.outcomes.store import text_rows


class OutcomeWraps:
    """The keys of all that is written about outcomes."""

    name = "texts about outcomes"

    def page(self, tx: Tx, *, other_than: str, after: str, limit: int) -> list[HeldWrap]:
        """Return up to `limit` wraps by any key but `other_than`, from after a row on. "" is before the first."""
        found = text_rows.WRAPS.page(tx, other_than=other_than, after=after, limit=limit)
        return [
            HeldWrap(row_id=row, wrapped=Wrapped(key_id=key_id, data=data), context=text_context(row))
            for row, (key_id, data) in found
        ]

    def exchange(self, tx: Tx, exchanges: Sequence[tuple[HeldWrap, Wrapped]]) -> int:
        """Put new wraps in the place of held ones that are still there as they were; return how many were."""
        rows = (
            (held.row_id, (held.wrapped.key_id, held.wrapped.data), (new.key_id, new.data)) for held, new in exchanges
        )
        return text_rows.WRAPS.exchange(tx, rows)

    def counts(self, tx: Tx) -> dict[str, int]:
        """Return how many of these wraps each key has, by the key's id."""
        return text_rows.WRAPS.counts(tx)

    def keep_still(self, tx: Tx) -> None:
        """Let nobody add or change wraps of this kind until the transaction ends."""
        text_rows.WRAPS.keep_still(tx)


WRAPS = (OutcomeWraps(),)
"""Everything in this room that a key of the key service wraps."""
