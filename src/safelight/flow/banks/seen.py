"""What who changes a thing has seen of it: a check that is made when nobody else can change it any more."""

from collections.abc import Callable
from typing import TypeVar

_Seen = TypeVar("_Seen")

Check = Callable[[_Seen], None]
"""Is shown a thing as it stands, and raises `ChangedMeanwhile` where that is not what who asks has seen."""


def accept(_seen: object) -> None:
    """Take a thing as it stands."""
