"""Files: what is said of one that goes with a report. Its digests and its size are taken of the very bytes that go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from safelight.reporting.destinations.package.model.address_seen import AddressSeen
from safelight.reporting.destinations.package.model.kinds import LONG, MOMENT, NAME, URL
from safelight.reporting.form.plain_kinds import Flag, Number
from safelight.reporting.form.slot import Element, Tags
from safelight.review.decision import Annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """A label with its scheme, as it was given. `meaning` is what the scheme says of it; none is translated."""

    scheme: Annotated[str, Element(NAME)]
    label: Annotated[str, Element(NAME)]
    meaning: Annotated[str | None, Element(LONG)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBy:
    """Which list knew a file, and how: by the very bytes, or by a fingerprint at a distance."""

    list_name: Annotated[str, Element(NAME)]
    is_exact: Annotated[bool, Element(Flag())]
    signal_type: Annotated[str, Element(NAME)]
    distance: Annotated[int | None, Element(Number(0))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFile:
    """One file. `is_unreviewed`: nobody decided on it, for it took the hash-confirmed path that was switched on."""

    name: Annotated[str | None, Element(NAME)] = None
    url: Annotated[str | None, Element(URL)] = None
    content_id: Annotated[str | None, Element(NAME)] = None
    media_type: Annotated[str | None, Element(NAME)] = None
    uploaded_at: Annotated[datetime | None, Element(MOMENT)] = None
    received_at: Annotated[datetime | None, Element(MOMENT)] = None
    address_seen: Annotated[AddressSeen | None, Element()] = None
    is_public: Annotated[bool | None, Element(Flag())] = None
    classification: Annotated[Classified | None, Element()] = None
    annotations: Annotated[frozenset[Annotation], Tags(Annotation)] = frozenset()
    known_by: Annotated[tuple[KnownBy, ...], Element()] = ()
    is_unreviewed: Annotated[bool | None, Element(Flag())] = None
    remarks: Annotated[str | None, Element(LONG)] = None
