"""Keeping tables still: nobody writes to them until the transaction ends."""

from collections.abc import Iterable

from sqlalchemy import text

from safelight.database.transaction import Tx

_PATIENCE_MS = 500


def keep_still(tx: Tx, tables: Iterable[str]) -> None:
    """Wait for the writers of these tables, and let later ones wait for the end of this transaction. Readers go on.

    Raises `DatabaseUnusable`, through the transaction, where a writer does not end within half a second: before the
    database would take the two for a deadlock and stop one of them, be it the other.

    What a question sees after this is all that was ever committed, and it stays so. On SQLite a transaction that
    writes has been alone since it began.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text(f"SET LOCAL lock_timeout = {_PATIENCE_MS}"))
        for name in sorted(tables):  # in one order, so that two who do this never wait for each other
            quoted = tx.dialect.identifier_preparer.quote(name)
            tx.execute(text(f"LOCK TABLE {quoted} IN SHARE ROW EXCLUSIVE MODE"))
        tx.execute(text("SET LOCAL lock_timeout = DEFAULT"))
