"""The mark: up to where what is kept was held against the banks, and how far a round of that has got."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.recent.policies import Policy


class Stage(StrEnum):
    """What a round does. Each stage goes on where it was, whoever takes it up."""

    IDLE = "idle"
    SEARCHING = "searching"
    """What is kept is held against what came to count: whatever is near is noted."""
    COUNTING = "counting"
    """What is near is judged and counted for the flood guard, all of it before any case is opened."""
    OPENING = "opening"
    """What matches, as the banks stand now, goes into cases, one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the rounds stand: one row of the database.

    All that was kept by then was held against every change up to `checkpoint`, and against entries whose time of being
    switched off ended up to `checked_at`. A round is about what came after, up to `target` and `check_until`; what is
    kept since it began and knows less than that is `behind`. It is about the media up to `until_id`, and `cursor` is
    the last of which its stage is done. `needs` is the change that whoever goes on must know of.

    `policies` are those of the banks that the last round knew, None where none did; `widened` are banks of which, by
    another policy, older entries too may match now.
    """

    last_id: int
    checkpoint: int
    target: int
    checked_at: datetime
    check_until: datetime
    stage: Stage
    cursor: int
    until_id: int
    needs: int
    policies: Mapping[int, Policy] | None
    widened: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """What a round is to be about; the fields are those of `Mark`."""

    target: int
    check_until: datetime
    policies: Mapping[int, Policy]
    widened: frozenset[int]
