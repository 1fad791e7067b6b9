"""Long lists of parameters, cut into what one statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

MOST_AT_ONCE = 1_000
"""Parameters of one statement; both databases allow thirty times as many."""

_Asked = TypeVar("_Asked")


def in_parts(asked: Sequence[_Asked]) -> Iterator[Sequence[_Asked]]:
    """Give a list piece by piece, each short enough for one statement."""
    return (asked[start : start + MOST_AT_ONCE] for start in range(0, len(asked), MOST_AT_ONCE))
