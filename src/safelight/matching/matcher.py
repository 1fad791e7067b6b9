"""Matcher: a question to the banks that stays the same while the banks change."""

from collections.abc import Sequence

from safelight.matching.asked import ids_of_banks, require_something
from safelight.matching.follower import Follower, Holdings
from safelight.matching.snapshot import EntryLookup, Snapshot, take_snapshot


class Matcher:
    """Gives the snapshot to match against, as the banks stand now: those that were named, or all that are enabled.

    Raises `NotFound` for a name that no bank has, and `UsageError` where a named bank is disabled or an allow-list, or
    where there is nothing to match against: whoever asks must not take that for "nothing found".
    """

    def __init__(
        self,
        follower: Follower,
        find_entries: EntryLookup,
        *,
        bank_names: Sequence[str] | None = None,
        threshold: int | None = None,
    ) -> None:
        self._follower = follower
        self._find_entries = find_entries
        self._threshold = threshold
        self._named = None if bank_names is None else ids_of_banks(follower.holdings, bank_names)
        self._taken: tuple[Holdings, Snapshot] | None = None
        self.snapshot()

    def snapshot(self) -> Snapshot:
        """Return the banks as they stand now.

        Raises `UsageError` when nothing is left to match against, `DatabaseUnusable` when the banks could not be
        followed for a while.
        """
        holdings = self._follower.holdings
        taken = self._taken
        if taken is None or taken[0] is not holdings:
            taken = (holdings, self._take(holdings))
            self._taken = taken
        return taken[1]

    def _take(self, holdings: Holdings) -> Snapshot:
        asked = holdings.banks.keys() if self._named is None else self._named
        return require_something(take_snapshot(holdings, asked, self._find_entries, threshold=self._threshold))
