"""Content to media."""

from safelight.clock import Clock
from safelight.intake.content import Content, take_digests
from safelight.intake.media import Media, Origin, Subject


def accept(clock: Clock, content: Content, origin: Origin, subject: Subject | None = None) -> Media:
    """Take the size and digests of what arrived. Raises ContentLost if the bytes went away meanwhile."""
    return Media(
        size_bytes=content.size_bytes,
        digests=take_digests(content),
        arrived_at=clock.now(),
        origin=origin,
        subject=subject,
    )
