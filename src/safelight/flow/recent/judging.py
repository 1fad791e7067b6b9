"""Judging media that was seen: as a scan of it would, with the banks as they stand now."""

from collections.abc import Callable

from safelight.flow.chain import match_answers
from safelight.matching.follower import Holdings
from safelight.matching.match import Found
from safelight.matching.snapshot import EntryLookup, Snapshot, take_snapshot
from safelight.recent.cipher import SeenCipher
from safelight.recent.packing import unpack
from safelight.recent.seen import Seen, SeenRow

HoldingsSource = Callable[[], Holdings]
"""Gives what is searched, as the banks stand at this moment."""


class Judging:
    """Opens what was kept and matches it, against the banks that its sender's media are matched against."""

    def __init__(self, holdings: HoldingsSource, find_entries: EntryLookup) -> None:
        self._holdings = holdings
        self._find_entries = find_entries
        self._taken: tuple[Holdings, dict[frozenset[int] | None, Snapshot]] | None = None

    def position(self) -> int:
        """Return the last change of the banks that is known here."""
        return self._holdings().position.number

    def snapshot(self, bank_ids: frozenset[int] | None = None) -> Snapshot:
        """Return the banks as they stand now: of these, or of all, those that are enabled."""
        holdings = self._holdings()
        taken = self._taken
        if taken is None or taken[0] is not holdings:
            taken = self._taken = (holdings, {})
        if bank_ids not in taken[1]:
            asked = holdings.banks.keys() if bank_ids is None else bank_ids
            taken[1][bank_ids] = take_snapshot(holdings, asked, self._find_entries)
        return taken[1][bank_ids]

    def judge(self, cipher: SeenCipher, row: SeenRow) -> tuple[Seen, Found]:
        """Return what was kept and what it matches now. Raises `KeysUnusable` and those of matching."""
        seen = unpack(cipher.open(row.sealed))
        return seen, match_answers(self.snapshot(seen.bank_ids), seen.signals, seen.media_digest)
