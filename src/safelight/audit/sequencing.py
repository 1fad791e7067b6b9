"""Giving entries their leaves: one process at a time, in an order in which no effect stands before its cause.

Entries get their leaves in turns. A turn takes everything that is committed and waits, in the order of the entries'
numbers. An entry that was written when another was already committed has a higher number than that one, and no turn can
see it without seeing the other: so its leaf comes later, always. Between entries of transactions that were open at the
same time the order is that of their commits, to within one turn.
"""

from safelight.audit import store
from safelight.audit.boundary import AuditBoundary
from safelight.audit.raw_entry import RawEntry
from safelight.audit.tree import Frontier
from safelight.boundary import Reach, unwatched
from safelight.database.lock import Lock, take_lock
from safelight.database.transaction import Tx
from safelight.errors import DatabaseUnusable

_AT_ONCE = 5_000


def number_waiting(tx: Tx, *, most: int | None = None, reach: Reach = unwatched) -> int:
    """Give the entries that wait their leaves, at most so many, and return how many got one.

    Takes a lock until the transaction ends. Raises `DatabaseUnusable` where the tables of the log contradict each
    other: nothing is built on a log that is damaged.
    """
    take_lock(tx, Lock.AUDIT_LEAVES)
    frontier = read_frontier(tx)
    total, left = 0, _AT_ONCE
    while left:
        left = min(_AT_ONCE, _AT_ONCE if most is None else most - total)
        rows = store.waiting_entries(tx, left) if left else []
        if rows:
            _add(tx, frontier, rows)
        total += len(rows)
        if len(rows) < left:
            break
    if total:
        reach(AuditBoundary.LEAVES_ADDED)
        store.set_tree(tx, frontier.size, frontier.packed())
        reach(AuditBoundary.TREE_MOVED)
    return total


def is_anything_waiting(tx: Tx) -> bool:
    """Whether an entry has no leaf yet: to look first costs no writer anything."""
    return store.is_anything_waiting(tx)


def _add(tx: Tx, frontier: Frontier, rows: list[RawEntry]) -> None:
    first, leaves = frontier.size, [(row.id, _leaf(row)) for row in rows]
    store.add_leaves(tx, first, leaves)
    for _, leaf in leaves:
        frontier.push(leaf)


def _leaf(row: RawEntry) -> bytes:
    try:
        return row.leaf()
    except (ValueError, TypeError, AttributeError) as error:
        raise DatabaseUnusable(
            f"The audit entry {row.id} was damaged before it got its leaf. No entry after it gets one. Restore the "
            "database from a backup, or find out with `safelight audit verify` what else is damaged."
        ) from error


def read_frontier(tx: Tx) -> Frontier:
    """Return the tree as far as the log has come. Raises `DatabaseUnusable` where it does not fit the leaves."""
    rows = store.tree_rows(tx)
    try:
        frontier = Frontier.unpacked(rows[0][1], rows[0][2]) if rows else Frontier()
    except (ValueError, TypeError) as error:
        raise _contradiction() from error
    if len(rows) > 1 or frontier.size != store.next_leaf(tx):
        raise _contradiction()
    return frontier


def _contradiction() -> DatabaseUnusable:
    return DatabaseUnusable(
        "The tables of the audit log contradict each other, so no entry gets a leaf: somebody changed them, or the "
        "database is damaged. Nothing was changed. `safelight audit verify` says what is wrong."
    )
