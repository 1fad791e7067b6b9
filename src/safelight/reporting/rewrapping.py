"""The wraps of reports' keys, and of what sets destinations up: found and exchanged when keys are rotated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.held_wrap import HeldWrap
from safelight.keys.interface import Wrapped
from safelight.reporting.report_key import key_context
from safelight.reporting.sealed_setup import setup_context
from safelight.reporting.store import report_rows, setup_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWraps:
    """The wraps of one table of this room. `context_of` says what binds a wrap to its row."""

    name: str
    columns: WrapColumns
    context_of: Callable[[str], bytes]

    def page(self, tx: Tx, *, other_than: str, after: str, limit: int) -> list[HeldWrap]:
        """Return up to `limit` wraps by any key but `other_than`, from after a row on. "" is before the first."""
        found = self.columns.page(tx, other_than=other_than, after=after, limit=limit)
        return [
            HeldWrap(row_id=row, wrapped=Wrapped(key_id=key_id, data=data), context=self.context_of(row))
            for row, (key_id, data) in found
        ]

    def exchange(self, tx: Tx, exchanges: Sequence[tuple[HeldWrap, Wrapped]]) -> int:
        """Put new wraps in the place of held ones that are still there as they were; return how many were."""
        rows = (
            (held.row_id, (held.wrapped.key_id, held.wrapped.data), (new.key_id, new.data)) for held, new in exchanges
        )
        return self.columns.exchange(tx, rows)

    def counts(self, tx: Tx) -> dict[str, int]:
        """Return how many of these wraps each key has, by the key's id."""
        return self.columns.counts(tx)

    def keep_still(self, tx: Tx) -> None:
        """Let nobody add or change wraps of this kind until the transaction ends."""
        self.columns.keep_still(tx)


WRAPS = (
    ReportWraps(name="reports", columns=report_rows.WRAPS, context_of=key_context),
    ReportWraps(name="secrets of destinations", columns=setup_rows.WRAPS, context_of=setup_context),
)
"""Everything in this room that a key of the key service wraps."""
