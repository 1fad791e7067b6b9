"""Following the banks: what is searched, kept in step with the database by its change log."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.banks import queries as banks
from safelight.banks.bank import Bank
from safelight.banks.change import Change, ChangeKind, Position
from safelight.banks.control import EntryControl
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, read
from safelight.errors import DatabaseUnusable, IndexFileRefused
from safelight.hashing.pdq import Flavour
from safelight.hashing.signal import SignalType
from safelight.matching.index import Index
from safelight.matching.live_controls import LiveControls
from safelight.matching.saved import Mark, SavedIndexes
from safelight.matching.shelf import FrozenShelf, Shelf

SAVE_ABOVE = 20_000
"""Changes since the last file that make it worth another one, at the least: reading so many takes some 30 ms."""

_SAVE_SHARE = 32
_SAVE_AGAIN_AFTER_S = 5
_STALE_S = 30
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a follower has: every bank, the controls of single entries, and the shelves.

    Banks are those of one moment; controls and shelves go on changing.
    """

    position: Position
    banks: Mapping[int, Bank]
    controls: Mapping[int, EntryControl]
    shelves: Mapping[SignalType, Shelf]


class Follower:
    """Keeps shelves in step with the database: opened once, then caught up by whoever asks, or by a thread of its own.

    `notes` says what was out of the ordinary, such as a saved index that was refused, in sentences.
    """

    def __init__(
        self, engine: Engine, clock: Clock, saved: SavedIndexes, *, flavour: Flavour, save_above: int = SAVE_ABOVE
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._saved = saved
        self._flavour = flavour
        self._save_above = save_above
        self._busy = threading.Lock()
        self._marks: dict[SignalType, Mark | None] = {}
        self._timed: set[tuple[int, datetime]] = set()
        self._controls = LiveControls()
        self._refused: set[SignalType] = set()
        self._saving: threading.Thread | None = None
        self._save_again_at = 0.0
        self._following: threading.Thread | None = None
        self._stopped = threading.Event()
        self.notes: list[str] = []
        files = self._newer_files()  # before the transaction: what they know, it must see
        with read(engine) as tx:
            self._installation = banks.installation_id(tx)
            self._holdings = self._renewed(tx, {}, files, clock.now())
        self._hear()
        self._save_what_grew()

    @property
    def holdings(self) -> Holdings:
        """What the follower has now. Raises `DatabaseUnusable` if the database has not answered for half a minute.

        Lists that are not followed any more would let through what was added and match what was withdrawn. Catching up
        with a list of millions may take longer than that: meanwhile what was there before goes on being searched.
        """
        if self._following is not None and time.monotonic() - self._heard_at > _STALE_S:
            raise DatabaseUnusable(
                f"The banks could not be followed for {_STALE_S} seconds: the database did not answer. Nothing was "
                "matched. Check its connection and its disk; following goes on by itself."
            )
        return self._holdings

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
                self._note(str(error))
            except MemoryError:
                self._note("There is no memory to follow the banks. Following goes on as soon as there is.")

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
        """Bring shelves, banks and controls to what the transaction sees."""
        position = banks.last_position(tx)
        held = {bank.id: bank for bank in banks.list_banks(tx)}
        timed = banks.timed_entries(tx)
        controls = banks.entry_controls(tx)
        self._controls.widen(controls)
        # Kept if this breaks off: their time may come before it succeeds.
        self._timed |= {(entry_id, until) for entry_id, until in timed if until > now}
        come_back = {entry_id for entry_id, until in self._timed if until <= now}
        shelves: dict[SignalType, Shelf] = {}
        for signal_type in SignalType:
            shelf = self._shelf(tx, signal_type, old.get(signal_type), files.get(signal_type), now)
            due = come_back if shelf is old.get(signal_type) else {entry_id for entry_id, _ in timed}
            changes = _changes_after(tx, shelf.position)
            shelf.follow(tx, changes, due=due, position=position, now=now, on_progress=self._hear)
            shelf.keep_banks(held)
            shelves[signal_type] = shelf
        self._controls.replace(controls)
        self._timed = {(entry_id, until) for entry_id, until in timed if until > now}
        return Holdings(position=position, banks=held, controls=self._controls, shelves=shelves)

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
        if old is not None and old.is_whole and banks.is_known_position(tx, old.position):
            return old
        return Shelf.from_database(tx, signal_type, now=now, flavour=self._flavour, on_progress=self._hear)

    def _hear(self) -> None:
        self._heard_at = time.monotonic()

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
            frozen = [(shelf.signal_type, shelf.freeze(self._installation)) for shelf in grown]
            self._save_again_at = time.monotonic() + _SAVE_AGAIN_AFTER_S
            self._saving = threading.Thread(target=self._save, args=(frozen,), name="save", daemon=True)
            self._saving.start()

    def _is_worth_saving(self, shelf: Shelf) -> bool:
        limit = max(self._save_above, len(shelf.index) // _SAVE_SHARE)
        return shelf.unsaved > limit or shelf.signal_type in self._refused

    def _save(self, frozen: Sequence[tuple[SignalType, FrozenShelf]]) -> None:
        for signal_type, shelf in frozen:
            try:
                if self._saved.save(signal_type, shelf):
                    self._refused.discard(signal_type)
            except (OSError, MemoryError, ValueError) as error:  # ValueError: of too many banks to be written down
                why = getattr(error, "strerror", None) or str(error) or "there is no memory for it"
                self._note(f"The index of {signal_type} cannot be saved ({why}). Searching goes on without the file.")

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


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
