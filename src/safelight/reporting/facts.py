"""Facts: what this house knows of a decided case when a report of it is drafted, in no authority's form.

Nothing is guessed: what the platform did not tell is empty, `None` or `Answer.UNKNOWN`. All of it is personal data, for
no log; of texts nothing is in `repr`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from safelight.intake.media import Origin
from safelight.review.decision import Annotation, IncidentType
from safelight.review.exposure.viewing import Viewed
from safelight.review.scheme import Classification


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFact:
    """Which list knew a file, and how it was known. `kind` is `exact` or `near`."""

    bank_name: str
    kind: str
    signal_type: str
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """One confirmed file. Digests are in hexadecimal, small letters.

    `viewed` is the answer at this moment, from what was shown. `is_unviewed_path`: nobody decided, for it took the
    hash-confirmed path.
    """

    evidence_id: str
    item_id: int
    media_type: str
    size_bytes: int
    md5: str = field(repr=False)
    sha1: str = field(repr=False)
    sha256: str = field(repr=False)
    arrived_at: datetime
    origin: Origin = field(repr=False)
    classification: Classification | None = None
    annotations: frozenset[Annotation] = frozenset()
    matches: tuple[MatchFact, ...] = ()
    viewed: Viewed
    is_unviewed_path: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What somebody complained of, which a person confirmed."""

    item_id: int
    flagged_at: datetime
    category: str
    place: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    content_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierReport:
    """A report about the same subject that an authority has. `receipt` is its name for it."""

    report_id: int
    destination: str
    receipt: str
    filed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is known of a case. `subject_id` is the platform's own id of the account, "" where there is none.

    `incident_type` is the gravest that was found; `is_imminent`: a child may be in danger at this moment. `earlier` are
    reports about the same subject, the newest first. `detected_at` is when the first of it came to this house.
    """

    case_id: int
    subject_id: str = field(repr=False)
    opened_at: datetime
    detected_at: datetime
    decided_at: datetime
    incident_type: IncidentType
    is_imminent: bool = False
    files: tuple[FileFacts, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    earlier: tuple[EarlierReport, ...] = ()

    @property
    def happened_at(self) -> datetime:
        """The earliest moment of the incident that is known: an upload, else when it was detected."""
        told = [each.origin.uploaded_at for each in self.files if each.origin.uploaded_at is not None]
        told += [each.flagged_at for each in self.complaints]
        return min(told, default=self.detected_at)

    @property
    def has_told_time(self) -> bool:
        """Whether the platform said when something was uploaded."""
        return any(each.origin.uploaded_at is not None for each in self.files)
