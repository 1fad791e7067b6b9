"""What is measured of reports: which case, where to, and when it was filed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReport:
    """One report that an authority has. What a test host has is none."""

    report_id: int
    case_id: int
    destination: str
    filed_at: datetime
