"""Checking the heads of a log, those in its database and those kept elsewhere, while its leaves go by."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from safelight.audit import store
from safelight.audit.head import Head, log_origin, parse_head
from safelight.audit.heading import note_keys, told_size
from safelight.audit.note import open_note
from safelight.audit.report import FaultKind, Faults
from safelight.audit.tree import Frontier
from safelight.database.installation import installation_id
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue

_NEVER = 2**63


class HeadChecking:
    """Holds heads against the tree as it grows. Heads of the database are read as the tree reaches them."""

    def __init__(self, tx: Tx, public_keys: tuple[bytes, ...], faults: Faults) -> None:
        self._origin, self._keys = log_origin(installation_id(tx)), note_keys(tx, public_keys)
        self._faults = faults
        self._rows = store.stream_heads(tx)
        self._next = next(self._rows, None)
        self._kept: dict[int, list[Head]] = {}
        self._unlisted: set[str] = set()
        self._heads_minus_entries: Counter[int] = Counter()
        self._fitting_size, self._is_misfit = 0, False
        self.checked = self.kept_checked = 0
        self.next_size = 0

    def keep(self, notes: Iterable[str]) -> None:
        """Take the heads that were kept elsewhere."""
        for note in notes:
            try:
                head = self._open(note)
            except InvalidValue as error:
                self._faults.blame(FaultKind.KEPT_HEAD_REFUSED, f"A kept head counts for nothing: {error}.")
                continue
            self._kept.setdefault(head.size, []).append(head)
            self._unlisted.add(head.text())

    def reach(self, tree: Frontier) -> None:
        """Check the heads of the tree's present size, and say in `next_size` when to come again."""
        while self._next is not None and _number(self._next[0]) <= tree.size:
            self._check_listed(self._next[0], self._next[1], tree)
            self._next = next(self._rows, None)
        for head in self._kept.pop(tree.size, ()):
            if head.root == tree.root():
                self.kept_checked += 1
            else:
                text = f"The first {head.size} leaves are not those that the kept head of this size was signed over"
                self._faults.blame(FaultKind.LEAVES_CHANGED, f"{text}{self._since()}.", leaf=self._fitting_size)
        self.next_size = min(_number(self._next[0]) if self._next else _NEVER, min(self._kept, default=_NEVER))

    def tell(self, target: object) -> None:
        """Take note of an entry that tells that a head was signed."""
        size = told_size(target)
        if size is not None:
            self._tally(size, -1)

    def finish(self, size: int) -> None:
        """Check what is left when every leaf went by."""
        while self._next is not None:
            if _number(self._next[0]) < _NEVER:
                text = f"A head of {self._next[0]} leaves was signed, and the log has only {size}."
                self._faults.blame(FaultKind.LOG_CUT, text, leaf=size)
                self._tally(self._next[0], 1)
                self._unlisted.discard(_text(self._next[1]))
            else:
                self._faults.blame(FaultKind.HEAD_CHANGED, "A signed head was changed: its size is no number.")
            self._next = next(self._rows, None)
        for kept in sorted(self._kept):
            text = f"A kept head covers {kept} leaves, and the log has only {size}: it was cut."
            self._faults.blame(FaultKind.LOG_CUT, text, leaf=size)
        for _ in self._unlisted:
            self._faults.blame(FaultKind.HEAD_MISSING, "A kept head is not among the heads of the database any more.")
        self._compare_with_entries()

    def _open(self, note: str, *, is_alone: bool = False) -> Head:
        head = parse_head(open_note(note, self._keys, is_alone=is_alone))
        if head.origin != self._origin:
            raise InvalidValue("it is of another log")
        return head

    def _check_listed(self, size: Any, note: Any, tree: Frontier) -> None:
        self._tally(size, 1)
        try:
            head = self._open(note, is_alone=True)
        except (InvalidValue, AttributeError, TypeError) as error:
            self._faults.blame(FaultKind.HEAD_CHANGED, f"The head of {size} leaves does not hold: {error}.", leaf=size)
            return
        self._unlisted.discard(head.text())
        if head.size != size:
            text = f"The head of {head.size} leaves is listed under {size}."
            self._faults.blame(FaultKind.HEAD_CHANGED, text, leaf=size)
        elif head.root == tree.root():
            self.checked += 1
            self._fitting_size = size
        elif not self._is_misfit:  # every later one does not fit either
            self._is_misfit = True
            text = f"The first {size} leaves are not those that the head of this size was signed over{self._since()}."
            self._faults.blame(FaultKind.LEAVES_CHANGED, text, leaf=self._fitting_size)

    def _since(self) -> str:
        return f"; the first {self._fitting_size} still are" if self._fitting_size else ""

    def _tally(self, size: int, by: int) -> None:
        self._heads_minus_entries[size] += by
        if not self._heads_minus_entries[size]:
            del self._heads_minus_entries[size]

    def _compare_with_entries(self) -> None:
        for size, excess in sorted(self._heads_minus_entries.items()):
            if excess > 0:
                text = f"A head of {size} leaves is listed of which no entry tells."
                self._faults.blame(FaultKind.HEAD_CHANGED, text, leaf=size)
            else:
                text = f"An entry tells of a signed head of {size} leaves, and there is none."
                self._faults.blame(FaultKind.HEAD_MISSING, text, leaf=size)


def _number(size: object) -> int:
    return size if isinstance(size, int) else _NEVER


def _text(note: object) -> str:
    return note.rpartition("\n\n")[0] + "\n" if isinstance(note, str) else ""
