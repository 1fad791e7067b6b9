"""Following the banks: what is searched, kept in step with the database by its change log."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from safelight.banks import queries as banks
from safelight.banks.bank import Bank
from safelight.banks.change import BEGINNING, Change, ChangeKind, Position
from safelight.banks.control import EntryControl
from safelight.banks.entry_state import EntryState
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.errors import DatabaseUnusable, IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.fault import name_fault
from safelight.matching.freshness import Freshness
from safelight.matching.index import Index
from safelight.matching.live_controls import LiveControls
from safelight.matching.saved import Mark, SavedIndexes
from safelight.matching.shelf import FrozenShelf, Row, Shelf

SAVE_ABOVE = 20_000
"""Changes since the last file that make it worth another one, at the least: reading so many takes some 30 ms."""

_SAVE_SHARE = 32
_SAVE_AGAIN_AFTER_S = 5
_FOLD_SHARE = 4
"""So many times more than what is worth a file is folded in memory, while another process is said to be saving one."""

_STALE_S = 30
_STALE_TURNS = 3
_LOOK_EVERY_S = 0.3
_NO_ANSWER = "the database did not answer"
_AT_ONCE = 10_000

Tell = Callable[[str], None]
"""Is told, in a sentence, what somebody should know and what no result says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a follower has: every bank, the controls of single entries, and the shelves.

    Banks are those of one moment; controls and shelves go on changing. While many entries are taken in, the banks are
    newer than `position`, up to which the shelves hold everything.
    """

    position: Position
    banks: Mapping[int, Bank]
    controls: Mapping[int, EntryControl]
    shelves: Mapping[SignalType, Shelf]


class Follower:
    """Keeps shelves in step with the database: opened once, then caught up by whoever asks, or by a thread of its own.

    `notes` says what was out of the ordinary, such as a saved index that was refused, in sentences; `tell` is told each
    of them when it happens, perhaps from another thread.

    While it takes in a long list, what needs none of it counts within a second all the same: banks and their policies,
    controls, and single entries that were switched off or withdrawn.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        saved: SavedIndexes,
        *,
        flavour: Flavour,
        save_above: int = SAVE_ABOVE,
        tell: Tell = lambda _: None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._saved = saved
        self._flavour = flavour
        self._save_above = save_above
        self._tell = tell
        self._busy = threading.Lock()
        self._marks: dict[SignalType, Mark | None] = {}
        self._timed: set[tuple[int, datetime]] = set()
        self._controls = LiveControls()
        self._refused: set[SignalType] = set()
        self._saving: threading.Thread | None = None
        self._save_again_at = 0.0
        self._following: threading.Thread | None = None
        self._stopped = threading.Event()
        self._stale_s: float = _STALE_S
        self._last_error = _NO_ANSWER
        self.notes: list[str] = []
        self._holdings = Holdings(position=BEGINNING, banks={}, controls=self._controls, shelves={})
        self._looked_at = BEGINNING
        self._look_again_at = 0.0
        self._newest: tuple[Mapping[int, Bank], Mapping[int, EntryControl]] = {}, {}
        self._gone: dict[int, EntryState] = {}
        self._in_work: list[Shelf] = []
        files = self._newer_files()  # before the transaction: what they know, it must see
        with read(engine) as tx:
            self._installation = banks.installation_id(tx)
            self._holdings = self._renewed(tx, {}, files, clock.now())
        self._hear()
        self._save_what_grew()

    @property
    def holdings(self) -> Holdings:
        """What the follower has now. Raises `DatabaseUnusable` if it could not follow for half a minute or three turns.

        Lists that are not followed any more would let through what was added and match what was withdrawn. Catching up
        with a list of millions may take longer than that: meanwhile what was there before goes on being searched.
        """
        if self._following is not None and time.monotonic() - self._heard_at > self._stale_s:
            raise DatabaseUnusable(
                f"The banks could not be followed for {self._stale_s:g} seconds: {self._last_error.rstrip('.')}. "
                "Nothing was matched. Check the database's connection and its disk; following goes on by itself."
            )
        return self._holdings

    @property
    def freshness(self) -> Freshness:
        """How fresh is what is searched, and how much it is: told too while following fails."""
        held = self._holdings
        return Freshness(
            silent_s=time.monotonic() - self._heard_at,
            position=held.position,
            entries={
                (bank.name, signal_type): shelf.counts[bank.id]
                for bank in held.banks.values()
                for signal_type, shelf in held.shelves.items()
            },
        )

    def catch_up(self) -> None:
        """Apply what was committed since the last time. Raises `DatabaseUnusable`; nothing is lost by that."""
        with self._busy:
            files = self._newer_files()
            with read(self._engine) as tx:
                now = self._clock.now()
                if files or self._is_due(now) or banks.last_position(tx) != self._holdings.position:
                    self._holdings = self._renewed(tx, self._holdings.shelves, files, now)
            self._hear()
            self._save_what_grew()

    def follow(self, every_s: float) -> None:
        """Catch up again and again in a thread of its own, until `close`."""
        self._stale_s = max(_STALE_S, _STALE_TURNS * every_s)
        self._following = threading.Thread(target=self._keep_following, args=(every_s,), name="follow", daemon=True)
        self._following.start()

    def close(self) -> None:
        """Stop following; a file that is being saved is finished."""
        self._stopped.set()
        if self._following is not None:
            self._following.join()
        if self._saving is not None:  # looked at only now: the other thread may have begun to save
            self._saving.join()

    def _keep_following(self, every_s: float) -> None:
        while not self._stopped.wait(every_s):
            try:
                self.catch_up()
            except DatabaseUnusable as error:
                self._fail(str(error))
            except MemoryError:
                self._fail("There is no memory to follow the banks. Following goes on as soon as there is.")
            except Exception as error:  # noqa: BLE001 - whatever it is, a thread that ends would never follow again
                self._fail(f"The banks could not be followed ({name_fault(error)}). It is tried again.")

    def _fail(self, text: str) -> None:
        self._last_error = text
        self._note(text)

    def _is_due(self, now: datetime) -> bool:
        is_half_done = any(not shelf.is_whole for shelf in self._holdings.shelves.values())
        return is_half_done or any(until <= now for _, until in self._timed)

    def _newer_files(self) -> dict[SignalType, Index]:
        """Map the files that this or another process has saved since the last time."""
        files: dict[SignalType, Index] = {}
        for signal_type in SignalType:
            mark = self._saved.mark(signal_type)
            if mark is None or mark == self._marks.get(signal_type):
                continue
            self._marks[signal_type] = mark
            try:
                files[signal_type] = self._saved.open(signal_type)
            except IndexFileRefused as refusal:
                self._refuse(signal_type, refusal)
        return files

    def _renewed(
        self, tx: Tx, old: Mapping[SignalType, Shelf], files: Mapping[SignalType, Index], now: datetime
    ) -> Holdings:
        """Bring shelves to what the transaction sees, banks and controls to that or to what is newer."""
        position = banks.last_position(tx)
        timed = banks.timed_entries(tx)
        self._gone, self._in_work = {}, list(old.values())
        self._take_in(tx, position, now)
        self._look_again_at = time.monotonic() + _LOOK_EVERY_S
        held, controls = self._newest
        # Kept if this breaks off: their time may come before it succeeds.
        self._timed |= {(entry_id, until) for entry_id, until in timed if until > now}
        come_back = {entry_id for entry_id, until in self._timed if until <= now}
        shelves: dict[SignalType, Shelf] = {}
        for signal_type in SignalType:
            shelf = self._shelf(tx, signal_type, old.get(signal_type), files.get(signal_type), now)
            due = come_back if shelf is old.get(signal_type) else {entry_id for entry_id, _ in timed}
            changes = _changes_after(tx, shelf.position)
            if shelf is not old.get(signal_type):
                self._in_work.append(shelf)
                shelf.withdraw(_rows_of(signal_type, self._gone), self._looked_at)
            shelf.follow(
                tx, changes, due=due, position=position, now=now, on_progress=self._look, without=self._gone.keys()
            )
            shelf.keep_banks(held)
            shelves[signal_type] = shelf
        self._replace_controls(tx, controls)
        self._timed = {(entry_id, until) for entry_id, until in timed if until > now}
        return Holdings(position=position, banks=self._newest[0], controls=self._controls, shelves=shelves)

    def _look(self) -> None:
        """Take in, in the midst of a long renewal, what has changed since it began; called again and again."""
        if time.monotonic() < self._look_again_at:
            return
        try:
            with read(self._engine) as tx:
                position = banks.last_position(tx)
                if self._holdings.shelves and position != self._looked_at:
                    self._take_in(tx, position, self._clock.now())
            self._hear()
        except DatabaseUnusable as error:  # the renewal itself may succeed; if this goes on, nothing is matched
            self._last_error = str(error)
        self._look_again_at = time.monotonic() + _LOOK_EVERY_S

    def _take_in(self, tx: Tx, position: Position, now: datetime) -> None:
        """Let count what can be known at once: banks, controls, and single entries that do not match any more."""
        held = {bank.id: bank for bank in banks.list_banks(tx)}
        controls = banks.entry_controls(tx)
        self._controls.widen(controls)
        if self._holdings.shelves:
            self._withdraw(tx, position, now)
            self._holdings = replace(self._holdings, banks=held)
        self._newest = held, controls
        self._looked_at = position

    def _withdraw(self, tx: Tx, position: Position, now: datetime) -> None:
        """Remove the entries that changed one by one since the last look and do not match now. It adds none."""
        changes = _changes_after(tx, self._looked_at)
        changed = sorted({change.entry_id for change in changes if change.entry_id is not None})
        for start in range(0, len(changed), _AT_ONCE):
            states = banks.entry_states(tx, changed[start : start + _AT_ONCE], now=now)
            gone = {state.entry_id: state for state in states.values() if not state.is_matchable}
            self._gone |= gone
            for shelf in self._in_work:
                shelf.withdraw(_rows_of(shelf.signal_type, gone), position)
            self._hear()

    def _replace_controls(self, tx: Tx, controls: Mapping[int, EntryControl]) -> None:
        """Have the controls of the shelves' state or newer ones; keep those of replaced entries for one more time."""
        held = {**controls, **self._newest[1]}
        removed = self._controls.keys() - held.keys()
        # Asked by number, the database gives them whatever became of their entries, but none that a person took away.
        self._controls.replace(held, retired=banks.entry_controls(tx, removed) if removed else {})

    def _shelf(self, tx: Tx, signal_type: SignalType, old: Shelf | None, file: Index | None, now: datetime) -> Shelf:
        """Return the shelf to go on with: of a newer file, else the old one if it is whole, else one built anew."""
        if file is not None:
            try:
                newer = Shelf.from_index(tx, signal_type, file)
            except IndexFileRefused as refusal:
                self._refuse(signal_type, refusal)
            else:
                self._refused.discard(signal_type)
                if old is None or not old.is_whole or _is_ahead(newer, old):
                    return newer
        if old is not None and old.is_whole and _is_of_this_history(tx, old):
            return old
        return Shelf.from_database(tx, signal_type, now=now, flavour=self._flavour, on_progress=self._look)

    def _hear(self) -> None:
        self._heard_at = time.monotonic()
        self._last_error = _NO_ANSWER

    def _refuse(self, signal_type: SignalType, refusal: IndexFileRefused) -> None:
        self._refused.add(signal_type)
        self._note(str(refusal))

    def _save_what_grew(self) -> None:
        """Save, in a thread, the shelves that changed much since their files were written, or whose files are bad."""
        is_saving = self._saving is not None and self._saving.is_alive()
        if is_saving or time.monotonic() < self._save_again_at:
            return
        grown = [shelf for shelf in self._holdings.shelves.values() if self._is_worth_saving(shelf)]
        if grown:
            frozen = [(shelf, shelf.freeze(self._installation)) for shelf in grown]
            self._save_again_at = time.monotonic() + _SAVE_AGAIN_AFTER_S
            self._saving = threading.Thread(target=self._save, args=(frozen,), name="save", daemon=True)
            self._saving.start()

    def _is_worth_saving(self, shelf: Shelf) -> bool:
        if shelf.ahead is not None:  # what it lacks already, a file of its position would have to have
            return False
        return shelf.unsaved > self._bound(shelf) or shelf.signal_type in self._refused

    def _bound(self, shelf: Shelf) -> int:
        return max(self._save_above, len(shelf.index) // _SAVE_SHARE)

    def _save(self, frozen: Sequence[tuple[Shelf, FrozenShelf]]) -> None:
        for shelf, state in frozen:
            most = self._bound(shelf)
            try:
                is_saved = self._saved.save(shelf.signal_type, state)
                most *= _FOLD_SHARE  # if another process is saving: it may hang
            except Exception as error:  # noqa: BLE001 - whatever it is, the other shelves are to be saved or folded
                is_saved = False
                self._note(
                    f"The index of {shelf.signal_type} cannot be saved ({_why(error)}). Searching goes on without the "
                    "file."
                )
            if is_saved:
                self._refused.discard(shelf.signal_type)
            elif shelf.unfolded > most:
                self._fold(shelf)

    def _fold(self, shelf: Shelf) -> None:
        """Fold in memory what no file will take in: what lies unfolded makes every search slower."""
        try:
            shelf.fold()
        except Exception as error:  # noqa: BLE001 - searching goes on, only slower
            self._note(f"The index of {shelf.signal_type} cannot be folded in memory ({_why(error)}).")

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
            with suppress(Exception):  # whoever is told may be gone; following goes on
                self._tell(text)


def _why(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return str(error) or "there is no memory for it"
    if isinstance(error, OSError | ValueError):  # ValueError: of too many banks to be written down
        return getattr(error, "strerror", None) or str(error)
    return name_fault(error)


def _rows_of(signal_type: SignalType, states: Mapping[int, EntryState]) -> list[Row]:
    mine = (state for state in states.values() if state.signal_type == signal_type.value)
    return [(state.bank_id, state.entry_id, state.value) for state in mine]


def _is_of_this_history(tx: Tx, shelf: Shelf) -> bool:
    """Whether the database has all that a shelf knows of: if not, an older copy of it was restored."""
    known = (shelf.position, shelf.ahead)
    return all(position is None or banks.is_known_position(tx, position) for position in known)


def _is_ahead(newer: Shelf, old: Shelf) -> bool:
    """Whether less has changed since a file that has just appeared than since the one that is in use."""
    return old.saved_at is None or newer.position.number >= old.saved_at.number


def _changes_after(tx: Tx, position: Position) -> list[Change]:
    """Return every change after a position but those of banks as a whole, which are read anew anyway."""
    changes: list[Change] = []
    while page := banks.changes_after(tx, position, limit=_AT_ONCE):
        changes += [change for change in page if change.kind is not ChangeKind.BANK]
        position = page[-1].position
    return changes
