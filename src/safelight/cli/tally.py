"""What a scan counted."""

from collections import Counter

from safelight.cli.result_file import Record
from safelight.hashing.signal import Reason
from safelight.matching.match import Verdict


class Tally:
    """Counts of files by verdict, and of reasons why there was no signal."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter({verdict.value: 0 for verdict in Verdict})
        self.reasons: Counter[str] = Counter()
        self.files = 0
        self.resumed = 0
        self.not_hashed = 0

    def count(self, record: Record) -> None:
        """Count one record."""
        self.files += 1
        if "verdict" in record:
            self.verdicts[str(record["verdict"])] += 1
        absent = [answer for answer in record["signals"] if "reason" in answer]
        self.not_hashed += any(Reason(answer["reason"]).is_fault for answer in absent)
        self.reasons.update({f"{answer['type']}:{answer['reason']}" for answer in absent})

    @property
    def matched(self) -> int:
        """The number of files that matched."""
        return self.verdicts[Verdict.EXACT.value] + self.verdicts[Verdict.NEAR.value]

    @property
    def not_scanned(self) -> int:
        """The number of files that were not scanned."""
        return self.verdicts[Verdict.NOT_SCANNED.value]

    def as_record(self, *, is_matched: bool) -> Record:
        """Return all counts; of mere hashing, the files without a signal of some type for a fault."""
        found: Record = dict(self.verdicts) if is_matched else {"not_hashed": self.not_hashed}
        return {"files": self.files, "resumed": self.resumed, **found, "reasons": dict(self.reasons)}

    def __str__(self) -> str:
        return ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.items())
