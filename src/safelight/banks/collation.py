"""Bringing a list into order before anything is stored: every line checked, sorted, repeated lines found."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from operator import itemgetter

from safelight.banks.entry import NewEntry, StagedRow, staged_row
from safelight.banks.entry_block import EntryBlock, staged_rows
from safelight.banks.exchanges.interface import PLURALS, Item, ListHead, Rejected, Unit
from safelight.database.buckets import Buckets, Row
from safelight.errors import InvalidValue, ListRefused

SHOWN_FAULTS = 20
_CHUNK_SIZE, _CHUNK_BYTES = 300, 1 << 20
_IDENTITY = itemgetter(0)
_as_row = partial(tuple.__new__, StagedRow)  # what `StagedRow._make` does, at a third of the cost


class Collation:
    """Gathers the entries of one list on disk, then gives each distinct one once, sorted by identity.

    Sorted, because inserting millions of rows in the order of the index touches each page of it once; memory stays
    bounded whatever the length of the list. `unit` is what the list's items are called: lines, or entries. `check_head`
    is given what the list says of its bank, before any entry, and may refuse it.
    """

    def __init__(
        self, scratch: Buckets, *, unit: Unit = Unit.LINE, check_head: Callable[[ListHead], None] | None = None
    ) -> None:
        self._scratch = scratch
        self._unit = unit
        self._check_head = check_head
        self._waiting: list[Row] = []
        self._waiting_bytes = 0
        self._faults: list[Rejected] = []
        self._fault_count = 0
        self.entries = 0
        self.duplicates = 0
        self.head: ListHead | None = None

    @staticmethod
    def scratch() -> Buckets:
        """Return the throw-away table that a collation needs: sorted by identity, then as the list has it."""
        return Buckets(width=len(StagedRow._fields))

    def gather(self, items: Iterable[Item]) -> None:
        """Take every item of a list. Raises `ListRefused` if any was rejected, or if there was no entry at all."""
        for item in items:
            match item:
                case EntryBlock():
                    self._take_block(item)
                case NewEntry():
                    self._take(item)
                case Rejected():
                    self._note(item)
                case ListHead():
                    self._take_head(item)
        self._flush()
        self._refuse_if_faulty()
        if not self.entries:
            raise ListRefused("The list holds no entry. Nothing was taken.")

    def require_at_least(self, expected: int) -> None:
        """Raise `ListRefused` when the list holds fewer entries than it should."""
        if self.entries < expected:
            raise ListRefused(
                f"The list holds {self.entries} entries where at least {expected} were expected: it may be cut short. "
                "Nothing was taken."
            )

    def distinct_rows(self, on_work: Callable[[], None] | None = None) -> Iterator[StagedRow]:
        """Give one row for each identity: of lines that repeat it, the last.

        `on_work` is called again and again, before the first row too.
        Raises `ListRefused` at the end if lines give different values under one key; nothing after the first such pair
        is given, so that whoever stages the rows does no needless work.
        """
        return map(_as_row, chain.from_iterable(self._distinct_lists(on_work)))

    def _distinct_lists(self, on_work: Callable[[], None] | None) -> Iterator[list[Row]]:
        last: list[Row] = []
        for rows in self._scratch.sorted_rows(on_work):
            *distinct, end = self._distinct(last + rows)
            last = [end]
            if not self._fault_count:
                yield distinct
        self._refuse_if_faulty()
        yield last

    def _distinct(self, rows: list[Row]) -> list[Row]:
        """Return sorted rows without those that a later one repeats."""
        if len(set(map(_IDENTITY, rows))) == len(rows):
            return rows
        distinct: list[Row] = []
        for row in rows:
            if distinct and distinct[-1][0] == row[0]:
                self._compare(_as_row(distinct.pop()), _as_row(row))
            distinct.append(row)
        return distinct

    def _compare(self, row: StagedRow, repeated: StagedRow) -> None:
        self.duplicates += 1
        if row.value != repeated.value:
            self._note(Rejected(line=repeated.line, reason=f"another value for the key of {self._unit} {row.line}"))

    def _take_block(self, block: EntryBlock) -> None:
        self._flush()
        try:
            rows = staged_rows(block)
        except InvalidValue:
            for entry in block.entries():
                self._take(entry)
        else:
            self.entries += len(rows)
            self._scratch.add(rows)

    def _take(self, entry: NewEntry) -> None:
        try:
            self._waiting.append(tuple(staged_row(entry)))
        except InvalidValue as error:
            self._note(Rejected(line=entry.line, reason=str(error)))
            return
        self.entries += 1
        self._waiting_bytes += len(entry.value)
        if len(self._waiting) >= _CHUNK_SIZE or self._waiting_bytes >= _CHUNK_BYTES:
            self._flush()

    def _take_head(self, head: ListHead) -> None:
        if self._check_head is not None:
            self._check_head(head)
        self.head = head

    def _flush(self) -> None:
        """Hand over the entries that came one by one, in the order in which they came."""
        self._scratch.add(self._waiting)
        self._waiting = []
        self._waiting_bytes = 0

    def _note(self, fault: Rejected) -> None:
        self._fault_count += 1
        if len(self._faults) < SHOWN_FAULTS:
            self._faults.append(fault)

    def _refuse_if_faulty(self) -> None:
        if not self._fault_count:
            return
        shown = [f"  {self._unit} {fault.line}: {fault.reason}" for fault in self._faults]
        if self._fault_count > len(shown):
            shown.append(f"  and {self._fault_count - len(shown)} more")
        raise ListRefused(
            "\n".join([f"{self._fault_count} {PLURALS[self._unit]} cannot be taken, so nothing was taken:", *shown])
        )


def chunks(rows: Iterator[StagedRow], size: Iterable[int]) -> Iterator[list[StagedRow]]:
    """Cut rows into lists; each next length is asked of `size`."""
    for length in size:
        chunk = list(islice(rows, length))
        if not chunk:
            return
        # In the order of the list again: a short list then keeps the order that people know.
        chunk.sort(key=lambda row: row.line or 0)
        yield chunk
