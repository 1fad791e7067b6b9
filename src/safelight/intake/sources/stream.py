"""Standard input, or any other stream: held in memory, never written to disk in the clear."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from safelight.intake.content import MemoryContent, read_stream
from safelight.intake.media import Origin
from safelight.intake.sources.interface import Obstacle, Stamp, Unopenable


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamArrival:
    """One media that is read from a stream to its end."""

    stream: BinaryIO
    max_bytes: int
    name: bytes = b"-"
    origin: Origin = Origin()

    @property
    def stamp(self) -> Stamp | None:
        """A stream cannot be looked at beforehand."""
        return None

    @contextmanager
    def open(self) -> Iterator[MemoryContent]:
        """Read the stream to its end. Raises Unopenable if it cannot be read, or is longer than `max_bytes`."""
        try:
            content = read_stream(self.stream, self.max_bytes)
        except OSError as error:
            raise Unopenable(Obstacle.UNREADABLE, f"reading failed: {error.strerror}") from error
        if content is None:
            raise Unopenable(Obstacle.TOO_LARGE, f"more than {self.max_bytes} bytes came in; raise max_stdin_mib")
        yield content


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSource:
    """A stream as the only arrival."""

    stream: BinaryIO
    max_bytes: int

    def arrivals(self) -> Iterator[StreamArrival]:
        """Yield the stream."""
        yield StreamArrival(stream=self.stream, max_bytes=self.max_bytes)
