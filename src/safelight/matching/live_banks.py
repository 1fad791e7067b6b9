"""Live banks: snapshots of the banks as they stand at each question, for whichever banks the question is about."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safelight.banks.entry import Entry
from safelight.matching.asked import ids_of_banks, ids_of_known
from safelight.matching.follower import Follower, Holdings
from safelight.matching.freshness import Freshness
from safelight.matching.snapshot import EntryLookup, Snapshot, take_snapshot, without_rollouts

MOST_ENTRIES = 50_000
"""Entries that are remembered: what an entry says never changes, so that one which was found needs no second look."""

MOST_QUESTIONS = 64
"""Questions of which a snapshot is kept at a time."""


class EntriesNeeded(Exception):
    """Something was found whose entry is not remembered: ask again where a database may be waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which banks are asked, None for all that are enabled, and how.

    `ignores_rollout`: each is held against, whatever share of media it is rolled out to. `passes_over`: names that no
    bank has, and banks that are not searched, are left out; they are refused otherwise.
    """

    bank_names: frozenset[str] | None = None
    ignores_rollout: bool = False
    passes_over: bool = False


EVERY_BANK = Question()


class LiveBanks:
    """Gives snapshots of the banks that a question is about. For any number of threads, and for an event loop.

    What is searched follows the change log by the follower's own thread. `snapshot` never waits for a database where
    `waits` is False: what it finds is then told from memory, or `EntriesNeeded` is raised while it is told.
    """

    def __init__(self, follower: Follower, find_entries: EntryLookup) -> None:
        self._follower = follower
        self._read_entries = find_entries
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._taken: OrderedDict[tuple[Question, bool], tuple[Holdings, Snapshot]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def holdings(self) -> Holdings:
        """What the follower has. Raises `DatabaseUnusable` when the banks could not be followed for a while."""
        return self._follower.holdings

    @property
    def freshness(self) -> Freshness:
        """How fresh is what is searched, and how much it is. It raises nothing."""
        return self._follower.freshness

    def snapshot(self, question: Question = EVERY_BANK, *, waits: bool = True) -> Snapshot:
        """Return the banks of a question as they stand now.

        Raises `NotFound` for a name that no bank has, `UsageError` where a named one is disabled or an allow-list (both
        unless the question passes over them), `DatabaseUnusable` when the banks could not be followed for a while.
        """
        holdings = self.holdings
        place = (question, waits)
        with self._lock:
            taken = self._taken.get(place)
        if taken is None or taken[0] is not holdings:
            taken = (holdings, self._take(holdings, question, waits=waits))
            with self._lock:
                self._taken[place] = taken
                self._taken.move_to_end(place)
                while len(self._taken) > MOST_QUESTIONS:
                    self._taken.popitem(last=False)
        return taken[1]

    def find_entries(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        """Return entries by their numbers, from memory or else the database."""
        known = self._remembered(entry_ids)
        missing = [entry_id for entry_id in dict.fromkeys(entry_ids) if entry_id not in known]
        if not missing:
            return known
        found = self._read_entries(missing)
        with self._lock:
            self._entries.update(found)
            while len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)
        return {**known, **found}

    def _take(self, holdings: Holdings, question: Question, *, waits: bool) -> Snapshot:
        names = question.bank_names
        ids_of = ids_of_known if question.passes_over else ids_of_banks
        asked = holdings.banks.keys() if names is None else ids_of(holdings, names)
        snapshot = take_snapshot(holdings, asked, self.find_entries if waits else self._find_remembered)
        return without_rollouts(snapshot) if question.ignores_rollout else snapshot

    def _remembered(self, entry_ids: Sequence[int]) -> dict[int, Entry]:
        with self._lock:
            return {entry_id: self._entries[entry_id] for entry_id in entry_ids if entry_id in self._entries}

    def _find_remembered(self, entry_ids: Sequence[int]) -> Mapping[int, Entry]:
        found = self._remembered(entry_ids)
        if len(found) < len(set(entry_ids)):
            raise EntriesNeeded
        return found
