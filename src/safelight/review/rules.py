"""Rules: what an operator has set about reviewing."""

from dataclasses import dataclass, field
from datetime import timedelta

from safelight.review.second_reading import SecondReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """What an operator has set; each field is a setting, and docs/reference/settings.md explains it.

    `memory_lasts` of nothing: nothing is remembered. `path_cap` is how many cases the hash-confirmed path decides in 24
    hours at most; it does nothing unless `is_path_on`.
    """

    claim_lasts: timedelta = timedelta(minutes=30)
    most_claims: int = 5
    second: SecondReading = field(default_factory=SecondReading)
    is_single_person_mode: bool = False
    memory_lasts: timedelta = timedelta(days=365)
    near_duplicate_distance: int = 15
    is_path_on: bool = False
    path_cap: int = 100
