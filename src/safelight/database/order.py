"""Numbers that grow in the order of commits."""

from sqlalchemy import text

from safelight.database.transaction import Tx

_ORDER_LOCK = 0x5AFE12


def await_turn(tx: Tx) -> None:
    """Wait until no other transaction that took its turn is still open, and let the later ones wait for this one.

    A row number that is taken after this, in the same transaction, is higher than every such number committed before
    and lower than every one committed later; so whoever has read up to a number has read everything below it. Take it
    last: all that take a turn wait for each other from here to the end of the transaction.

    A sequence of PostgreSQL alone does not do this: it gives numbers in the order in which they are asked for, and a
    lower one may be committed after a higher one was read.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ORDER_LOCK})
    # A transaction that writes to SQLite has been alone since it began.
