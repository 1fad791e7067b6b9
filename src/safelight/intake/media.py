"""Media: one thing that arrived, where from, about whom, and its digests."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """A question's answer where not knowing is a third one, never a default for no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where media came from, as the platform told us. Empty where it did not."""

    platform_content_id: str = ""
    original_file_name: str = ""
    uploaded_at: datetime | None = None
    ip_address: str = ""
    port: int | None = None
    location_url: str = ""
    publicly_available: Answer = Answer.UNKNOWN
    viewed_before_intake: Answer = Answer.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The account that media is about, by the platform's own id: nothing else about a person is kept."""

    id: str


class PartKind(StrEnum):
    """What a part is of its parent."""

    FRAME = "frame"
    PAGE = "page"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of its parent media is: the frame, page or archive member, counted from 0, and when it is shown."""

    parent_id: str
    kind: PartKind
    index: int
    at_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The cryptographic digests of the whole media, taken in one pass."""

    md5: bytes
    sha1: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One uploaded file, or a part of one, and its facts. Its bytes are elsewhere."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    size_bytes: int
    digests: Digests
    arrived_at: datetime
    origin: Origin = Origin()
    subject: Subject | None = None
    part: Part | None = None
