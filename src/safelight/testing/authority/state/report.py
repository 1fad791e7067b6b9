"""A report and its files, as the authority has them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lxml.etree import _Element as Element

from safelight.testing.authority.reading import read_xml

LONGEST_OPEN = timedelta(hours=24)
LONGEST_STILL = timedelta(hours=1)
"""An unfinished report is deleted so long after it was opened, or after its last change, whichever is later."""


class State(StrEnum):
    """Where a report stands. What has expired is deleted: the fake remembers that it was, and answers as if not."""

    OPEN = "open"
    FINISHED = "finished"
    RETRACTED = "retracted"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that arrived. Its bytes are not kept. `details` are the documents about it; the last counts."""

    file_id: str
    md5: str
    sha256: str
    size_bytes: int
    uploaded_at: datetime
    details: tuple[bytes, ...] = ()

    @property
    def described(self) -> Element | None:
        """The details that count, read; None where there are none."""
        return read_xml(self.details[-1]) if self.details else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReport:
    """A report. `xml` is as it came, files stand in the order of their coming. `ended_at` is None while it is open."""

    report_id: int
    user: str
    xml: bytes
    opened_at: datetime
    changed_at: datetime
    state: State = State.OPEN
    ended_at: datetime | None = None
    files: tuple[SentFile, ...] = ()

    @property
    def expires_at(self) -> datetime:
        """When it is deleted unless it is finished or retracted before."""
        return max(self.opened_at + LONGEST_OPEN, self.changed_at + LONGEST_STILL)

    @property
    def root(self) -> Element:
        """The report, read."""
        return read_xml(self.xml)

    def file(self, file_id: str) -> SentFile | None:
        """Return a file of this report."""
        return next((each for each in self.files if each.file_id == file_id), None)

    def texts(self, path: str) -> list[str]:
        """Return what stands in the report at a path such as `personOrUserReported/espIdentifier`."""
        return [(element.text or "") for element in self.root.findall(path)]
