"""Manifests: what has to be known later about sealed bytes. They are sealed too, and nothing of them is kept elsewhere.

All times carry their zone. A field that the platform did not tell is empty, `None` or `unknown`, never a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})
"""What a record holds beyond the fields that this version knows: nothing."""


class Told(StrEnum):
    """What the platform said to a question of yes or no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOrigin:
    """Where the bytes came from, as the platform told us."""

    platform_content_id: str = ""
    original_file_name: str = ""
    uploaded_at: datetime | None = None
    ip_address: str = ""
    port: int | None = None
    location_url: str = ""
    publicly_available: Told = Told.UNKNOWN
    viewed_before_intake: Told = Told.UNKNOWN
    newer: Mapping[str, Any] = field(default_factory=lambda: NOTHING_MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedMatch:
    """Which entry of which bank the bytes matched, and how. The entry is named, its value never is."""

    signal_type: str
    kind: str  # exact or near
    bank: str
    entry_id: str
    distance: int = 0
    threshold: int = 0
    orientation: str = ""
    newer: Mapping[str, Any] = field(default_factory=lambda: NOTHING_MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Something that the operator named as belonging to the context, such as the message before or the album.

    18 U.S.C. 2258A(h)(2) asks that what is preserved be kept with what is commingled or interspersed with it.
    """

    relation: str
    content_id: str = ""
    evidence_id: str = ""  # where it is sealed itself
    address: str = ""
    note: str = ""
    newer: Mapping[str, Any] = field(default_factory=lambda: NOTHING_MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is known about sealed bytes. Digests are in hexadecimal, small letters.

    `bank_ids` names the banks that the bytes are matched against, where not against every enabled one (None).
    `newer` holds, here and in the records within, fields that a later version wrote: they are kept as they came.
    """

    media_id: str
    md5: str
    sha1: str
    sha256: str
    size_bytes: int
    arrived_at: datetime
    sealed_by: str
    media_type: str = ""
    origin: SealedOrigin = SealedOrigin()
    subject_id: str = ""
    bank_ids: tuple[int, ...] | None = None
    matches: tuple[SealedMatch, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    notes: tuple[str, ...] = ()
    newer: Mapping[str, Any] = field(default_factory=lambda: NOTHING_MORE)
