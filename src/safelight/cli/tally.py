"""What a scan counted."""

from collections import Counter

from safelight.cli.result_file import Record
from safelight.hashing.signal import Reason
from safelight.matching.match import Verdict


class Tally:
    """Counts of files by verdict, of reasons why there was no signal, and of controls that withheld something.

    `against` is what the last file was held against: the banks may change while a scan runs.
    """

    def __init__(self, against: str = "") -> None:
        self.against = against
        self.verdicts: Counter[str] = Counter({verdict.value: 0 for verdict in Verdict})
        self.reasons: Counter[str] = Counter()
        self.withheld: Counter[str] = Counter()
        self.files = 0
        self.resumed = 0
        self.not_hashed = 0

    def count(self, record: Record) -> None:
        """Count one record."""
        self.files += 1
        if "verdict" in record:
            self.verdicts[str(record["verdict"])] += 1
        self.against = record.get("against", self.against)
        self.withheld.update({each["control"] for each in record.get("withheld", ())})
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
        found: Record = {"not_hashed": self.not_hashed}
        if is_matched:
            found = {**self.verdicts, "withheld": dict(self.withheld)}
        return {"files": self.files, "resumed": self.resumed, **found, "reasons": dict(self.reasons)}

    def __str__(self) -> str:
        withheld = [f"{count} withheld by {control}" for control, count in self.withheld.items()]
        return ", ".join([*(f"{count} {verdict}" for verdict, count in self.verdicts.items()), *withheld])
