"""Checking the whole log: every entry against its leaf, every leaf against the tree and every head, in one pass.

Memory stays bounded however long the log is. The reader's transaction sees one moment of it; writers go on.
"""

from collections.abc import Iterable, Sequence

from safelight.audit import store
from safelight.audit.erasing import ERASE_VERB, told_count
from safelight.audit.head_checking import HeadChecking
from safelight.audit.heading import SIGN_VERB
from safelight.audit.raw_entry import RawEntry
from safelight.audit.report import FaultKind, Faults, Report
from safelight.audit.tree import HASH_BYTES, Frontier
from safelight.database.raw_rows import microseconds, untrusted
from safelight.database.transaction import Tx

_MOST_RUNS = 20


def verify(tx: Tx, *, public_keys: Sequence[bytes], kept_heads: Iterable[str] = ()) -> Report:
    """Check the log of this database and say all that is wrong with it.

    `public_keys` are those of this installation's heads, raw Ed25519. `kept_heads` are notes that the operator kept
    elsewhere: what they cover cannot have been changed, removed, reordered or cut without being found. Faults are
    findings; raises `DatabaseUnusable` only where the database cannot be read.
    """
    with untrusted(tx):
        return _Checking(tx, tuple(public_keys)).check(kept_heads)


class _Checking:
    """One check of one log, and what it found so far."""

    def __init__(self, tx: Tx, public_keys: tuple[bytes, ...]) -> None:
        self._tx = tx
        self._faults = Faults()
        self._heads = HeadChecking(tx, public_keys, self._faults)
        self._tree = Frontier()
        self._erased = self._told_erased = self._waiting = 0
        self._waiting_since: int | None = None

    def check(self, kept_heads: Iterable[str]) -> Report:
        self._heads.keep(kept_heads)
        self._heads.reach(self._tree)
        self._check_leaves()
        self._check_tree()
        self._check_without_leaf()
        self._check_waiting()
        self._heads.finish(self._tree.size)
        self._check_erased()
        return self._report()

    def _check_leaves(self) -> None:
        """Go over every leaf with its entry, in order."""
        tree, heads, expected = self._tree, self._heads, 0
        for rows in store.stream_leaves(self._tx):
            for number, entry_id, leaf, *columns in rows:
                if number != expected:
                    self._blame_gap(expected, number)
                    expected = number if isinstance(number, int) else expected
                expected += 1
                self._check_leaf(number, entry_id, leaf, RawEntry._make(columns))
                tree.push(leaf if isinstance(leaf, bytes) and len(leaf) == HASH_BYTES else bytes(HASH_BYTES))
                if tree.size >= heads.next_size:
                    heads.reach(tree)

    def _blame_gap(self, expected: int, number: object) -> None:
        if isinstance(number, int) and number > expected:
            text = f"The leaves {expected} to {number - 1} are gone."
            self._faults.blame(FaultKind.LEAVES_MISSING, text, leaf=expected)
        else:
            text = f"Leaf {number} stands where leaf {expected} should."
            self._faults.blame(FaultKind.LEAVES_CHANGED, text, leaf=expected)

    def _check_leaf(self, number: object, entry_id: object, leaf: object, entry: RawEntry) -> None:
        if entry.id is None:
            text = f"Entry {entry_id} is gone; its leaf {number} is still there."
            self._faults.blame(FaultKind.ENTRY_MISSING, text, entry=entry_id, leaf=number)
            return
        if _leaf_of(entry) != leaf:
            text = f"Entry {entry_id} is not what leaf {number} was made of: the entry or its leaf was changed."
            self._faults.blame(FaultKind.ENTRY_CHANGED, text, entry=entry_id, leaf=number)
        self._check_record(entry)

    def _check_record(self, entry: RawEntry) -> None:
        """Check the reason and details of an entry, and take note of what it tells of the log itself."""
        if entry.salt is None and entry.is_erased:
            self._erased += 1
        elif not entry.is_record_sound():
            text = f"The reason, the details or the salt of entry {entry.id} were changed, or erased in part."
            self._faults.blame(FaultKind.RECORD_CHANGED, text, entry=entry.id)
        if entry.verb == SIGN_VERB:
            self._heads.tell(entry.target)
        elif entry.verb == ERASE_VERB:
            self._told_erased += told_count(entry.target)

    def _check_tree(self) -> None:
        rows, size = store.tree_rows(self._tx), self._tree.size
        is_fresh = not rows and not size
        if not is_fresh and rows != [(1, size, self._tree.packed())]:
            text = f"The row that says how far the log has come does not fit its {size} leaves."
            self._faults.blame(FaultKind.TREE_CHANGED, text)

    def _check_without_leaf(self) -> None:
        for rows in store.stream_without_leaf(self._tx):
            for is_waiting, *columns in rows:
                entry = RawEntry._make(columns)
                self._check_record(entry)
                if is_waiting:
                    self._wait(entry)
                else:
                    text = (
                        f"Entry {entry.id} has no leaf and does not wait for one: it was slipped in, or its leaf cut."
                    )
                    self._faults.blame(FaultKind.ENTRY_STRAY, text, entry=entry.id)

    def _wait(self, entry: RawEntry) -> None:
        self._waiting += 1
        try:
            at = microseconds(entry.at)
        except ValueError:
            text = f"The time of entry {entry.id}, which waits for its leaf, is none."
            self._faults.blame(FaultKind.ENTRY_CHANGED, text, entry=entry.id)
        else:
            self._waiting_since = at if self._waiting_since is None else min(at, self._waiting_since)

    def _check_waiting(self) -> None:
        for entry_id in store.wrongly_waiting(self._tx, _MOST_RUNS):
            text = f"Entry {entry_id} waits for a leaf though it has one, or though there is no such entry."
            self._faults.blame(FaultKind.WAITING_CHANGED, text, entry=entry_id)

    def _check_erased(self) -> None:
        if self._erased != self._told_erased:
            text = f"{self._erased} records are erased, and the log tells of {self._told_erased}."
            self._faults.blame(FaultKind.RECORDS_VANISHED, text)

    def _report(self) -> Report:
        count, last = store.count_numbers(self._tx)
        return Report(
            size=self._tree.size,
            root=self._tree.root(),
            faults=tuple(self._faults.first),
            fault_count=self._faults.count,
            waiting=self._waiting,
            waiting_since=self._waiting_since,
            unused=tuple(store.unused_numbers(self._tx, _MOST_RUNS)) if last > count else (),
            unused_count=max(0, last - count),
            erased=self._erased,
            heads=self._heads.checked,
            kept_heads=self._heads.kept_checked,
        )


def _leaf_of(entry: RawEntry) -> bytes | None:
    try:
        return entry.leaf()
    except (ValueError, TypeError, AttributeError):
        return None
