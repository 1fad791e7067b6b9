"""Following the banks for the length of a task, and telling what was out of the ordinary."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from safelight.matching.follower import Follower

Tell = Callable[[str], None]
"""Is told, in a sentence, what somebody should know and what no result says."""


@contextmanager
def following(follower: Follower, *, every_s: float, tell: Tell) -> Iterator[None]:
    """Let a follower catch up by itself within the block, and close it then.

    What it notes, such as a saved index that it refused, is told: what is there at first at once, the rest at the end.
    """
    told = 0
    try:
        for note in follower.notes:
            told += 1
            tell(note)
        follower.follow(every_s)
        yield
    finally:
        follower.close()
        for note in follower.notes[told:]:
            tell(note)
