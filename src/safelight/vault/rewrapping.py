"""The wrapped keys that the vault holds: found and exchanged when keys are rotated. No sealed byte is touched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from safelight.database.transaction import Tx
from safelight.database.wrap_columns import WrapColumns
from safelight.keys.held_wrap import HeldWrap
from safelight.keys.interface import Wrapped
from safelight.vault.store.wrap_rows import OCCURRENCES, SECRETS, SPOOLS
from safelight.vault.wrap_context import evidence_context, secret_context, spool_context


@dataclass(frozen=True, slots=True)
class VaultWraps:
    """The wraps of one kind. `name` is what a person calls them."""

    name: str
    _table: WrapColumns
    _context_of: Callable[[str], bytes]

    def page(self, tx: Tx, *, other_than: str, after: str, limit: int) -> list[HeldWrap]:
        """Return up to `limit` wraps by any key but `other_than`, from after a row on. "" is before the first."""
        found = self._table.page(tx, other_than=other_than, after=after, limit=limit)
        return [
            HeldWrap(row_id=row, wrapped=Wrapped(key_id=key_id, data=data), context=self._context_of(row))
            for row, (key_id, data) in found
        ]

    def exchange(self, tx: Tx, exchanges: Sequence[tuple[HeldWrap, Wrapped]]) -> int:
        """Put new wraps, of which there is at least one, in the place of held ones; return how many were.

        Left out is what is not there any more as it was held: it was destroyed, or exchanged by another. So nothing
        that was destroyed meanwhile comes back.
        """
        return self._table.exchange(
            tx,
            (
                (held.row_id, (held.wrapped.key_id, held.wrapped.data), (new.key_id, new.data))
                for held, new in exchanges
            ),
        )

    def counts(self, tx: Tx) -> dict[str, int]:
        """Return how many of these wraps each key has, by the key's id."""
        return self._table.counts(tx)

    def keep_still(self, tx: Tx) -> None:
        """Let nobody add or change wraps of this kind until the transaction ends."""
        self._table.keep_still(tx)


WRAPS = (
    VaultWraps("evidence", OCCURRENCES, evidence_context),
    VaultWraps("spools", SPOOLS, spool_context),
    VaultWraps("secrets of the vault", SECRETS, secret_context),
)
"""Everything in the vault that a key of the key service wraps."""
