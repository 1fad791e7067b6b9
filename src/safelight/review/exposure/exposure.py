"""Exposures: who was shown what, at which level, when, why, and for how long at most."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.review.exposure.level import Level

STRIP = -1
"""In the place of a frame's number: a sample of all frames, pages or moments in one picture."""


class Delivery(StrEnum):
    """How far an exposure came. Whoever reads OPENED later must take it that pixels may have left."""

    OPENED = "opened"
    DELIVERED = "delivered"
    FAILED = "failed"


class Ending(StrEnum):
    """What ended an exposure by the server's count. The cap ends it where nothing else did."""

    HIDDEN = "hidden"
    NEXT = "next"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExposure:
    """An exposure that is about to be recorded, before any pixel leaves."""

    person_id: int
    evidence_id: str
    level: Level
    frame: int
    reason: str
    revealed_at: datetime
    must_hide_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One reveal. `frame` is a frame's number or `STRIP`; of a card, 0.

    `must_hide_at` is the cap. `frame_count` is how many frames there are, None where that is not known; `is_sound`: the
    frame was decoded without damage. `confirmed_at` is when the person's side said that it stood on the screen.
    `person_id` is None, and `reason` empty, once its time was over.
    """

    id: int
    person_id: int | None
    evidence_id: str
    level: Level
    frame: int
    reason: str
    revealed_at: datetime
    must_hide_at: datetime
    delivery: Delivery
    frame_count: int | None
    is_sound: bool
    confirmed_at: datetime | None
    ended_at: datetime | None
    ended_by: Ending | None

    def is_open_at(self, moment: datetime) -> bool:
        """Whether it may still be on a screen at that moment, by the server's count."""
        return self.ended_at is None and moment < self.must_hide_at

    @property
    def may_have_shown(self) -> bool:
        """Whether something of the media may have left."""
        return self.level.has_pixels and self.delivery is not Delivery.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """As much of an exposure as the dose needs: the level, and from when until when it stood on a screen at most."""

    level: Level
    began_at: datetime
    ended_at: datetime
