"""Questions to the audit log."""

from safelight.audit import store
from safelight.audit.entry import AuditEntry
from safelight.database.transaction import Tx


def page_entries(tx: Tx, *, after_id: int = 0, limit: int = 100, target: str | None = None) -> list[AuditEntry]:
    """Return up to `limit` entries after `after_id`, oldest first; with `target`, only those about it."""
    return store.page(tx, after_id=after_id, limit=limit, target=target)


def count_waiting(tx: Tx) -> int:
    """Return how many entries wait for their place in the log."""
    return store.count_waiting(tx)
