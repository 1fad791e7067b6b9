"""Wrong tries in the database."""

from datetime import datetime

from sqlalchemy import delete, select, update

from safelight.access.signing_in.tries import Tries
from safelight.access.store.sign_in_tables import tries
from safelight.database.transaction import Tx
from safelight.database.upsert import insert_into


def lock(tx: Tx, key: bytes, now: datetime) -> Tries:
    """Return the wrong tries under a key, and let others who ask for them wait for the end of this transaction."""
    first = insert_into(tx, tries).values(key=key, failures=0, failed_at=now, forgotten_at=now)
    # One statement: between two, somebody could remove the row.
    locking = first.on_conflict_do_update(index_elements=[tries.c.key], set_={"failures": tries.c.failures})
    row = tx.execute(locking.returning(tries.c.failures, tries.c.failed_at)).one()
    return Tries(failures=row.failures, failed_at=row.failed_at)


def put(tx: Tx, key: bytes, failures: int, *, at: datetime, forgotten_at: datetime) -> None:
    """Keep how many wrong tries there were, when the last one was, and when all of them count no longer."""
    values = {"failures": failures, "failed_at": at, "forgotten_at": forgotten_at}
    tx.execute(update(tries).where(tries.c.key == key).values(values))


def forgive(tx: Tx, key: bytes, *, all_: bool) -> None:
    """Take back one try, which was no wrong one, or all of them."""
    left = 0 if all_ else tries.c.failures - 1
    tx.execute(update(tries).where(tries.c.key == key, tries.c.failures > 0).values(failures=left))


def count(tx: Tx, key: bytes) -> int:
    """Return how many wrong tries there are under a key."""
    return tx.execute(select(tries.c.failures).where(tries.c.key == key)).scalar_one_or_none() or 0


def note_alarm(tx: Tx, key: bytes, at: datetime, before: datetime) -> bool:
    """Take note of an alarm; False where one was raised after `before`."""
    quiet = (tries.c.alarmed_at.is_(None)) | (tries.c.alarmed_at <= before)
    return tx.execute(update(tries).where(tries.c.key == key, quiet).values(alarmed_at=at)).rowcount == 1


def remove_old(tx: Tx, before: datetime) -> int:
    """Remove tries that count no longer since before a moment; return how many."""
    return tx.execute(delete(tries).where(tries.c.forgotten_at < before)).rowcount
