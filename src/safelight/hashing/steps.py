"""Media to signals."""

from collections.abc import Sequence

from safelight.hashing.hashed import Hashed
from safelight.hashing.interface import Hasher
from safelight.hashing.signal import NoSignal, Reason
from safelight.intake.content import Content
from safelight.intake.media import Media


def make_signals(hashers: Sequence[Hasher], media: Media, content: Content) -> Hashed:
    """Return what all hashers say of media. Raises ContentLost if the bytes went away meanwhile."""
    hashed = Hashed(answers=())
    for hasher in hashers:
        hashed = hashed.plus(hasher.hash(media, content))
    return hashed


def explain_absence(hashers: Sequence[Hasher], reason: Reason, detail: str) -> Hashed:
    """Return the same reason for every signal type: the bytes could not be had at all."""
    return Hashed(
        answers=tuple(
            NoSignal(type=kind, reason=reason, detail=detail) for hasher in hashers for kind in hasher.signal_types
        )
    )
