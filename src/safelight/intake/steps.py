"""Content to media."""

from safelight.clock import Clock
from safelight.intake.content import Content, digests_of
from safelight.intake.media import Media, Origin, Subject


def accept(clock: Clock, content: Content, origin: Origin, subject: Subject | None = None) -> Media:
    """Take the size of what arrived, and its digests unless they were taken before.

    Raises ContentLost if the bytes went away meanwhile.
    """
    return Media(
        size_bytes=content.size_bytes,
        digests=digests_of(content),
        arrived_at=clock.now(),
        origin=origin,
        subject=subject,
    )
