"""Scanning one thing at a time: the parts joined."""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass

from safelight.clock import Clock
from safelight.errors import UsageError
from safelight.flow.banks.flood_watch import FloodWatch, Quarantined
from safelight.flow.chain import ScanExplanation, ScanResult, explain_scan, scan
from safelight.hashing.interface import Hasher
from safelight.intake.sources.folder import FileArrival
from safelight.intake.sources.interface import Arrival
from safelight.intake.sources.stream import StreamArrival
from safelight.matching.asked import require_something, within
from safelight.matching.matcher import Matcher
from safelight.matching.snapshot import Snapshot
from safelight.sandbox.layer import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Scans one thing at a time, from as many threads as there are workers.

    `matcher` and `watch` are None if it only hashes. `layers` are the walls around its worker processes, and whether
    each holds.
    """

    clock: Clock
    hashers: Sequence[Hasher]
    matcher: Matcher | None
    watch: FloodWatch | None = None
    layers: tuple[Layer, ...] = ()

    @property
    def snapshot(self) -> Snapshot | None:
        """The banks as they stand now; None if it only hashes. Raises UsageError when none are left."""
        return None if self.matcher is None else self.matcher.snapshot()

    def scan(self, arrival: Arrival, bank_ids: frozenset[int] | None = None) -> ScanResult:
        """Scan what a source brought, against none but the banks of these numbers unless that is None.

        It counts nothing: give the result to `count` when you have kept it. Raises `NothingToMatch`.
        """

        def take() -> Snapshot | None:
            snapshot = self.snapshot
            return snapshot if snapshot is None or bank_ids is None else require_something(within(snapshot, bank_ids))

        return scan(arrival, clock=self.clock, hashers=self.hashers, take_snapshot=take)

    def count(self, result: ScanResult) -> None:
        """Count what media matched for the flood guard. It returns at once; a thread does the work."""
        if self.watch is not None:
            self.watch.count(result)

    def settle(self) -> tuple[Quarantined, ...]:
        """Count now what waits to be counted; return what went into quarantine since the scanner was opened."""
        if self.watch is None:
            return ()
        self.watch.hand_over()
        return tuple(self.watch.quarantined)

    def scan_file(self, path: str | os.PathLike[str]) -> ScanResult:
        """Scan and count a file. One that cannot be read has a result too: not_scanned, with the reason."""
        return self._scan_and_count(FileArrival(name=os.fsencode(path)))

    def scan_bytes(self, data: bytes) -> ScanResult:
        """Scan and count bytes in memory."""
        return self._scan_and_count(StreamArrival(stream=io.BytesIO(data), max_bytes=len(data)))

    def explain(self, arrival: Arrival) -> ScanExplanation:
        """Scan what a source brought and say why the result is what it is. Nothing is counted.

        Raises UsageError where the scanner only hashes.
        """
        if self.matcher is None:
            raise UsageError("This scanner only hashes: it has no banks by which a match could be explained.")
        take = self.matcher.snapshot
        return explain_scan(arrival, clock=self.clock, hashers=self.hashers, take_snapshot=take)

    def explain_file(self, path: str | os.PathLike[str]) -> ScanExplanation:
        """Scan a file and say why the result is what it is. Raises UsageError as `explain` does."""
        return self.explain(FileArrival(name=os.fsencode(path)))

    def _scan_and_count(self, arrival: Arrival) -> ScanResult:
        result = self.scan(arrival)
        self.count(result)
        return result
