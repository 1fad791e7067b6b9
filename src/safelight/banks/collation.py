"""Bringing a list into order before anything is stored: every line checked, sorted, repeated lines found."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from safelight.banks.entry import NewEntry, StagedRow, staged_row
from safelight.banks.exchanges.interface import Rejected
from safelight.database.scratch import Scratch
from safelight.errors import InvalidValue, ListRefused

SHOWN_FAULTS = 20
_CHUNK_SIZE = 300


class Collation:
    """Gathers the entries of one list on disk, then gives each distinct one once, sorted by identity.

    Sorted, because inserting millions of rows in the order of the index touches each page of it once; memory stays
    bounded whatever the length of the list.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._faults: list[Rejected] = []
        self._fault_count = 0
        self.entries = 0
        self.duplicates = 0

    @staticmethod
    def scratch() -> Scratch:
        """Return the throw-away table that a collation needs: sorted by identity, then line."""
        return Scratch(width=len(StagedRow._fields), sorted_by=2)

    def gather(self, items: Iterable[NewEntry | Rejected]) -> None:
        """Take every line of a list. Raises `ListRefused` if any was rejected, or if there was none at all."""
        rows = self._rows(items)
        while chunk := list(islice(rows, _CHUNK_SIZE)):
            self._scratch.add(chunk)
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

        Sorting comes first and may take minutes; `on_work` is called again and again meanwhile.
        Raises `ListRefused` at the end if lines give different values under one key; nothing after the first such pair
        is given, so that whoever stages the rows does no needless work.
        """
        rows = map(StagedRow._make, chain.from_iterable(self._scratch.sorted_rows(_CHUNK_SIZE, on_work)))
        last = next(rows, None)
        for row in rows:
            if last is not None and row.identity == last.identity:
                self._compare(last, row)
            elif last is not None and not self._fault_count:
                yield last
            last = row
        self._refuse_if_faulty()
        if last is not None:
            yield last

    def _compare(self, row: StagedRow, repeated: StagedRow) -> None:
        self.duplicates += 1
        if row.value != repeated.value:
            self._note(Rejected(line=repeated.line, reason=f"another value for the key of line {row.line}"))

    def _rows(self, items: Iterable[NewEntry | Rejected]) -> Iterator[StagedRow]:
        for item in items:
            if isinstance(item, Rejected):
                self._note(item)
                continue
            try:
                row = staged_row(item)
            except InvalidValue as error:
                self._note(Rejected(line=item.line, reason=str(error)))
                continue
            self.entries += 1
            yield row

    def _note(self, fault: Rejected) -> None:
        self._fault_count += 1
        if len(self._faults) < SHOWN_FAULTS:
            self._faults.append(fault)

    def _refuse_if_faulty(self) -> None:
        if not self._fault_count:
            return
        shown = [f"  line {fault.line}: {fault.reason}" for fault in self._faults]
        if self._fault_count > len(shown):
            shown.append(f"  and {self._fault_count - len(shown)} more")
        raise ListRefused("\n".join([f"{self._fault_count} lines cannot be taken, so nothing was taken:", *shown]))


def chunks(rows: Iterator[StagedRow], size: Iterable[int]) -> Iterator[list[StagedRow]]:
    """Cut rows into lists; each next length is asked of `size`."""
    for length in size:
        chunk = list(islice(rows, length))
        if not chunk:
            return
        # In the order of the list again: a short list then keeps the order that people know.
        chunk.sort(key=lambda row: row.line or 0)
        yield chunk
