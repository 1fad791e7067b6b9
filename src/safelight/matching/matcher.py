"""Matcher: a question to the banks that stays the same while the banks change."""

from collections.abc import Sequence

from safelight.banks.bank import Bank
from safelight.errors import NotFound, UsageError
from safelight.matching.follower import Follower, Holdings
from safelight.matching.snapshot import EntryLookup, Snapshot, is_asked, take_snapshot


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
        self._named = None if bank_names is None else _ids_of(follower.holdings, bank_names)
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
        snapshot = take_snapshot(holdings, asked, self._find_entries, threshold=self._threshold)
        if not any(snapshot.count(signal_type) for signal_type in snapshot.indexes):
            raise UsageError(
                "There is nothing to match against: no enabled bank holds an entry. `safelight bank list` shows them."
            )
        return snapshot


def _ids_of(holdings: Holdings, bank_names: Sequence[str]) -> frozenset[int]:
    by_name = {bank.name.casefold(): bank for bank in holdings.banks.values()}
    named = [_named(by_name.get(name.casefold()), name) for name in bank_names]
    disabled = [bank.name for bank in named if not bank.is_enabled]
    if disabled:
        raise UsageError(f"Disabled, so nothing was matched: {', '.join(disabled)}. Enable it, or leave it out.")
    allowing = [bank.name for bank in named if not is_asked(bank)]
    if allowing:
        raise UsageError(
            f"Allow-lists suppress matches and make none: {', '.join(allowing)}. Name the banks to match against; "
            "allow-lists for them count by themselves."
        )
    return frozenset(bank.id for bank in named)


def _named(bank: Bank | None, name: str) -> Bank:
    if bank is None:
        raise NotFound(f"There is no bank {name!r}. `safelight bank list` shows those that there are.")
    return bank
