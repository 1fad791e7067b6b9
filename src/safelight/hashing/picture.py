"""Picture: what is known of a picture before its pixels are decoded, and the way to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from safelight.hashing.formats import ANIMATIONS, Format
from safelight.hashing.pixels import Rgb
from safelight.hashing.signal import Reason


class Undecodable(Exception):
    """A picture, or the rest of one, cannot be decoded. `reason` says in one word why.

    `salvaged` is what could be decoded of a damaged first frame, the rest being empty: it can still match.
    """

    def __init__(self, reason: Reason, salvaged: Rgb | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.salvaged = salvaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture whose header was read.

    `frames` decodes one frame after the other, as shown; of a still there is one. It raises Undecodable where it
    cannot go on. Width and height are those of the first.
    """

    format: Format
    width: int
    height: int
    orientation: int
    frames: Iterator[Rgb]

    @property
    def has_pages(self) -> bool:
        """Whether further frames would be pictures of their own (pages, icons): then a sample does not do."""
        return self.format not in ANIMATIONS
