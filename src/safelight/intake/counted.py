"""What is counted of media that arrived: how much had which result, and nothing of the media itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many media had one result. `fault` and `treatment` are empty where the media could be scanned."""

    verdict: str
    fault: str
    treatment: str
    media: int
