"""Levels: how much of media a picture shows, each one step above the one before."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Level(IntEnum):
    """The steps of showing. None is ever skipped."""

    CARD = 0
    THUMBNAIL = 1
    SMALL = 2
    LARGE = 3
    ORIGINAL = 4

    @property
    def has_pixels(self) -> bool:
        """Whether anything of the media itself is seen. The card has facts only."""
        return self is not Level.CARD


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelBound:
    """The most that a picture of a level shows.

    `most_side` is the longer side in pixels. `most_detail` counts the independent samples along the longer side: no
    wave shorter than two of them is left, however many pixels it is drawn with. `is_grey`: without colour, always.
    """

    most_side: int
    most_detail: int
    is_grey: bool


BOUNDS: Final = {
    Level.THUMBNAIL: LevelBound(most_side=96, most_detail=24, is_grey=True),
    Level.SMALL: LevelBound(most_side=320, most_detail=128, is_grey=True),
    Level.LARGE: LevelBound(most_side=960, most_detail=960, is_grey=False),
    Level.ORIGINAL: LevelBound(most_side=16_384, most_detail=16_384, is_grey=False),
}
"""What each level that has pixels shows at most. Colour at LARGE is the operator's choice, and off unless chosen."""
