"""Sample: an evenly spaced choice of an animation's frames, made while they go by, of a number that nobody knows."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Sample(Generic[T]):
    """Holds at most `most` (an even number) of the frames: every `stride`-th from the first on.

    When the sample is full, every second one is let go and the stride doubles. Up to `most` frames are all kept.
    """

    most: int
    stride: int = 1
    kept: list[T] = field(default_factory=list)

    def wants(self, index: int) -> bool:
        """Whether the frame at this place belongs to the sample."""
        if index % self.stride == 0 and len(self.kept) == self.most:
            self.kept = self.kept[::2]
            self.stride *= 2
        return index % self.stride == 0
