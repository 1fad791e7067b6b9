"""Hashed: all answers that hashers gave for one media, and what was learned of the picture on the way."""

from dataclasses import dataclass

from safelight.hashing.signal import NoSignal, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """The plain facts of a decoded picture.

    `width` and `height` are in pixels as stored. `exif_orientation` is 1 to 8 (1: as stored); it is told, not applied:
    the eight orientations of the signal answer it. `frames_seen` counts the decoded frames and `frames_hashed` those of
    them that were hashed: every page that is large enough, or an evenly spaced sample of an animation. `is_complete`
    says whether the end was reached.
    """

    format: str
    width: int
    height: int
    exif_orientation: int
    frames_seen: int
    frames_hashed: int
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """What one or more hashers say of one media."""

    answers: tuple[Signal | NoSignal, ...]
    picture: PictureFacts | None = None

    def plus(self, other: "Hashed") -> "Hashed":
        """Return both together."""
        return Hashed(answers=self.answers + other.answers, picture=self.picture or other.picture)
