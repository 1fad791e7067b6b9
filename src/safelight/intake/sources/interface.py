"""What a source of media must offer."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from safelight.intake.content import Content
from safelight.intake.media import Origin
from safelight.intake.spooled import Spooled


class Obstacle(StrEnum):
    """Why something at the door could not be opened."""

    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"


class Unopenable(Exception):
    """Something is there, but its bytes cannot be had. It is counted as not scanned, never passed over."""

    def __init__(self, obstacle: Obstacle, detail: str) -> None:
        super().__init__(detail)
        self.obstacle = obstacle
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What tells one state of a file from another without reading it: its size, and when the system saw it change."""

    size_bytes: int
    changed_ns: int


class Arrival(Protocol):
    """One thing at the door."""

    @property
    def name(self) -> bytes:
        """The path or address, as the source has it: bytes, for a file name need not be text."""
        ...

    @property
    def stamp(self) -> Stamp | None:
        """The state of the thing, where the source can tell."""
        ...

    @property
    def origin(self) -> Origin:
        """Where it came from."""
        ...

    def open(self) -> AbstractContextManager[Content]:
        """Open the bytes for reading by range. Raises Unopenable."""
        ...


class Fetchable(Protocol):
    """Media that is named and not sent: it is fetched, whole, into the sealed spool when it is opened."""

    def open(self) -> AbstractContextManager[Spooled]:
        """Fetch the bytes and give them sealed; they are dropped at the end of the block. Raises Unopenable."""
        ...


class Source(Protocol):
    """A place that media comes from."""

    def arrivals(self) -> Iterator[Arrival]:
        """Yield everything there, each thing once."""
        ...
