"""A rule for one table: what it holds of people, for how long, and what ends that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """What one table holds of people, and when that ends.

    `job` is the kind of the clock job that ends it and `setting` the days it goes by; both are empty where the table
    holds nothing of people, or where something else ends it, as `kept` then says.
    """

    table: str
    personal: str
    kept: str
    setting: str = ""
    job: str = ""


NOTHING = "nothing"
"""What a table holds of people that holds nothing of them."""
