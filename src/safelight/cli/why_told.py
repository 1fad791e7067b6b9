"""What `safelight why` has to tell, before it is text or a record."""

from dataclasses import dataclass

from safelight.banks.control import EntryControl
from safelight.flow.banks.explaining import EntryExplanation
from safelight.flow.chain import ScanResult
from safelight.matching.explanation import Explanation
from safelight.matching.match import Verdict
from safelight.matching.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A target and why it matches or does not. `result` is None for a signal that came without its media."""

    name: str
    result: ScanResult | None
    found_verdict: Verdict
    explanation: Explanation
    media_digest: bytes
    snapshot: Snapshot
    entry: EntryExplanation | None

    @property
    def verdict(self) -> Verdict:
        """What a scan would say, and `not_scanned` where it would be refused because nothing is left to search."""
        return self.found_verdict if self.is_searched else Verdict.NOT_SCANNED

    @property
    def is_searched(self) -> bool:
        """Whether the banks that are asked hold anything at all."""
        return any(self.snapshot.count(signal_type) for signal_type in self.snapshot.indexes)

    def exception(self, entry_id: int) -> EntryControl | None:
        """Return what was set for an entry beyond what its list says."""
        return self.snapshot.controls.get(entry_id)
