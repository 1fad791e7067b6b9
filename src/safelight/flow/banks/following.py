"""Following the banks for the length of a task."""

from collections.abc import Iterator
from contextlib import contextmanager

from safelight.matching.follower import Follower


@contextmanager
def following(follower: Follower, *, every_s: float) -> Iterator[None]:
    """Let a follower catch up by itself within the block, and close it then, whatever happens in the block."""
    try:
        follower.follow(every_s)
        yield
    finally:
        follower.close()
