"""MD5, SHA-1 and SHA-256 of the whole file, images and videos alike: intake took them while the bytes streamed."""

from dataclasses import dataclass

from safelight.hashing.hashed import Hashed
from safelight.hashing.signal import Signal, SignalType
from safelight.intake.content import Content
from safelight.intake.media import Media


@dataclass(frozen=True, slots=True)
class CryptographicHasher:
    """The digests as signals."""

    @property
    def signal_types(self) -> tuple[SignalType, ...]:
        """The three digests."""
        return (SignalType.MD5, SignalType.SHA1, SignalType.SHA256)

    def hash(self, media: Media, content: Content) -> Hashed:  # noqa: ARG002 - the interface's form
        """Return the three digests; they exist for any bytes."""
        return Hashed(
            answers=(
                Signal(type=SignalType.MD5, value=media.digests.md5),
                Signal(type=SignalType.SHA1, value=media.digests.sha1),
                Signal(type=SignalType.SHA256, value=media.digests.sha256),
            )
        )
