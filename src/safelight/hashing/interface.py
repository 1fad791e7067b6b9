"""What a hasher must offer."""

from typing import Protocol

from safelight.hashing.hashed import Hashed
from safelight.hashing.signal import SignalType
from safelight.intake.content import Content
from safelight.intake.media import Media


class Hasher(Protocol):
    """Turns media into signals of the types it names: for each type a signal, or the reason why there is none."""

    @property
    def signal_types(self) -> tuple[SignalType, ...]:
        """The types this hasher answers for."""
        ...

    def hash(self, media: Media, content: Content) -> Hashed:
        """Return at least one answer for each type. Raises ContentLost if the bytes went away meanwhile."""
        ...
