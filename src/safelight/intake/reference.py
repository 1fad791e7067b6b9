"""References: media that is named and not sent."""

from dataclasses import dataclass, field
from enum import StrEnum


class ReferenceKind(StrEnum):
    """Where media lies that is named."""

    URL = "url"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The name of media: a URL, or `s3://BUCKET/KEY`. It may hold a key of its own, and is told nowhere."""

    kind: ReferenceKind
    address: str = field(repr=False)
