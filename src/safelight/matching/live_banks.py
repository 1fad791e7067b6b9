"""Live banks: snapshots of the banks as they stand at each question, for whichever banks the question is about."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from safelight.banks.entry import Entry
from safelight.matching.asked import ids_of_banks
from safelight.matching.follower import Follower, Holdings
from safelight.matching.freshness import Freshness
from safelight.matching.snapshot import EntryLookup, Snapshot, take_snapshot

MOST_ENTRIES = 50_000
"""Entries that are remembered: what an entry says never changes, so that one which was found needs no second look."""

MOST_QUESTIONS = 64
"""Sets of banks of which a snapshot is kept at a time."""


class EntriesNeeded(Exception):
    """Something was found whose entry is not remembered: ask again where a database may be waited for."""


class LiveBanks:
    """Gives snapshots of the named banks, or of all enabled ones. For any number of threads.

    What is searched follows the change log by the follower's own thread. `snapshot` never waits for a database where
    `waits` is False: what it finds is then told from memory, or `EntriesNeeded` is raised while it is told.
    """

    def __init__(self, follower: Follower, find_entries: EntryLookup) -> None:
        self._follower = follower
        self._find_entries = find_entries
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._taken: OrderedDict[tuple[frozenset[str] | None, bool], tuple[Holdings, Snapshot]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def holdings(self) -> Holdings:
        """What the follower has. Raises `DatabaseUnusable` when the banks could not be followed for a while."""
        return self._follower.holdings

    @property
    def freshness(self) -> Freshness:
        """How fresh is what is searched, and how much it is. It raises nothing."""
        return self._follower.freshness

    def snapshot(self, bank_names: frozenset[str] | None = None, *, waits: bool = True) -> Snapshot:
        """Return the banks as they stand now; of those that are named, the enabled ones.

        Raises `NotFound` for a name that no bank has, `UsageError` where a named one is disabled or an allow-list,
        `DatabaseUnusable` when the banks could not be followed for a while.
        """
        holdings = self._follower.holdings
        question = (bank_names, waits)
        with self._lock:
            taken = self._taken.get(question)
        if taken is None or taken[0] is not holdings:
            asked = holdings.banks.keys() if bank_names is None else ids_of_banks(holdings, bank_names)
            find = self._find_waiting if waits else self._find_remembered
            taken = (holdings, take_snapshot(holdings, asked, find))
            with self._lock:
                self._taken[question] = taken
                self._taken.move_to_end(question)
                while len(self._taken) > MOST_QUESTIONS:
                    self._taken.popitem(last=False)
        return taken[1]

    def find_entries(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        """Return entries by their ids, from memory where they are remembered, else from the database."""
        return self._find_waiting(entry_ids)

    def _find_remembered(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        with self._lock:
            found = {entry_id: self._entries[entry_id] for entry_id in entry_ids if entry_id in self._entries}
        if len(found) < len(set(entry_ids)):
            raise EntriesNeeded
        return found

    def _find_waiting(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        with self._lock:
            known = {entry_id: self._entries[entry_id] for entry_id in entry_ids if entry_id in self._entries}
        missing = [entry_id for entry_id in dict.fromkeys(entry_ids) if entry_id not in known]
        if not missing:
            return known
        found = self._find_entries(missing)
        with self._lock:
            self._entries.update(found)
            while len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)
        return {**known, **found}
